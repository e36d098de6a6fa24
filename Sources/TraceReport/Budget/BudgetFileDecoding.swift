package import TraceModel

extension BudgetFile {
  /// Reads `memtrace.toml`; every key that it does not know is a mistake with its name.
  package init(toml bytes: [UInt8], file: String) throws(TraceError) {
    self.init()
    let document = try TomlDocument.parse(bytes, file: file)
    let root = TomlTable(document, name: "the file", file: file)
    try root.allow(["regions", "budget", "accept", "mute"])
    for member in try root.table("regions")?.members ?? [] {
      let names = try root.require(
        TomlTable.texts(member.value), "regions.\(member.name)", "a list")
      guard member.name != BudgetFile.globalHeap.name else {
        throw root.failure("the region \(member.name) is there in every file")
      }
      regions.append(
        Region(
          name: member.name,
          categories: try names.map { id throws(TraceError) in
            try root.category(id)
          }))
    }
    for table in try root.tables("budget") { budgets.append(try budget(table)) }
    for kind in SeriesDecision.Kind.allCases {
      for table in try root.tables(kind.rawValue) { decisions.append(try table.decision(kind)) }
    }
  }

  private func budget(_ table: TomlTable) throws(TraceError) -> Budget {
    let parts = RunKey.Part.allCases
    try table.allow(parts.map(\.rawValue) + ["measure", "total", "category", "region"])
    var budget = Budget()
    for part in parts { budget.patterns[part] = try table.text(part.rawValue) }
    if let name = try table.text("measure") {
      guard let measure = Measure(rawValue: name) else {
        let all = Measure.allCases.map(\.rawValue).joined(separator: ", ")
        throw table.failure("measure takes one of \(all), not \(name)")
      }
      budget.measure = measure
    }
    if let value = table.value("total") {
      budget.limits.append(try table.limit(value, on: .total, "total"))
    }
    for member in try table.table("category")?.members ?? [] {
      let category = try table.category(member.name)
      budget.limits.append(
        try table.limit(member.value, on: .category(category), "category.\(member.name)"))
    }
    for member in try table.table("region")?.members ?? [] {
      guard region(member.name) != nil else {
        throw table.failure("no region is called \(member.name): [regions] says which there are")
      }
      budget.limits.append(
        try table.limit(member.value, on: .region(member.name), "region.\(member.name)"))
    }
    guard !budget.limits.isEmpty else {
      throw table.failure("it limits nothing: total, category.NAME or region.NAME say what")
    }
    return budget
  }
}

extension TomlTable {
  fileprivate func category(_ id: String) throws(TraceError) -> MemoryCategory {
    guard let category = MemoryCategory(id: id) else {
      throw failure("no category is called \(id)", remedy: "memtrace categories lists them")
    }
    return category
  }

  /// `"64KiB"`, `65536`, or `{ max = "64KiB", growth = "2%,1KiB" }`.
  fileprivate func limit(
    _ value: JSONValue, on subject: BudgetUse.Subject, _ name: String
  ) throws(TraceError) -> Budget.Limit {
    guard case .object = value else {
      return Budget.Limit(subject, size: try size(value, name))
    }
    let table = TomlTable(value, name: "\(self.name), \(name)", file: file)
    try table.allow(["max", "growth"])
    var limit = Budget.Limit(subject, size: nil)
    if let largest = table.value("max") { limit.size = try size(largest, "\(name).max") }
    if let text = try table.text("growth") {
      limit.growth = try require(Tolerance(text), "\(name).growth", "5%, 1KiB or 5%,1KiB")
    }
    guard limit.size != nil || limit.growth != nil else {
      throw failure("\(name) has neither max nor growth")
    }
    return limit
  }

  private func size(_ value: JSONValue, _ name: String) throws(TraceError) -> ByteCount {
    switch value {
    case .integer(let bytes) where bytes >= 0: return ByteCount(bytes)
    case .string(let text):
      return try require(
        ByteCountFormat.parse(text), name, "a size such as 64KiB, 65536 or 1 page")
    default: throw failure("\(name) is no size such as \"64KiB\", 65536 or \"1 page\"")
    }
  }

  fileprivate func decision(_ kind: SeriesDecision.Kind) throws(TraceError) -> SeriesDecision {
    try allow(["series", "reason", "until"] + (kind == .accept ? ["bytes", "from"] : []))
    guard let series = try text("series"), let reason = try text("reason"), !reason.isEmpty else {
      throw failure("it needs series and reason")
    }
    let pattern = try require(
      SeriesPattern(series), "series", "module/target/wamr/mode:category, each part with * and ?")
    var decision = SeriesDecision(kind, pattern, reason: reason)
    if let bytes = value("bytes") { decision.bytes = try growth(bytes) }
    decision.until = try time("until")
    decision.from = try time("from")
    return decision
  }

  /// `"+1.2KiB"`: a size, with or without its sign.
  private func growth(_ value: JSONValue) throws(TraceError) -> ByteCount {
    guard case .string(let text) = value, text.hasPrefix("+") else {
      return try size(value, "bytes")
    }
    return try size(.string(String(text.dropFirst())), "bytes")
  }

  private func time(_ name: String) throws(TraceError) -> UTCTime? {
    guard let text = try text(name) else { return nil }
    return try require(UTCTime(text), name, "a date such as 2026-12-31")
  }
}
