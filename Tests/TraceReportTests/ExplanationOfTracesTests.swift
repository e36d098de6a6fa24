import Testing
import TraceModel
import TraceReport

/// Explanations of measured peaks: what the dumps' high-water marks say.
@Suite struct ExplanationOfTracesTests {
  static func dump(_ fields: [SnapshotField: Int64], isComplete: Bool = true) -> Snapshot {
    Snapshot(
      source: 0, line: 1, isComplete: isComplete, fields: fields.mapValues { .bytes($0) })
  }

  static func explanation(
    _ rows: [MemoryCategory: Int64], _ dumps: [Snapshot], mode: String? = nil,
    source: FootprintSource = .snapshots, split: Footprint? = nil
  ) -> Explanation {
    Explanation(
      DiffSamples.footprint(rows, source: source), split: split, snapshots: dumps,
      labels: mode.map { [RunLabel(name: "mode", value: $0, isInferred: true)] } ?? [])
  }

  /// WAMR starts a function where twice its frame is free: twice the use is always enough.
  @Test(arguments: [(2980, 6144), (104, 1024), (16000, 32768), (20_480, 40_960)])
  func `a stack of which little was used is offered at twice that, in whole KiB`(
    _ used: Int64, _ request: Int64
  ) throws {
    let explanation = Self.explanation(
      [.wasmStack: 65536], [Self.dump([.execEnvStack: 65536, .interpreterStackUsed: used])])
    let change = try #require(explanation.changes.first)
    #expect(change.action == "--stack-size=\(request) (twice the most that was used)")
    #expect(change.saved == ByteCount(65536 - request))
    #expect(explanation.rows.first?.used == ByteCount(used))
  }

  @Test func `the dump with the deepest stack counts`() throws {
    let dumps = [100, 9000, 300].map {
      Self.dump([.execEnvStack: 65536, .interpreterStackUsed: $0])
    }
    let explanation = Self.explanation([.wasmStack: 65536], dumps)
    #expect(explanation.changes.first?.saved == ByteCount(65536 - 18432))
  }

  @Test func `a stack that is nearly used up is left as it is`() {
    let explanation = Self.explanation(
      [.wasmStack: 65536], [Self.dump([.execEnvStack: 65536, .interpreterStackUsed: 40000])])
    #expect(explanation.changes.map(\.saved) == [nil])
  }

  @Test func `an app heap without allocations needs not be`() throws {
    let run: [SnapshotField: Int64] = [.interpreterStackUsed: 100, .appHeapUsed: 0]
    let explanation = Self.explanation(
      [.linearMemory: 131_072, .appHeap: 16384],
      [Self.dump(run.merging([.instanceAppHeap: 16384]) { $1 })])
    let change = try #require(explanation.changes.first)
    #expect(change.action == "--heap-size=0 (nothing was allocated in it)")
    #expect(change.categories == [.appHeap] && change.saved == ByteCount(16384))
  }

  /// An appended heap has whole pages less 1 KiB: a smaller request saves a page or nothing.
  @Test(arguments: [
    (65536, 21728, 27648, 37888 as Int64?), (64512, 21728, 0, nil), (130_048, 21728, 27648, 65536),
    (130_048, 60000, 0, nil), (64512, 0, 0, 65536), (16384, 16264, 0, nil),
  ])
  func `an app heap of which little was used can be smaller`(
    _ bytes: Int64, _ used: Int64, _ request: Int64, _ saved: Int64?
  ) {
    let explanation = Self.explanation(
      [.linearMemory: 1 << 20, .appHeap: bytes],
      [Self.dump([.instanceAppHeap: bytes, .appHeapUsed: used, .interpreterStackUsed: 9])])
    let change = explanation.changes.first { $0.saved != nil }
    #expect(change?.saved == saved.map { ByteCount($0) })
    if let change { #expect(change.action.hasPrefix("--heap-size=\(request) ")) }
  }

  @Test func `dumps of an instance that has not run, and torn ones, say nothing of its use`() {
    let before: [SnapshotField: Int64] = [
      .execEnvStack: 65536, .interpreterStackUsed: 0, .auxStackUsed: 0, .nativeStackLeft: 0,
      .appHeapUsed: 0, .instanceAppHeap: 16384,
    ]
    let torn = Self.dump(
      [.execEnvStack: 65536, .interpreterStackUsed: 50], isComplete: false)
    for mode in ["classic", "aot"] {
      let explanation = Self.explanation(
        [.wasmStack: 65536, .appHeap: 16384], [Self.dump(before), torn], mode: mode)
      #expect(explanation.changes.allSatisfy { $0.saved == nil })
    }
  }

  @Test func `AOT code leaves the WASM stack unused`() {
    let dump = Self.dump([.execEnvStack: 65536, .interpreterStackUsed: 0])
    let explanation = Self.explanation([.wasmStack: 65536, .aotCode: 100], [dump], mode: "aot")
    #expect(explanation.changes.first?.saved == ByteCount(65536 - 1024))
  }

  @Test func `the aux stack shows what was used of it, and its size is not known`() throws {
    let explanation = Self.explanation(
      [.linearMemory: 131_072], [Self.dump([.interpreterStackUsed: 10, .auxStackUsed: 1168])])
    let row = try #require(explanation.rows.last)
    #expect(row.category == .auxStack && row.container == .linearMemory)
    #expect(row.bytes == nil && row.used == ByteCount(1168))
    let change = explanation.changes.first { $0.categories == [.auxStack] }
    #expect(change?.action == "link with -z stack-size=2048 (a quarter more than was used)")
    #expect(change?.saved == nil)
  }

  @Test func `an aux stack that was used beyond the linker's default is not made smaller`() {
    let explanation = Self.explanation(
      [.linearMemory: 131_072], [Self.dump([.interpreterStackUsed: 10, .auxStackUsed: 64528])])
    #expect(
      explanation.changes.filter { $0.categories == [.auxStack] }.map(\.action)
        == ["link with a smaller -z stack-size"])
  }

  @Test func `a dump says what lies in the global heap that events have as one sum`() {
    let split = DiffSamples.footprint([.wasmStack: 65536, .module: 700, .linearMemory: 131_072])
    let dump = Self.dump([.execEnvStack: 65536, .interpreterStackUsed: 104])
    let explanation = Self.explanation(
      [.runtimeOther: 69166], [dump], source: .events, split: split)
    #expect(explanation.total == ByteCount(69166))
    #expect(
      explanation.rows.map { "\($0.category.id) in \($0.container?.id ?? "none")" } == [
        "runtime-other in none", "wasm-stack in runtime-other", "module in runtime-other",
      ])
    #expect(explanation.changes.first?.saved == ByteCount(64512))
  }

  @Test func `parts of a dump that the events' bytes cannot hold are left out`() {
    let split = DiffSamples.footprint([.wasmStack: 65536, .module: 700])
    let explanation = Self.explanation(
      [.runtimeOther: 1000], [], source: .events, split: split)
    #expect(explanation.rows.map(\.category) == [.runtimeOther, .module])
  }

  @Test func `numbers at the end of the range trap nowhere`() {
    let most = Int64.max
    let dump = Self.dump([
      .execEnvStack: most, .interpreterStackUsed: most, .instanceAppHeap: most, .appHeapUsed: most,
      .auxStackUsed: most,
    ])
    let heap = Self.dump([.instanceAppHeap: most - 1023, .appHeapUsed: 0, .nativeStackLeft: 1])
    for dumps in [[dump], [heap], [dump, heap]] {
      let explanation = Self.explanation([.wasmStack: most, .appHeap: most], dumps)
      #expect(explanation.rows.count >= 2)
    }
  }
}
