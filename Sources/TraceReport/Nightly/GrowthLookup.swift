import TraceModel

/// Which threads and call stacks hold more than they did; runs are read once.
struct GrowthLookup {
  let lookup: RunLookup
  private var known: [Int64: [HistoryDetail]] = [:]

  /// How many are told of each, threads and call stacks.
  private static let limit = 3

  init(lookup: RunLookup) {
    self.lookup = lookup
  }

  /// The parts of a category that grew most from one point of a series to its newest.
  mutating func parts(
    of history: SeriesHistory, before index: Int, category: MemoryCategory
  ) throws(TraceError) -> [GrownPart] {
    guard index >= 0, let last = history.points.last, history.id.measure == .committed,
      history.id.source == .events
    else { return [] }
    let before = try details(of: history.points[index].run).filter { $0.category == category }
    let after = try details(of: last.run).filter { $0.category == category }
    guard !before.isEmpty, !after.isEmpty else { return [] }
    return GrowthLookup.largest(before, after) { Part(thread: $0.thread, frames: []) }
      + GrowthLookup.largest(before.filter(\.hasFrames), after.filter(\.hasFrames)) {
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
    return Array(
      grown.sorted { left, right in
        if left.delta != right.delta { return left.delta > right.delta }
        if left.frames != right.frames {
          return left.frames.lexicographicallyPrecedes(right.frames)
        }
        return (left.thread ?? "") < (right.thread ?? "")
      }.prefix(limit))
  }

  private mutating func details(of run: Int64) throws(TraceError) -> [HistoryDetail] {
    if let details = known[run] { return details }
    let details = try lookup.details(run)
    known[run] = details
    return details
  }
}

extension HistoryDetail {
  fileprivate var hasFrames: Bool { !frames.isEmpty }
}
