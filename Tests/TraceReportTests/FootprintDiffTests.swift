import Testing
import TraceModel
import TraceReport

@Suite struct FootprintDiffTests {
  @Test func `a row that only one side covers decides nothing`() {
    let left = DiffSamples.estimate([.module: 10, .gcHeap: 5000])
    let right = DiffSamples.trace([.module: 10, .linearMemory: 1 << 20])
    let diff = FootprintDiff(left, right)
    #expect(diff.verdict("linear-memory") == .onlyRight)
    #expect(diff.row("linear-memory")?.left == nil)
    #expect(diff.verdict("gc-heap") == .onlyLeft)
    #expect(diff.verdict == .pass)
    #expect(diff.totals == FootprintDiff.Totals(left: ByteCount(10), right: ByteCount(10)))
  }

  @Test func `an estimate that names two categories is compared in these two`() {
    let rows: [MemoryCategory: Int64] = [
      .module: 4000, .moduleInstance: 6000, .execEnv: 280, .wasmStack: 65536, .aotCode: 9000,
      .linearMemory: 1 << 20,
    ]
    let right = DiffSamples.trace(rows)
    let same = FootprintDiff(
      DiffSamples.estimate([.wasmStack: 65536, .aotCode: 9000]),
      right
    )
    #expect(same.verdict == .pass)
    #expect(same.row("wasm-stack")?.right == ByteCount(65536))
    for id in ["linear-memory", "module", "module-instance", "exec-env"] {
      #expect(same.verdict(id) == .onlyRight)
    }
    let half = FootprintDiff(
      DiffSamples.estimate([.wasmStack: 32768, .aotCode: 9000]),
      right
    )
    #expect(half.verdict == .regressed)
    #expect(half.verdict("wasm-stack") == .over)
    #expect(
      half.reasons == [
        "wasm-stack is 32768 bytes over: 65536 measured against 32768 expected, 0 allowed"
      ]
    )
  }

  @Test func `a covered category without a row has no bytes`() {
    let left = DiffSamples.estimate([.module: 10], covers: [.gcHeap])
    let diff = FootprintDiff(left, DiffSamples.trace([.module: 10, .gcHeap: 1]))
    #expect(diff.row("gc-heap")?.left == .zero)
    #expect(diff.verdict("gc-heap") == .over)
    #expect(diff.row("gc-heap")?.ratio == nil)
  }

  @Test func `of-which rows are judged for information only`() {
    let left = DiffSamples.estimate([.linearMemory: 65536, .libcHeap: 100])
    let right = DiffSamples.trace([.linearMemory: 65536, .libcHeap: 60000])
    let diff = FootprintDiff(left, right)
    #expect(diff.verdict("libc-heap", in: "linear-memory") == .over)
    #expect(diff.verdict == .pass)
    #expect(diff.totals.right == ByteCount(65536))
  }

  @Test func `a category in different containers is not compared`() {
    let left = DiffSamples.estimate([.aotCode: 9000, .moduleFile: 20000])
    var inside = DiffSamples.footprint([.moduleFile: 20000])
    inside.rows.append(FootprintRow(.aotCode, ByteCount(9000), container: .moduleFile))
    let diff = FootprintDiff(left, DiffSide(inside, name: "trace.zst"))
    #expect(diff.verdict("aot-code") == .onlyLeft)
    #expect(diff.verdict("aot-code", in: "module-file") == .onlyRight)
    #expect(diff.verdict == .pass)
    #expect(diff.warnings.contains { $0.contains("aot-code is not compared") })
  }

  @Test(arguments: [
    (MemoryCategory.linearMemory, FootprintSource.events, RowVerdict.within),
    (.linearMemory, .snapshots, .over), (.gcHeap, .events, .over), (.aotCode, .events, .within),
    (.nativeStack, .events, .within), (.stackGuard, .events, .within),
  ])
  func `a mapping may be larger by the rounding to its page`(
    _ category: MemoryCategory,
    _ source: FootprintSource,
    _ expected: RowVerdict
  ) {
    let mappings: Set<MemoryCategory> = [.aotCode, .stackGuard]
    func verdict(on bytes: Int64, basis: Estimate.Basis?) -> RowVerdict? {
      let right = DiffSamples.trace([category: bytes], source: source, covers: mappings)
      let left = DiffSamples.estimate([category: 66720], basis: basis)
      return FootprintDiff(left, right).verdict(category.id)
    }
    #expect(verdict(on: 69632, basis: .exact) == expected)
    #expect(verdict(on: 69633, basis: .exact) == .over)
    #expect(verdict(on: 69632, basis: nil) == .over)
  }

  @Test func `a block of the allocator is not rounded to a page`() {
    let left = DiffSamples.estimate([.linearMemory: 65535], basis: .exact)
    let right = DiffSamples.trace([.linearMemory: 65536], source: .events)
    #expect(FootprintDiff(left, right).verdict("linear-memory") == .over)
  }

  @Test func `two event logs have whole pages on both sides, and nothing is rounded`() {
    let left = DiffSamples.trace([.linearMemory: 66720], source: .events)
    let right = DiffSamples.trace([.linearMemory: 66721], source: .events)
    #expect(FootprintDiff(left, right).verdict == .regressed)
  }

  @Test func `an unknown category that lies in another is not needed`() {
    let left = DiffSamples.estimate([.module: 10, .appHeap: 5])
    let right = DiffSamples.trace([.module: 10], unknown: [.appHeap: "wrapped"])
    let diff = FootprintDiff(left, right)
    #expect(diff.verdict == .pass)
    #expect(diff.warnings == ["app-heap is unknown in trace.zst: wrapped"])
  }

  @Test func `unattributed is always there`() {
    let neither = FootprintDiff(
      DiffSamples.estimate([.module: 1]),
      DiffSamples.trace([.module: 1])
    )
    #expect(neither.row("unattributed")?.right == .zero)
    #expect(neither.verdict("unattributed") == .within)
    let right = FootprintDiff(
      DiffSamples.estimate([.module: 1]),
      DiffSamples.trace([.module: 1, .unattributed: 7])
    )
    #expect(right.verdict("unattributed") == .onlyRight)
    #expect(right.verdict == .pass)
  }

  @Test func `nothing in common is not enough data`() {
    let diff = FootprintDiff(
      DiffSamples.estimate([.gcHeap: 1]),
      DiffSamples.trace([.linearMemory: 1])
    )
    #expect(diff.verdict == .insufficientData)
    #expect(diff.verdict.exitCode == 3)
    #expect(diff.reasons.first?.hasPrefix("no category in common") == true)
  }

  @Test func `an unknown category that is needed leaves the verdict open`() {
    let left = DiffSamples.estimate([.linearMemory: 65536, .module: 10])
    let unknown = [MemoryCategory.linearMemory: "the dump wrapped"]
    let open = FootprintDiff(left, DiffSamples.trace([.module: 10], unknown: unknown))
    #expect(open.verdict == .insufficientData)
    #expect(open.reasons == ["linear-memory is unknown in trace.zst: the dump wrapped"])
    let worse = FootprintDiff(left, DiffSamples.trace([.module: 11], unknown: unknown))
    #expect(worse.verdict == .regressed)
    #expect(worse.reasons.count == 2)
    let unneeded = FootprintDiff(
      DiffSamples.estimate([.module: 10]),
      DiffSamples.trace([.module: 10], unknown: unknown)
    )
    #expect(unneeded.verdict == .pass)
    #expect(unneeded.warnings == ["linear-memory is unknown in trace.zst: the dump wrapped"])
  }

  @Test func `the larger of both sides decides the order, then the code`() {
    let diff = FootprintDiff(
      DiffSamples.estimate([.module: 10, .gcHeap: 10, .sharedHeap: 1]),
      DiffSamples.trace([.module: 10, .gcHeap: 10, .sharedHeap: 99])
    )
    #expect(
      diff.rows.map(\.subject.id) == ["shared-heap", "module", "gc-heap", "unattributed"]
    )
  }
}
