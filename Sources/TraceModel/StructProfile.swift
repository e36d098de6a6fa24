/// The sizes of WAMR's structs in one build: a dump tells its build by them, an estimate is made of
/// them.
package struct StructProfile: Hashable, Sendable {
  /// Sizes that differ between bytecode and AOT modules.
  package struct Sizes: Hashable, Sendable {
    package var module: Int64
    package var instance: Int64
    package var memoryInstance: Int64
    package var memory: Int64
  }

  /// What executes the module.
  package enum Mode: String, Hashable, Sendable {
    case classic
    case fast
    case aot
  }

  /// What the build is called: version and configuration.
  package var name: String
  package var version = WamrVersion.main
  /// Where the sizes come from.
  package var source = ""
  package var features = BuildFeatures()
  /// Sizes of structs (`WASMModule`), offsets of members (`WASMExecEnv.wasm_stack`) and constants
  /// (`APP_THREAD_STACK_SIZE_DEFAULT`), in bytes.
  package var sizes: StructSizes

  package init(name: String, sizes: StructSizes) {
    self.name = name
    self.sizes = sizes
  }

  package var pointerBytes: Int64 { sizes["void*"] ?? 8 }

  /// The offset of the stack in the execution environment's struct, which is what is printed.
  package var execEnv: Int64 { sizes["WASMExecEnv.wasm_stack"] ?? 0 }

  /// The struct that manages an app heap; charged for each memory, with or without a heap.
  package var heap: Int64 { sizes["gc_heap_t"] ?? 0 }

  /// The interpreter's memory instances lie in the module instance's struct; versions without a
  /// struct for what else an instance has keep them outside.
  package var instanceHoldsMemories: Bool { sizes["WASMModuleInstanceExtra"] != nil }

  package var interpreter: Sizes {
    Sizes(
      module: sizes["WASMModule"] ?? 0, instance: sizes["WASMModuleInstance"] ?? 0,
      memoryInstance: sizes["WASMMemoryInstance"] ?? 0, memory: sizes["WASMMemory"] ?? 0)
  }

  /// Nil in builds that run no AOT code.
  package var aot: Sizes? {
    guard let module = sizes["AOTModule"] else { return nil }
    return Sizes(
      module: module, instance: sizes["AOTModuleInstance"] ?? 0,
      memoryInstance: sizes["AOTMemoryInstance"] ?? 0, memory: sizes["AOTMemory"] ?? 0)
  }
}

extension StructProfile {
  /// A build that fits a dump, and whether its module is bytecode or AOT code.
  package struct Match: Hashable, Sendable {
    package var profile: StructProfile
    package var isAOT: Bool

    package var sizes: Sizes { isAOT ? profile.aot ?? profile.interpreter : profile.interpreter }

    package var mode: Mode {
      if isAOT { return .aot }
      return profile.features.has("FAST_INTERP") ? .fast : .classic
    }
  }

  /// The known builds whose struct sizes are those that `snapshot` printed.
  package static func matches(_ snapshot: Snapshot) -> [Match] {
    guard let module = snapshot.bytes(.moduleStruct),
      let instance = snapshot.bytes(.instanceStruct),
      let execEnv = snapshot.bytes(.execEnvStruct)
    else { return [] }
    var matches: [Match] = []
    for profile in all where profile.execEnv == execEnv {
      // The cache's line says that the runtime's interpreter is the classic one.
      guard profile.isClassic == (snapshot.fields[.execEnvBlockAddrCache] != nil) else { continue }
      if profile.features.has("INTERP"), profile.interpreter.module == module,
        profile.instanceHoldsMemories
          ? instance > profile.interpreter.instance : instance == profile.interpreter.instance
      {
        matches.append(Match(profile: profile, isAOT: false))
      }
      if let aot = profile.aot, aot.module == module, aot.instance == instance {
        matches.append(Match(profile: profile, isAOT: true))
      }
    }
    return matches
  }

  /// The known builds that `snapshot` can come from.
  package static func matching(_ snapshot: Snapshot) -> [StructProfile] {
    matches(snapshot).map(\.profile)
  }

  /// What the printed struct sizes leave open of the run: the values that `wamr` and `mode` can have.
  package static func possibleLabels(for snapshot: Snapshot) -> [String: Set<String>] {
    let matches = matches(snapshot)
    guard !matches.isEmpty else { return [:] }
    return [
      "mode": Set(matches.map(\.mode.rawValue)),
      "wamr": Set(matches.map(\.profile.version.description)),
    ]
  }

  /// What the printed struct sizes say of the run: `wamr` and `mode`, where they are clear.
  package static func inferredLabels(for snapshot: Snapshot) -> [RunLabel] {
    possibleLabels(for: snapshot).sorted { $0.key < $1.key }.compactMap { name, values in
      guard values.count == 1, let value = values.first else { return nil }
      return RunLabel(name: name, value: value, isInferred: true)
    }
  }

  /// Runs bytecode in the classic interpreter.
  package var isClassic: Bool { features.has("INTERP") && !features.has("FAST_INTERP") }
}
