/// The sizes of WAMR's structs in one build, by which a dump tells its build and can be split.
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

  package var version: String
  package var config: String
  package var pointerBytes: Int64
  /// The offset of the stack in the execution environment's struct, which is what is printed.
  package var execEnv: Int64
  /// The struct that manages an app heap; charged for each memory, with or without a heap.
  package var heap: Int64
  /// The interpreter's memory instances lie in the module instance's struct.
  package var instanceHoldsMemories: Bool
  package var interpreter: Sizes
  package var aot: Sizes?
  /// The build's options, `NAME=VALUE` separated by blanks.
  package var features: String
}

extension StructProfile {
  /// A build that fits a dump, and whether its module is bytecode or AOT code.
  package struct Match: Hashable, Sendable {
    package var profile: StructProfile
    package var isAOT: Bool

    package var sizes: Sizes { isAOT ? profile.aot ?? profile.interpreter : profile.interpreter }

    package var mode: Mode {
      if isAOT { return .aot }
      return profile.has("FAST_INTERP=1") ? .fast : .classic
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
      if !profile.has("INTERP=0"), profile.interpreter.module == module,
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

  /// What the printed struct sizes say of the run: `wamr` and `mode`, where they are clear.
  package static func inferredLabels(for snapshot: Snapshot) -> [RunLabel] {
    let matches = matches(snapshot)
    guard let first = matches.first else { return [] }
    var labels: [RunLabel] = []
    if matches.allSatisfy({ $0.mode == first.mode }) {
      labels.append(RunLabel(name: "mode", value: first.mode.rawValue, isInferred: true))
    }
    if matches.allSatisfy({ $0.profile.version == first.profile.version }) {
      labels.append(RunLabel(name: "wamr", value: first.profile.version, isInferred: true))
    }
    return labels
  }

  private func has(_ feature: String) -> Bool {
    features.split(separator: " ").contains { $0 == feature }
  }

  private var isClassic: Bool { !has("INTERP=0") && !has("FAST_INTERP=1") }
}
