package import TraceAnalysis
package import TraceModel

extension Document {
  /// A peak's footprint by the keys asked for (`memtrace peak`).
  ///
  /// `resident` is what was in memory near it, where the log has samples; `frames` are those of the
  /// call stacks that rows name as sites, innermost first.
  package static func peak(
    _ footprint: Footprint, by keys: [FootprintKey], resident: ResidentMoment? = nil,
    frames: [String: [String]] = [:]
  ) -> Document {
    let rows = FootprintBreakdown(footprint, by: keys).rows
    let total = footprint.total
    let showsUsed = rows.contains { $0.used != nil }
    let functions = frames.compactMapValues(SiteFrame.readable)
    let table = Table(
      "peak",
      columns: columns(keys, showingUsed: showsUsed)
        + (functions.isEmpty ? [] : [.init("frame", key: "function")]),
      rows: NestedRows(rows) {
        RowPlace($0.category.id, in: $0.container?.id, scope: [$0.thread, $0.instance, $0.site])
      }.rows.map { row, depth in
        var cells = cells(row, keys, of: total, showingUsed: showsUsed)
        if !functions.isEmpty { cells.append(.text(row.site.flatMap { functions[$0] } ?? "")) }
        return Table.Row(cells, depth: depth)
      }
    )
    return Document(
      headline: headline(footprint),
      tables: [table],
      footnotes: unknownNotes(footprint) + (resident.map(ResidentText.lines) ?? []),
      json: json(footprint, rows, keys, resident)
    )
  }

  private static func headline(_ footprint: Footprint) -> [String] {
    let total = footprint.total
    let exact = ByteCountFormat.exact.text(total)
    var moment = "from \(footprint.source.rawValue)"
    if let event = footprint.event {
      moment += footprint.source == .events ? ", after event \(event)" : ", dump \(event)"
    }
    if let time = footprint.timeNanoseconds { moment += " at \(TableCell.secondsText(time))" }
    return [
      "peak: \(ByteCountFormat.scaled.text(total)) \(footprint.measure.rawValue) (\(exact) bytes)",
      moment,
    ]
  }

  private static func unknownNotes(_ footprint: Footprint) -> [String] {
    footprint.unknown.sorted { $0.key < $1.key }
      .map { "\($0.key.id) is unknown and not in the total: \($0.value)" }
  }

  private static func columns(_ keys: [FootprintKey], showingUsed: Bool) -> [Table.Column] {
    var columns = ordered(keys).map { Table.Column($0.rawValue) }
    if keys.contains(.category) { columns.append(.init("container", isMachineOnly: true)) }
    columns += [.number("bytes"), .number("share"), .number("count")]
    if showingUsed {
      columns.append(.number("used", key: "usedBytes"))
    }
    return columns
  }

  private static func cells(
    _ row: FootprintRow,
    _ keys: [FootprintKey],
    of total: ByteCount,
    showingUsed: Bool
  ) -> [TableCell] {
    var cells = ordered(keys).map { key -> TableCell in
      switch key {
      case .category: .text(row.category.id)
      case .thread: .text(row.thread)
      case .instance: .text(row.instance)
      case .site: .text(row.site)
      }
    }
    if keys.contains(.category) { cells.append(.text(row.container?.id)) }
    cells += [.bytes(row.bytes), .share(row.bytes, of: total), .integer(row.count)]
    if showingUsed { cells.append(.bytes(row.used)) }
    return cells
  }

  private static func ordered(_ keys: [FootprintKey]) -> [FootprintKey] {
    FootprintKey.allCases.filter(keys.contains)
  }

  private static func json(
    _ footprint: Footprint,
    _ rows: [FootprintRow],
    _ keys: [FootprintKey],
    _ resident: ResidentMoment?
  ) -> JSONValue {
    let elements = rows.map { row -> JSONValue in
      var members = ordered(keys).map { key -> JSONMember in
        switch key {
        case .category: JSONMember("category", .string(row.category.id))
        case .thread: JSONMember("thread", .optional(row.thread))
        case .instance: JSONMember("instance", .optional(row.instance))
        case .site: JSONMember("site", .optional(row.site))
        }
      }
      members.append(JSONMember("bytes", .bytes(row.bytes)))
      members.append(JSONMember("count", .integer(row.count)))
      if let used = row.used { members.append(JSONMember("usedBytes", .bytes(used))) }
      if keys.contains(.category) {
        members.append(JSONMember("container", .optional(row.container?.id)))
      }
      return .object(members)
    }
    let unknown = footprint.unknown.sorted { $0.key < $1.key }.map { category, why -> JSONValue in
      ["category": .string(category.id), "why": .string(why)]
    }
    return [
      "schema": "memtrace.peak/1",
      "measure": .string(footprint.measure.rawValue),
      "source": .string(footprint.source.rawValue),
      "peakBytes": .bytes(footprint.total),
      "timeNanoseconds": .unsigned(footprint.timeNanoseconds),
      "event": .unsigned(footprint.event),
      "covers": .categories(footprint.covers),
      "unknown": .array(unknown),
      "rows": .array(elements),
      "resident": ResidentText.json(resident),
    ]
  }
}
