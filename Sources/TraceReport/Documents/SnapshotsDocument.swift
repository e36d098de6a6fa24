package import TraceModel

extension Document {
  /// Every dump and capture line of a trace, as printed (`memtrace snapshots`).
  package static func snapshots(
    _ snapshots: [Snapshot],
    captureLines: [CaptureLine],
    sources: [TraceSource]
  ) -> Document {
    let names = SourceNames(sources)
    let dumps = snapshots.enumerated().map { snapshotTable($1, index: $0, names) }
    let complete = snapshots.count { $0.isComplete }
    return Document(
      headline: ["\(Counted.text(snapshots.count, "dump")), \(complete) complete"],
      tables: dumps + CaptureLineTables(captureLines, names).tables,
      json: SnapshotsJSON.value(snapshots, captureLines, names)
    )
  }

  private static func snapshotTable(
    _ snapshot: Snapshot,
    index: Int,
    _ names: SourceNames
  ) -> Table {
    let source = names[snapshot.source]
    var title = "dump \(index): \(source):\(snapshot.line)"
    if let thread = snapshot.thread { title += ", thread \(thread)" }
    if let time = snapshot.timeMilliseconds { title += ", \(time) ms" }
    if !snapshot.isComplete { title += ", not complete" }
    let columns: [Table.Column] = [
      .number("index", isMachineOnly: true),
      .init("source", isMachineOnly: true),
      .number("line", isMachineOnly: true),
      .init("thread", isMachineOnly: true),
      .number("timeMilliseconds", isMachineOnly: true),
      .init("complete", isMachineOnly: true),
      .init("field"),
      .number("bytes"),
    ]
    let rows = snapshot.fields.sorted { $0.key < $1.key }.map { field, value in
      Table.Row([
        .integer(Int64(index)), .text(source), .integer(Int64(snapshot.line)),
        .text(snapshot.thread), .integer(snapshot.timeMilliseconds),
        .text(snapshot.isComplete ? "true" : "false"), .text(field.name),
        .bytes(value.bytes.map { ByteCount($0) }, otherwise: "not enough info"),
      ])
    }
    return Table("snapshots", title: title, columns: columns, rows: rows)
  }
}

/// The names of a trace's inputs by their ordinals.
struct SourceNames {
  private let sources: [TraceSource]

  init(_ sources: [TraceSource]) {
    self.sources = sources
  }

  subscript(source: Int) -> String {
    sources.indices.contains(source) ? sources[source].name : "input \(source)"
  }
}
