import Testing
import TraceModel
import TraceReport

@Suite struct GlobalHeapTests {
  static let parts: [MemoryCategory: Int64] = [
    .module: 1000, .moduleInstance: 2000, .execEnv: 300, .wasmStack: 4000, .runtimeOther: 700,
  ]

  @Test func `a sum is compared with a sum where one side does not split the heap`() {
    let left = DiffSamples.estimate(Self.parts)
    let right = DiffSamples.trace([.runtimeOther: 8001], source: .events)
    let diff = FootprintDiff(left, right)
    #expect(diff.row("global-heap")?.left == ByteCount(8000))
    #expect(diff.verdict("global-heap") == .over)
    #expect(diff.verdict("module", in: "global-heap") == .onlyLeft)
    #expect(diff.totals.left == ByteCount(8000))
    #expect(diff.verdict == .regressed)
    #expect(diff.row("runtime-other") == nil)
  }

  @Test func `the bounds of the parts add up`() {
    let left = DiffSamples.estimate(Self.parts, basis: .assumption)
    let right = DiffSamples.trace([.runtimeOther: 8800], source: .events)
    let diff = FootprintDiff(left, right)
    #expect(diff.verdict("global-heap") == .within)
    #expect(diff.row("global-heap")?.allowed == ByteCount(800))
    #expect(diff.row("global-heap")?.basis == .assumption)
  }

  @Test func `the sum of the parts a side covers is compared, and the missing ones are said`() {
    let left = DiffSamples.estimate([.wasmStack: 4000, .gcHeap: 1])
    let right = DiffSamples.trace([.runtimeOther: 8000, .gcHeap: 1], source: .events)
    let diff = FootprintDiff(left, right)
    #expect(diff.row("global-heap")?.left == ByteCount(4000))
    #expect(diff.verdict("global-heap") == .over)
    #expect(diff.verdict("wasm-stack", in: "global-heap") == .onlyLeft)
    #expect(diff.verdict == .regressed)
    #expect(
      diff.warnings.contains {
        $0.contains("is without module, module-instance, exec-env, runtime-other")
      })
  }

  @Test func `parts by WAMR's account and by call stacks are compared as their sum`() {
    let left = DiffSamples.estimate(Self.parts, basis: .exact)
    var measured = Self.parts
    measured[.moduleInstance] = 1700
    measured[.module] = 1290
    let right = DiffSamples.trace(measured, source: .events)
    let diff = FootprintDiff(left, right)
    #expect(diff.row("global-heap")?.left == ByteCount(8000))
    #expect(diff.row("global-heap")?.right == ByteCount(7990))
    #expect(diff.row("module", in: "global-heap")?.right == ByteCount(1290))
    #expect(diff.verdict != .regressed)
    measured[.module] = 1301
    let worse = FootprintDiff(left, DiffSamples.trace(measured, source: .events))
    #expect(worse.verdict("global-heap") == .over)
    #expect(worse.verdict == .regressed)
  }

  @Test func `of a dump and a recording only the parts that both cover are summed`() {
    var printed = Self.parts
    printed[.runtimeOther] = nil
    let right = DiffSamples.trace(Self.parts, source: .events)
    let diff = FootprintDiff(DiffSamples.trace(printed), right)
    #expect(diff.row("global-heap")?.left == ByteCount(7300))
    #expect(diff.row("global-heap")?.right == ByteCount(7300))
    #expect(diff.verdict("runtime-other", in: "global-heap") == .onlyRight)
    #expect(diff.verdict == .pass)
  }

  @Test func `what a person wrote by hand, and two recordings, are compared part by part`() {
    let byHand = DiffSamples.estimate(Self.parts)
    let recording = DiffSamples.trace(Self.parts, source: .events)
    #expect(FootprintDiff(byHand, recording).row("global-heap") == nil)
    #expect(FootprintDiff(recording, recording).verdict("module") == .within)
  }

  @Test func `the latest dump splits a sum, and the rest is runtime-other`() {
    let dump = DiffSamples.footprint([.module: 900, .wasmStack: 4000, .linearMemory: 65536])
    let right = DiffSamples.trace([.runtimeOther: 8000], source: .events, split: dump)
    let diff = FootprintDiff(DiffSamples.estimate(Self.parts), right)
    #expect(diff.verdict("global-heap") == .within)
    #expect(diff.row("global-heap")?.source == .events)
    #expect(diff.row("module", in: "global-heap")?.right == ByteCount(900))
    #expect(diff.row("module", in: "global-heap")?.source == .snapshots)
    #expect(diff.row("runtime-other", in: "global-heap")?.right == ByteCount(3100))
    #expect(diff.row("linear-memory") == nil)
    #expect(diff.verdict == .pass)
  }

  @Test func `a dump larger than the sum leaves no rest and is said`() {
    let dump = DiffSamples.footprint([.wasmStack: 9000])
    let right = DiffSamples.trace([.runtimeOther: 8000], source: .events, split: dump)
    let diff = FootprintDiff(DiffSamples.estimate(Self.parts), right)
    #expect(diff.row("runtime-other", in: "global-heap")?.right == .zero)
    #expect(diff.warnings.contains { $0.contains("9000 bytes of global heap") })
  }

  @Test func `two sums are a plain row`() {
    let left = DiffSamples.trace([.runtimeOther: 8000], source: .events, name: "old.zst")
    let right = DiffSamples.trace([.runtimeOther: 8100], source: .events, name: "new.zst")
    let diff = FootprintDiff(left, right)
    #expect(diff.verdict("runtime-other") == .over)
    #expect(
      diff.reasons == [
        "runtime-other is 100 bytes over: 8100 in new.zst against 8000 in old.zst, 0 allowed"
      ]
    )
  }

  @Test func `two sides that split the heap are compared part by part`() {
    let diff = FootprintDiff(DiffSamples.estimate(Self.parts), DiffSamples.trace(Self.parts))
    #expect(diff.row("global-heap") == nil)
    #expect(diff.verdict("exec-env") == .within)
    #expect(diff.verdict == .pass)
  }

  @Test func `an unknown part makes the sum unknown`() {
    var parts = Self.parts
    parts[.module] = nil
    parts[.gcHeap] = 1
    let left = DiffSamples.trace(
      parts,
      covers: [.module],
      unknown: [.module: "wrapped"],
      name: "old.zst"
    )
    let right = DiffSamples.trace([.runtimeOther: 8000, .gcHeap: 1], source: .events)
    let diff = FootprintDiff(left, right)
    #expect(diff.verdict("global-heap") == .onlyRight)
    #expect(diff.verdict == .insufficientData)
  }
}
