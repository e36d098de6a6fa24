import TraceAnalysis
import TraceModel
import TraceStore

/// Holds what is live at the end of a part against what the next one begins with.
struct ContinuationCheck {
  let part: MergedPart
  let before: MergedPart
  let rules: AttributionRules

  /// Throws where the next part cannot continue what the ingestion holds.
  func check(_ ingestion: TraceIngestion) throws {
    let own = try opening()
    let left = ingestion.matcher.liveSet
    guard own != left else { return }
    throw TraceError(
      .malformed, "it does not continue \(before.path): \(difference(left, own))",
      at: SourceLocation(file: part.path), remedy: "are these slices of one trace?")
  }

  /// What is live when the part begins.
  private func opening() throws -> LiveSet {
    let store = part.store
    var matcher = EventMatcher()
    guard store.metadata.openingEvents > 0 else { return matcher.liveSet }
    if try !store.stacks().isEmpty { matcher.attribute(by: rules) }
    var matching = (matcher: matcher, context: try RecordedMatching(store))
    try store.forEachRecordedBatch(through: store.metadata.openingEvents - 1) { batch in
      matching.context.prepare(&matching.matcher, for: batch)
      var batch = batch
      matching.matcher.match(&batch)
    }
    return matching.matcher.liveSet
  }

  private func difference(_ left: LiveSet, _ own: LiveSet) -> String {
    if let block = Set(left.blocks).subtracting(own.blocks).min(by: { $0.address < $1.address }) {
      return "the block at \(hexadecimal(block.address)) is live there and not here"
    }
    if let block = Set(own.blocks).subtracting(left.blocks).min(by: { $0.address < $1.address }) {
      return "the block at \(hexadecimal(block.address)) is live here and not there"
    }
    return "mappings or categories are others"
  }

  private func hexadecimal(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}
