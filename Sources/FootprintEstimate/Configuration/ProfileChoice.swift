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
    features.version = run.wamr
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
    let ranked = able.filter { $0.version == best }.map { (profile: $0, rank: rank(of: $0)) }
    return ranked.min { left, right in
      if left.rank != right.rank { return left.rank.lexicographicallyPrecedes(right.rank) }
      return left.profile.name < right.profile.name
    }?.profile
  }

  /// How far a build is from the one asked for; what counts most comes first.
  private func rank(of profile: StructProfile) -> [Int] {
    let different = differences(from: profile)
    let unasked = different.reduce(0) { sum, name in
      sum + (ProfileChoice.neverInherited.contains(name) ? 10 : 1)
    }
    return [misaligned(profile), different.count { isAsked($0) }, unasked]
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

  private func isAsked(_ name: String) -> Bool {
    name == "THREAD_MGR"
      ? ProfileChoice.threadOptions.contains { features[$0] != nil } : features[name] != nil
  }

  /// Options that a run has only where it says so, whatever the profile's build had.
  static let neverInherited: Set<String> = [
    "GC", "MEMORY64", "MULTI_MEMORY", "MULTI_MODULE", "BUILD_TYPE", "ALLOC_WITH_USAGE",
    "LOAD_CUSTOM_SECTION", "CUSTOM_NAME_SECTION", "DEBUG_INTERP", "SHARED_HEAP",
  ]

  /// Without what changes no struct: the target by itself, and profiling.
  private func differences(from profile: StructProfile) -> [String] {
    let neutral: Set<String> = ["TARGET", "MEMORY_PROFILING", "MEMORY_TRACING"]
    return ProfileChoice.withThreadManager(features)
      .differences(from: ProfileChoice.withThreadManager(profile.features))
      .filter { !neutral.contains($0) }
  }

  static let threadOptions = ["LIB_PTHREAD", "LIB_WASI_THREADS", "THREAD_MGR"]

  /// Each of the options that bring the thread manager changes the same structs.
  private static func withThreadManager(_ features: BuildFeatures) -> BuildFeatures {
    let given = threadOptions.filter { features[$0] != nil }
    guard !given.isEmpty else { return features }
    var result = features
    for name in given { result[name] = nil }
    result["THREAD_MGR"] = given.contains { features.has($0) } ? "1" : "0"
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
    let different = differences(from: profile)
      .filter { isAsked($0) && !($0 == "FAST_INTERP" && mode == .aot) }
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
