import ArgumentParser
import TraceModel
import TraceReport
import TraceStore

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Shows what a store holds.",
    discussion: """
      EXAMPLES
        memtrace info trace.zst
        memtrace info trace.zst --format json

      \(readingExitCodes)
      """)

  @OptionGroup var store: StoreArgument
  @OptionGroup var result: ResultOptions

  func run() throws {
    try store.read { store in try result.write(.info(try Info.info(of: store))) }
  }

  private static func info(of store: TraceFile) throws -> TraceInfo {
    let snapshots = try store.snapshots()
    return TraceInfo(
      name: store.path.split(separator: "/").last.map(String.init) ?? store.path,
      version: store.version, bytes: Int64(clamping: store.byteCount),
      metadata: store.metadata, summary: store.summary, snapshots: snapshots.count,
      completeSnapshots: snapshots.count { $0.isComplete },
      stacks: try store.stacks().count, columns: columns(store))
  }

  /// The columns of each table over all row groups, the largest first.
  private static func columns(_ store: TraceFile) -> [TraceInfo.ColumnSize] {
    var sizes: [String: TraceInfo.ColumnSize] = [:]
    for group in store.groups {
      for chunk in group.chunks {
        let name = "\(group.tableName) \(chunk.name)"
        var size =
          sizes[name]
          ?? TraceInfo.ColumnSize(
            table: group.tableName, column: chunk.name, rawBytes: 0, storedBytes: 0)
        size.rawBytes += Int64(chunk.rawBytes)
        size.storedBytes += Int64(chunk.frameBytes)
        sizes[name] = size
      }
    }
    return sizes.sorted { ($1.value.storedBytes, $0.key) < ($0.value.storedBytes, $1.key) }
      .map(\.value)
  }
}
