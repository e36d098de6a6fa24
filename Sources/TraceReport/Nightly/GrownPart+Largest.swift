package import TraceModel

extension GrownPart {
  /// How many threads and how many call stacks are told.
  private static let limit = 3

  /// The threads, then the call stacks, that hold more of a series' category than they did.
  ///
  /// Details are of committed bytes of events: other series have none.
  package static func largest(
    in series: SeriesID, before: [HistoryDetail], after: [HistoryDetail]
  ) -> [GrownPart] {
    guard series.measure == .committed, series.source == .events else { return [] }
    let before = before.filter { $0.category == series.category }
    let after = after.filter { $0.category == series.category }
    guard !before.isEmpty, !after.isEmpty else { return [] }
    return largest(before, after) { Part(thread: $0.thread, frames: []) }
      + largest(before.filter { !$0.frames.isEmpty }, after.filter { !$0.frames.isEmpty }) {
        Part(thread: $0.thread, frames: $0.frames)
      }
  }

  private struct Part: Hashable {
    var thread: String?
    var frames: [String]
  }

  private static func largest(
    _ before: [HistoryDetail], _ after: [HistoryDetail], by part: (HistoryDetail) -> Part
  ) -> [GrownPart] {
    let first = Dictionary(before.map { (part($0), $0.bytes) }, uniquingKeysWith: +)
    let last = Dictionary(after.map { (part($0), $0.bytes) }, uniquingKeysWith: +)
    let grown = last.map { part, bytes in
      GrownPart(
        thread: part.thread, frames: part.frames, before: first[part] ?? .zero, after: bytes)
    }.filter { $0.delta > .zero && ($0.thread != nil || !$0.frames.isEmpty) }
    return Array(grown.sorted(by: precedes).prefix(limit))
  }

  private static func precedes(_ first: GrownPart, _ second: GrownPart) -> Bool {
    if first.delta != second.delta { return first.delta > second.delta }
    if first.frames != second.frames {
      return first.frames.lexicographicallyPrecedes(second.frames)
    }
    return (first.thread ?? "") < (second.thread ?? "")
  }
}
