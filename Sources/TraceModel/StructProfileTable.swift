/// The builds whose struct sizes are known, and the reader of a table of such builds.
///
/// A table has one row for each struct, offset or constant and one column for each build, with tabs
/// between: `name` and the builds' names in the first row; then, in any order, the rows `version`,
/// `source` and `features`, and sizes in bytes, `-` where a build has no such struct.
/// `Tools/struct-profile.c` prints a table of one build.
extension StructProfile {
  /// Measured in the versions and builds that their names say.
  package static let all =
    (try? unsafe table(Array(measuredText), file: "StructProfileData.swift")) ?? []

  private static var measuredText: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: measured.utf8Start, count: measured.utf8CodeUnitCount)
  }

  /// What one row says of all the builds that are known, -1 where one has no such struct.
  ///
  /// Rationale: the whole table is long, and a program that asks for one row runs for a moment only.
  package static func measured(_ name: String) -> [Int64] {
    let begin = Array(name.utf8) + [tab]
    var rest = unsafe measuredText[...]
    while unsafe !rest.isEmpty {
      let line = unsafe rest.prefix { $0 != UInt8(ascii: "\n") }
      if unsafe line.starts(with: begin) {
        let cells = unsafe Array(line)[name.utf8.count...]
        return (try? numbers(cells, of: name, at: SourceLocation(file: ""))) ?? []
      }
      unsafe rest = rest[line.endIndex...].dropFirst()
    }
    return []
  }

  /// Every build of a table.
  package static func table(_ text: [UInt8], file: String) throws(TraceError) -> [StructProfile] {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let header = cells(lines.first ?? [])
    guard header.first == "name", header.count > 1 else {
      throw TraceError(
        .malformed, "no table of struct sizes: its first line is not \"name\" and builds",
        at: SourceLocation(file: file, line: 1),
        remedy: "compile and run Tools/struct-profile.c with your WAMR's headers and flags")
    }
    let names = header.dropFirst()
    var rows: [String: [Int64]] = [:]
    var texts: [String: [String]] = [:]
    for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let place = SourceLocation(file: file, line: number + 1)
      let name = String(decoding: line.prefix { $0 != tab }, as: UTF8.self)
      if ["version", "source", "features"].contains(name) {
        texts[name] = Array(cells(line).dropFirst())
        try check(texts[name]?.count ?? 0, against: names.count, at: place)
      } else {
        let row = try numbers(line.dropFirst(name.utf8.count), of: name, at: place)
        try check(row.count, against: names.count, at: place)
        rows[name] = row
      }
    }
    let table = StructSizeTable(rows)
    var profiles: [StructProfile] = []
    for (column, name) in names.enumerated() {
      var profile = StructProfile(name: name, sizes: StructSizes(table, column: column))
      try profile.set(texts, column: column, file: file)
      profiles.append(profile)
    }
    return profiles
  }

  private static let tab = UInt8(ascii: "\t")

  private static func cells(_ line: ArraySlice<UInt8>) -> [String] {
    line.split(separator: tab, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private static func check(
    _ count: Int, against columns: Int, at place: SourceLocation
  ) throws(TraceError) {
    guard count == columns else {
      throw TraceError(
        .malformed, "\(count + 1) columns where the first line has \(columns + 1)", at: place)
    }
  }

  /// Sizes, each behind a tab.
  private static func numbers(
    _ cells: ArraySlice<UInt8>, of name: String, at place: SourceLocation
  ) throws(TraceError) -> [Int64] {
    var numbers: [Int64] = []
    var digits = 0
    var value: Int64 = 0
    var isAbsent = false
    func finish() throws(TraceError) {
      guard isAbsent ? digits == 0 : (1...10).contains(digits) else {
        throw TraceError(.malformed, "\(name): a cell is no size in bytes", at: place)
      }
      numbers.append(isAbsent ? -1 : value)
      (digits, value, isAbsent) = (0, 0, false)
    }
    for byte in cells.dropFirst() {
      switch byte {
      case tab: try finish()
      case UInt8(ascii: "-"): isAbsent = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        if digits <= 10 { value = value * 10 + Int64(byte - UInt8(ascii: "0")) }
      default: digits = 11
      }
    }
    try finish()
    return numbers
  }

  private mutating func set(
    _ texts: [String: [String]], column: Int, file: String
  ) throws(TraceError) {
    let place = SourceLocation(file: file)
    if let text = texts["version"]?[column] {
      guard let version = WamrVersion(text) else {
        throw TraceError(.malformed, "\"\(text)\" is no version of WAMR", at: place)
      }
      self.version = version
    }
    if let text = texts["features"]?[column] {
      guard let features = BuildFeatures(text) else {
        throw TraceError(.malformed, "\"\(text)\" is no list of NAME=VALUE", at: place)
      }
      self.features = features
    }
    features.version = version
    source = texts["source"]?[column] ?? ""
    guard sizes["void*"] != nil else {
      throw TraceError(.malformed, "\(name) has no row void*", at: place)
    }
  }
}
