import Testing
import TraceModel
import TraceReport

/// Properties of every diff, over random footprints; the seed is the test's argument.
@Suite struct RandomDiffTests {
  private static func side(_ name: String, _ random: inout SeededGenerator) -> DiffSide {
    var rows: [FootprintRow] = []
    for category in MemoryCategory.allCases where Int.random(in: 0..<3, using: &random) == 0 {
      for thread in 0..<Int.random(in: 1...3, using: &random) {
        rows.append(
          FootprintRow(
            category,
            ByteCount(Int64.random(in: 0...200_000, using: &random)),
            container: category.defaultContainer,
            thread: String(thread)
          )
        )
      }
    }
    let covers = MemoryCategory.allCases.filter { _ in Bool.random(using: &random) }
    let source: FootprintSource = Bool.random(using: &random) ? .events : .snapshots
    let footprint = Footprint(
      measure: .committed,
      source: source,
      rows: rows,
      covers: Set(covers).union(rows.map(\.category))
    )
    let dump = DiffSamples.footprint([.module: 500, .wasmStack: 70000])
    return DiffSide(
      footprint,
      name: name,
      globalHeapSplit: Bool.random(using: &random) ? dump : nil
    )
  }

  @Test(arguments: UInt64(0)..<100)
  func `totals are the sums of the counted rows, and swapping sides negates deltas`(
    _ seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let left = Self.side("left", &random)
    let right = Self.side("right", &random)
    let diff = FootprintDiff(left, right)
    let swapped = FootprintDiff(right, left)

    let counted = diff.rows.filter(\.isCounted)
    #expect(counted.compactMap(\.left).reduce(.zero, +) == diff.totals.left)
    #expect(counted.compactMap(\.delta).reduce(.zero, +) == diff.totals.delta)
    #expect(swapped.totals.delta == .zero - diff.totals.delta)
    #expect(swapped.rows.count == diff.rows.count)
    for row in diff.rows {
      let other = swapped.row(row.subject.id, in: row.container?.id)
      #expect(other?.delta == row.delta.map { .zero - $0 })
      #expect(other?.left == row.right)
      // What the JSON says is what decided.
      if let allowed = row.allowed, let left = row.left, let right = row.right {
        #expect((right > left + allowed) == (row.verdict == .over))
      }
    }
    let regressed = counted.contains { $0.verdict == .over }
    #expect((diff.verdict == .regressed) == regressed)
    #expect(FootprintDiff(left, left).verdict != .regressed)
  }

  @Test(arguments: UInt64(0)..<40)
  func `the order of rows in a side does not matter`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let left = Self.side("left", &random)
    let right = Self.side("right", &random)
    var shuffled = left
    shuffled.rows.shuffle(using: &random)
    let json = JSONWriter.text(Document.diff(FootprintDiff(left, right)).json)
    #expect(JSONWriter.text(Document.diff(FootprintDiff(shuffled, right)).json) == json)
  }
}
