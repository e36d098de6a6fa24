import TraceModel

/// Which of the known builds is nearest to the one asked for.
struct ProfileChoice {
  let version: WamrVersion
  let mode: StructProfile.Mode
  let target: Target
  let features: BuildFeatures

  /// The user's options, with a thread manager where threads are created.
  static func asked(_ run: RunConfiguration) -> BuildFeatures {
    var features = run.features
    let option = run.threadModel == .wasi ? "LIB_WASI_THREADS" : "LIB_PTHREAD"
    if run.threads > 0, features[option] == nil { features[option] = "1" }
    return features
  }

  /// The nearest version that has such a build, older before newer; in it the build that differs in
  /// the fewest options that were asked for, then in the fewest at all.
  func nearest(in profiles: [StructProfile]) -> StructProfile? {
    let able = profiles.filter { $0.pointerBytes == target.pointerBytes && runs(in: $0) }
    let older = able.filter { $0.version <= version }.map(\.version).max()
    guard let best = older ?? able.map(\.version).min() else { return nil }
    return able.filter { $0.version == best }.min { left, right in
      let ranks = [left, right].map { [misaligned($0), asked(of: $0).count, unasked(of: $0)] }
      if ranks[0] != ranks[1] { return ranks[0].lexicographicallyPrecedes(ranks[1]) }
      return left.name < right.name
    }
  }

  private func runs(in profile: StructProfile) -> Bool {
    switch mode {
    case .aot: profile.aot != nil
    case .classic: profile.isClassic
    case .fast: profile.features.has("INTERP") && profile.features.has("FAST_INTERP")
    }
  }

  /// 1 where the profile aligns 8-byte members otherwise than the target.
  private func misaligned(_ profile: StructProfile) -> Int {
    guard target.pointerBytes == 4 else { return 0 }
    let isX86 = profile.features["TARGET"] == "X86_32"
    return isX86 == target.aligns8 ? 1 : 0
  }

  /// The options that were asked for and that the profile has otherwise.
  private func asked(of profile: StructProfile) -> [String] {
    differences(from: profile).filter { name in
      name == "THREAD_MGR"
        ? ProfileChoice.threadOptions.contains { features[$0] != nil } : features[name] != nil
    }
  }

  /// The options that the profile has and nobody asked for; those that change most count most.
  private func unasked(of profile: StructProfile) -> Int {
    differences(from: profile).reduce(0) { sum, name in
      sum + (ProfileChoice.neverInherited.contains(name) ? 10 : 1)
    }
  }

  /// Options that a run has only where it says so, whatever the profile's build had.
  static let neverInherited: Set<String> = [
    "GC", "MEMORY64", "MULTI_MEMORY", "MULTI_MODULE", "BUILD_TYPE", "ALLOC_WITH_USAGE",
    "LOAD_CUSTOM_SECTION", "CUSTOM_NAME_SECTION", "DEBUG_INTERP", "SHARED_HEAP",
  ]

  /// Without what changes no struct: the target by itself, and profiling.
  private func differences(from profile: StructProfile) -> [String] {
    let neutral: Set<String> = ["TARGET", "MEMORY_PROFILING", "MEMORY_TRACING"]
    let asked = ProfileChoice.structural(features, of: version)
    return asked.differences(from: ProfileChoice.structural(profile.features, of: profile.version))
      .filter { !neutral.contains($0) }
  }

  private static let threadOptions = ["LIB_PTHREAD", "LIB_WASI_THREADS", "THREAD_MGR"]

  /// The options as structs depend on them: each of those that bring the thread manager changes
  /// the same structs, and reference types are on by default from 2.3 on only.
  private static func structural(
    _ features: BuildFeatures, of version: WamrVersion
  ) -> BuildFeatures {
    var result = features
    let given = threadOptions.filter { features[$0] != nil }
    for name in given { result[name] = nil }
    if !given.isEmpty { result["THREAD_MGR"] = given.contains { features.has($0) } ? "1" : "0" }
    if features["REF_TYPES"] == nil {
      result["REF_TYPES"] = version < (WamrVersion("2.3.0") ?? .v2_0) ? "0" : "1"
    }
    return result
  }

  func assumptions(about profile: StructProfile) -> [String] {
    var sentences: [String] = []
    if profile.version != version {
      sentences.append(
        "struct sizes of WAMR \(version) are not known; those of \(profile.version) are taken "
          + "(\(profile.name): \(profile.source))")
    }
    // Which of them a struct depends on is not known; an interpreter in an AOT run is no difference.
    let different = asked(of: profile).filter { !($0 == "FAST_INTERP" && mode == .aot) }
    if !different.isEmpty {
      sentences.append(
        "struct sizes are those of \(profile.name), which differs in \(different.joined(separator: ", "))"
      )
    }
    if target.pointerBytes == 4, target.architecture != .x86_32 {
      sentences.append(
        "struct sizes for \(target) were measured on x86"
          + (misaligned(profile) == 0 ? ", with members aligned as on \(target)" : ""))
    }
    return sentences
  }
}
