package import TraceModel

extension Estimate {
  package static let schema = "memtrace.estimate"
  package static let version = 1

  /// Reads estimate.json; keys it does not know are ignored.
  ///
  /// Only `schema`, and `rows` with `category` and `expectedBytes`, are required, so that an
  /// estimate can be written by hand.
  package init(json bytes: [UInt8], file: String) throws(TraceError) {
    let value = try JSONParser.parse(bytes, file: file)
    let document = JSONPlace(value: value, path: "", file: file)
    try Estimate.checkSchema(document)
    var rows: [Row] = []
    for place in try document.required("rows").elements() {
      let row = try Row(place)
      let isKnown = rows.contains {
        $0.category == row.category && $0.container == row.container
      }
      guard !isKnown else {
        throw place.failure("a second row for \(row.category.id) in the same container")
      }
      rows.append(row)
    }
    self.init(rows: rows, covers: try Estimate.covers(document))
    fields = try Estimate.fields(document)
    fieldBounds = try Estimate.fieldBounds(document)
    module = try Estimate.module(document)
    configuration = Estimate.settings(document)
    for place in try document.member("assumptions")?.elements() ?? [] {
      assumptions.append(try place.string())
    }
    pool = try document.member("pool").map { place throws(TraceError) in try Pool(place) }
    labels = Estimate.labels(document)
  }

  private static func checkSchema(_ document: JSONPlace) throws(TraceError) {
    guard case .object = document.value else {
      throw document.failure("expected an object with \"schema\" and \"rows\"")
    }
    let place = try document.required("schema")
    let name = try place.string()
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == schema, let found = Int(parts[1]), found > 0 else {
      throw place.failure("expected \"\(schema)/\(version)\", found \"\(name)\"")
    }
    guard found <= version else {
      throw place.failure(
        "this memtrace reads estimates up to version \(version), not \(found)",
        code: .unsupportedVersion
      )
    }
  }

  private static func covers(_ document: JSONPlace) throws(TraceError) -> Set<MemoryCategory>? {
    guard let place = document.member("covers") else { return nil }
    var covers: Set<MemoryCategory> = []
    for element in try place.elements() { covers.insert(try element.category()) }
    return covers
  }

  private static func fields(
    _ document: JSONPlace
  ) throws(TraceError) -> [SnapshotField: ByteCount] {
    var fields: [SnapshotField: ByteCount] = [:]
    for (name, place) in try document.member("fields")?.members() ?? [] {
      // A later memtrace may predict a line that this one does not know.
      guard let field = SnapshotField(name: name), place.value != .null else { continue }
      fields[field] = try place.size()
    }
    return fields
  }

  private static func module(_ document: JSONPlace) throws(TraceError) -> Module? {
    guard let place = document.member("module"), place.member("path") != nil else { return nil }
    return Module(
      path: try place.required("path").string(),
      kind: try place.member("kind")?.string() ?? "",
      bytes: try place.optionalSize("bytes") ?? .zero,
      sha256: try place.member("sha256")?.string() ?? "")
  }

  /// Texts, whole numbers and flags; a hand-written configuration may hold anything else.
  private static func settings(_ document: JSONPlace) -> [Setting] {
    guard case .object(let members) = document.member("configuration")?.value else { return [] }
    return members.compactMap { member in
      switch member.value {
      case .string(let text): Setting(member.name, .text(text))
      case .integer(let number): Setting(member.name, .number(number))
      case .bool(let flag): Setting(member.name, .flag(flag))
      case .null, .decimal, .array, .object: nil
      }
    }
  }

  private static func fieldBounds(
    _ document: JSONPlace
  ) throws(TraceError) -> [SnapshotField: FieldBounds] {
    var bounds: [SnapshotField: FieldBounds] = [:]
    for (name, place) in try document.member("fieldBounds")?.members() ?? [] {
      guard let field = SnapshotField(name: name) else { continue }
      let minimum = try place.optionalSize("minBytes")
      let maximum = try place.optionalSize("maxBytes")
      if let minimum, let maximum, maximum < minimum {
        throw place.failure("maxBytes is below minBytes")
      }
      bounds[field] = FieldBounds(minimum: minimum, maximum: maximum)
    }
    return bounds
  }
}

extension Estimate.Row {
  fileprivate init(_ place: JSONPlace) throws(TraceError) {
    guard case .object = place.value else { throw place.failure("expected an object") }
    self.init(
      try place.required("category").category(),
      try place.required("expectedBytes").size()
    )
    // A null says "stands alone"; a missing key, "as usual for the category".
    if place.value["container"] == .null { container = nil }
    if let member = place.member("container") {
      container = try member.category()
      if container == category { throw member.failure("a category cannot contain itself") }
    }
    minimum = try place.optionalSize("minBytes")
    maximum = try place.optionalSize("maxBytes")
    reserved = try place.optionalSize("reservedBytes")
    used = try place.optionalSize("usedBytes")
    why = try place.member("why")?.string()
    for member in try place.member("changes")?.elements() ?? [] {
      changes.append(
        Estimate.Change(
          try member.required("action").string(), saved: try member.optionalSize("savedBytes")))
    }
    if let member = place.member("basis") {
      let name = try member.string()
      basis = Estimate.Basis(rawValue: name)
      if basis == nil {
        throw member.failure("expected exact, bound or assumption, found \"\(name)\"")
      }
    }
    try checkBounds(place)
  }

  private func checkBounds(_ place: JSONPlace) throws(TraceError) {
    if let minimum, minimum > expected {
      throw place.failure("minBytes is above expectedBytes")
    }
    if let maximum, maximum < expected {
      throw place.failure("maxBytes is below expectedBytes")
    }
    if basis == .bound, place.value["maxBytes"] == nil {
      throw place.failure("a bound needs maxBytes (null where nothing bounds it)")
    }
  }
}

extension Estimate.Pool {
  fileprivate init(_ place: JSONPlace) throws(TraceError) {
    var phases: [Phase] = []
    for phase in try place.member("phases")?.elements() ?? [] {
      phases.append(
        Phase(
          name: try phase.required("phase").string(),
          minimum: try phase.required("minimumBytes").size(),
          largestBlock: try phase.required("largestBlockBytes").size(),
          largestFor: try phase.member("largestBlockFor")?.string() ?? ""))
    }
    self.init(
      minimum: try place.required("minimumBytes").size(),
      largestBlock: try place.required("largestBlockBytes").size(), phases: phases)
  }
}
