import TraceAnalysis
import TraceModel
import TraceStore

/// Holds what is live in a store that is being made against the store that it is made of.
struct LiveBytesCheck {
  let store: TraceFile
  /// The store's event after which both must be equal.
  let event: UInt64

  private static let rulesDiffer =
    "categories differ from those of the store before: it was ingested with other attribution "
    + "rules, which --rules takes"

  /// Throws where the totals differ; warns where they are divided otherwise.
  func check(_ ingestion: inout TraceIngestion) throws {
    let expected = try store.cells(after: [event]).first ?? []
    let actual = ingestion.matcher.liveCells
    guard expected != actual else { return }
    guard LiveBytesCheck.totals(expected) == LiveBytesCheck.totals(actual) else {
      throw TraceError(
        .malformed, "what is live after event \(event) cannot be told by fewer events",
        at: SourceLocation(file: store.path), remedy: "keep the whole trace")
    }
    let warning = Diagnostic(.warning, LiveBytesCheck.rulesDiffer)
    if !ingestion.metadata.diagnostics.contains(warning) {
      ingestion.metadata.diagnostics.append(warning)
    }
  }

  private static func totals(_ cells: [CellBytes]) -> [Int64] {
    [
      cells.reduce(0) { $0 &+ $1.committed }, cells.reduce(0) { $0 &+ $1.reserved },
      cells.reduce(0) { $0 &+ $1.count },
    ]
  }
}
