import Testing
import TraceModel

/// Struct sizes tell a dump's build, and what of its memories is linear memory.
@Suite struct StructProfileTests {
  /// A dump's fields as far as they matter here.
  private func snapshot(
    module: Int64,
    instance: Int64,
    execEnv: Int64,
    cache: Int64? = nil,
    memories: Int64,
    own: Int64 = 16,
    appHeap: Int64 = 0
  ) -> Snapshot {
    var fields: [SnapshotField: SnapshotValue] = [
      .moduleStruct: .bytes(module), .instanceStruct: .bytes(instance),
      .execEnvStruct: .bytes(execEnv), .moduleMemories: .bytes(own),
      .instanceMemories: .bytes(memories), .instanceAppHeap: .bytes(appHeap),
    ]
    if let cache { fields[.execEnvBlockAddrCache] = .bytes(cache) }
    return Snapshot(source: 0, line: 1, isComplete: true, fields: fields)
  }

  private func mainClassic(memories: Int64, own: Int64 = 16, appHeap: Int64 = 0) -> Snapshot {
    snapshot(
      module: 416,
      instance: 640,
      execEnv: 3216,
      cache: 3072,
      memories: memories,
      own: own,
      appHeap: appHeap
    )
  }

  @Test func `a bytecode dump tells version and mode`() {
    let labels = StructProfile.inferredLabels(for: mainClassic(memories: 131464))
    #expect(
      labels == [
        RunLabel(name: "mode", value: "classic", isInferred: true),
        RunLabel(name: "wamr", value: "main", isInferred: true),
      ]
    )
    #expect(MemoriesSplit(mainClassic(memories: 131464)) == .bytes(131072))
  }

  @Test func `an AOT dump is told by its instance's struct`() {
    let dump = snapshot(module: 568, instance: 464, execEnv: 288, memories: 262656)
    #expect(StructProfile.inferredLabels(for: dump).map(\.value) == ["aot", "main"])
    #expect(MemoriesSplit(dump) == .bytes(262144))
  }

  @Test func `builds of 2.2.0, 2.3.1 and 2.4.4 with the same sizes leave the version open`() {
    let dump = snapshot(
      module: 408,
      instance: 640,
      execEnv: 3216,
      cache: 3072,
      memories: 131464
    )
    #expect(
      Set(StructProfile.matching(dump).map(\.version.description)) == ["2.2.0", "2.3.1", "2.4.4"])
    #expect(StructProfile.inferredLabels(for: dump).map(\.name) == ["mode"])
    #expect(MemoriesSplit(dump) == .bytes(131072))
  }

  @Test func `a module that imports its memory has one in its instance`() {
    #expect(MemoriesSplit(mainClassic(memories: 131464, own: 0)) == .bytes(131072))
  }

  @Test func `each memory has structs of its own`() {
    #expect(MemoriesSplit(mainClassic(memories: 65536 * 3 + 2 * 392, own: 32)) == .bytes(196608))
  }

  @Test func `a module without memory has none`() {
    #expect(MemoriesSplit(mainClassic(memories: 0, own: 0)) == .bytes(0))
    // An .aot carries an empty memory all the same.
    let aot = snapshot(module: 568, instance: 464, execEnv: 288, memories: 512)
    #expect(MemoriesSplit(aot) == .bytes(0))
  }

  @Test func `wrapped memories of 4 GiB are impossible, not empty`() {
    let old = snapshot(module: 368, instance: 552, execEnv: 3208, cache: 3072, memories: 391)
    #expect(
      MemoriesSplit(old)
        == .impossible("the memories' structs alone are larger than the memories")
    )
    let zero = snapshot(module: 408, instance: 600, execEnv: 3216, cache: 3072, memories: 392)
    guard case .impossible = MemoriesSplit(zero) else {
      Issue.record("a memory of 2.2.0 that prints as 0 bytes may be one of 4 GiB")
      return
    }
  }

  @Test func `an app heap larger than its memory is impossible`() {
    guard case .impossible = MemoriesSplit(mainClassic(memories: 456, appHeap: 65)) else {
      Issue.record("64 bytes of memory cannot hold 65 bytes of heap")
      return
    }
  }

  @Test func `an unknown build is not split`() {
    let dump = snapshot(module: 1, instance: 2, execEnv: 3, memories: 1000)
    #expect(StructProfile.matching(dump).isEmpty)
    #expect(StructProfile.inferredLabels(for: dump).isEmpty)
    #expect(MemoriesSplit(dump) == .unknownProfile)
  }

  @Test func `a dump without its instance's block has no memories to split`() {
    let dump = Snapshot(source: 0, line: 1, fields: [.moduleStruct: .bytes(416)])
    #expect(MemoriesSplit(dump) == nil)
  }

  @Test func `a huge printed number does not trap`() {
    let dump = mainClassic(memories: .max, own: .max)
    #expect(MemoriesSplit(dump) != nil)
  }

  @Test func `one row of the table is what the builds say`() {
    #expect(StructProfile.all.count > 100)
    for name in [
      "void*", "WASMExecEnv", "WASMExecEnv.wasm_stack", "WASMModule", "AOTModule", "gc_heap_t",
      "WASMModuleInstanceExtra", "APP_THREAD_STACK_SIZE_DEFAULT",
    ] {
      #expect(StructProfile.measured(name) == StructProfile.all.map { $0.sizes[name] ?? -1 })
    }
    for name in ["", "void", "WASMExecEn", "no such struct", "name", "version", "features"] {
      #expect(StructProfile.measured(name) == [])
    }
  }
}
