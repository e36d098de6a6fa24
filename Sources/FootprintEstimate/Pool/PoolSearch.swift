/// Finds the smallest pool on which a sequence runs to the end of each phase.
struct PoolSearch {
  private let sequence: AllocationSequence
  private let layout: EmsLayout
  /// Events and steps that may still be simulated.
  private var workLeft = 10_000_000
  /// The event behind the last one of each phase that has any.
  private var ends: [(phase: AllocationPhase, end: Int)] = []

  init(_ sequence: AllocationSequence, layout: EmsLayout) {
    self.sequence = sequence
    self.layout = layout
    for (index, event) in sequence.events.enumerated() {
      if ends.last?.phase == event.phase { ends.removeLast() }
      ends.append((event.phase, index + 1))
    }
  }

  /// The phases with their needs, of which the last one's is the run's.
  ///
  /// Nil where no pool is large enough.
  /// The last phase's pool was simulated to the end; where the work that is allowed runs out, a pool
  /// is larger than it must be.
  mutating func phases() -> [PoolEstimate.Phase]? {
    guard !ends.isEmpty else { return [] }
    let wide = PoolReplay(
      sequence, count: sequence.events.count, poolBytes: EmsLayout.largestChunk, layout: layout,
      work: workLeft, stops: ends.map(\.end))
    workLeft -= wide.work
    if wide.failedEvent != nil {
      // The tree became too deep to be followed: room for all blocks is enough.
      return wide.gaveUp ? summedPhases() : nil
    }
    let lean = leanMarks() ?? wide.marks
    var minimums = Array(repeating: 0, count: ends.count)
    for index in ends.indices.reversed() {
      minimums[index] = minimum(
        before: ends[index].end,
        lowestUse: min(wide.marks[index].highestUse, lean[index].highestUse),
        wide.marks[index])
    }
    for index in ends.indices.dropFirst() {
      minimums[index] = max(minimums[index], minimums[index - 1])
    }
    return describe(minimums, held: wide.marks.map(\.use))
  }

  /// What is needed where optional blocks are refused; nil where there are none.
  private mutating func leanMarks() -> [PoolReplay.Mark]? {
    guard sequence.events.contains(where: { $0.operation == .freeIfGiven }) else { return nil }
    let lean = PoolReplay(
      sequence, count: sequence.events.count, poolBytes: EmsLayout.largestChunk, layout: layout,
      work: workLeft, stops: ends.map(\.end), refusesOptional: true)
    workLeft -= lean.work
    return lean.failedEvent == nil ? lean.marks : nil
  }

  /// Between what is in use at most and where the highest chunk ends on a pool without bounds.
  private mutating func minimum(
    before count: Int, lowestUse: Int, _ mark: PoolReplay.Mark
  ) -> Int {
    var low = max(EmsLayout.smallestPool, layout.firstChunk + lowestUse - 8) & ~7
    var high = max(EmsLayout.smallestPool, (mark.highestEnd + 7) & ~7)
    // With less room the best chunk may be another one.
    while workLeft > 0, !succeeds(high, before: count) { high += max(64, high / 64) & ~7 }
    if workLeft > 0, succeeds(low, before: count) { return low }
    while high - low > 8, workLeft > 0 {
      let middle = (low + high) / 2 & ~7
      guard middle > low, middle < high else { break }
      if succeeds(middle, before: count) { high = middle } else { low = middle }
    }
    return high
  }

  private mutating func succeeds(_ bytes: Int, before count: Int) -> Bool {
    let replay = PoolReplay(
      sequence, count: count, poolBytes: bytes, layout: layout, work: max(1, workLeft))
    workLeft -= replay.work
    return replay.failedEvent == nil
  }

  private func summedPhases() -> [PoolEstimate.Phase] {
    var sum = layout.firstChunk
    var start = 0
    var sums: [Int] = []
    for (_, end) in ends {
      for event in sequence.events[start..<end] where event.isRequest {
        sum += layout.chunk(for: Int(event.size))
      }
      start = end
      sums.append(sum)
    }
    return describe(sums, held: sums)
  }

  private func describe(_ minimums: [Int], held: [Int]) -> [PoolEstimate.Phase] {
    var start = 0
    return ends.indices.map { index in
      var largest: AllocationSequence.Event?
      for event in sequence.events[start..<ends[index].end]
      where event.isRequest && event.purpose != .summary
        && event.size > largest?.size ?? 0
      {
        largest = event
      }
      start = ends[index].end
      return PoolEstimate.Phase(
        phase: ends[index].phase, minimumBytes: Int64(minimums[index]),
        largestBlockBytes: Int64(largest?.size ?? 0), largestFor: largest?.purpose,
        heldBytes: Int64(held[index]))
    }
  }
}
