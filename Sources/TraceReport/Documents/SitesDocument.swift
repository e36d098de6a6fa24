package import TraceModel

/// Live bytes that one call stack asked for, in one category.
package struct SiteReport: Hashable, Sendable {
  /// The log's number of the stack; nil where it gives none.
  package var stack: StackID?
  package var category: MemoryCategory
  package var thread: String
  package var bytes: ByteCount
  package var blocks: Int64
  package var allocations: Int64
  package var allocatedBytes: ByteCount
  /// Innermost first; empty where the log defines none.
  package var frames: [String]

  package init(
    stack: StackID?, category: MemoryCategory, thread: String, bytes: ByteCount, blocks: Int64,
    allocations: Int64, allocatedBytes: ByteCount, frames: [String]
  ) {
    self.stack = stack
    self.category = category
    self.thread = thread
    self.bytes = bytes
    self.blocks = blocks
    self.allocations = allocations
    self.allocatedBytes = allocatedBytes
    self.frames = frames
  }
}

/// Sites at one moment, the largest first, the rest as one sum.
package struct SiteSelection: Hashable, Sendable {
  package var sites: [SiteReport]
  package var restCount: Int
  package var restBytes: ByteCount
  package var restBlocks: Int64
  /// What the moment is called: peak, end, or a time.
  package var moment: String

  /// Keeps the `limit` largest of `sites`; those without live blocks are left out.
  package init(_ sites: [SiteReport], moment: String, limit: Int) {
    let sorted = sites.filter { $0.bytes != .zero || $0.blocks != 0 }.sorted { left, right in
      if left.bytes != right.bytes { return left.bytes > right.bytes }
      if left.category != right.category { return left.category < right.category }
      return (left.stack?.rawValue ?? 0, left.thread) < (right.stack?.rawValue ?? 0, right.thread)
    }
    self.moment = moment
    self.sites = Array(sorted.prefix(limit))
    let rest = sorted.dropFirst(limit)
    restCount = rest.count
    restBytes = rest.map(\.bytes).reduce(.zero, +)
    restBlocks = rest.reduce(0) { $0 + $1.blocks }
  }

  package var total: ByteCount { sites.map(\.bytes).reduce(restBytes, +) }
  package var blocks: Int64 { sites.reduce(restBlocks) { $0 + $1.blocks } }
}

extension Document {
  /// Who asked for the memory that is live at a moment (`memtrace sites`).
  package static func sites(_ selection: SiteSelection) -> Document {
    sites(selection, schema: "sites", headline: "live at \(selection.moment)")
  }

  /// What was never freed (`memtrace leaks`).
  package static func leaks(_ selection: SiteSelection) -> Document {
    sites(selection, schema: "leaks", headline: "never freed")
  }

  private static func sites(
    _ selection: SiteSelection, schema: String, headline: String
  ) -> Document {
    let total = selection.total
    var rows = selection.sites.map { site in
      Table.Row([
        .text(site.stack.map { "\($0.rawValue)" }, otherwise: "(no stack)"),
        .text(site.category.id), .text(site.thread), .bytes(site.bytes),
        .share(site.bytes, of: total), .integer(site.blocks), .integer(site.allocations),
        .text(site.frames.first ?? ""),
        .text(SiteFrame.readable(site.frames) ?? ""),
      ])
    }
    if selection.restCount > 0 {
      rows.append(
        Table.Row(
          [
            .text("\(selection.restCount) more"), .none, .none, .bytes(selection.restBytes),
            .share(selection.restBytes, of: total), .integer(selection.restBlocks), .none, .none,
            .none,
          ], isSummary: true))
    }
    let columns: [Table.Column] = [
      .init("stack"), .init("category"), .init("thread"), .number("bytes"), .number("share"),
      .number("blocks", key: "blockCount"), .number("allocations", key: "allocationCount"),
      .init("frame", isMachineOnly: true), .init("frame", key: "function"),
    ]
    return Document(
      headline: [
        "\(headline): \(ByteCountFormat.scaled.text(total)) in \(selection.blocks) blocks"
      ],
      tables: [Table(schema, columns: columns, rows: rows)],
      json: [
        "schema": .string("memtrace.\(schema)/1"), "measure": "committed",
        "at": .string(selection.moment), "totalBytes": .bytes(total),
        "blockCount": .integer(selection.blocks),
        "sites": .array(selection.sites.map(json)),
        "restCount": .count(selection.restCount), "restBytes": .bytes(selection.restBytes),
        "restBlockCount": .integer(selection.restBlocks),
      ])
  }

  private static func json(_ site: SiteReport) -> JSONValue {
    [
      "stack": .optional(site.stack.map { "\($0.rawValue)" }),
      "category": .string(site.category.id), "thread": .string(site.thread),
      "bytes": .bytes(site.bytes), "blockCount": .integer(site.blocks),
      "allocationCount": .integer(site.allocations),
      "allocatedBytes": .bytes(site.allocatedBytes),
      "frames": .array(site.frames.map { .string($0) }),
    ]
  }
}
