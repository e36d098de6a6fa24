package import TraceModel

/// One build of WAMR for one run: the struct sizes it is taken to have, and what follows from it.
package struct RuntimeBuild: Hashable, Sendable {
  package let configuration: RunConfiguration
  package let mode: StructProfile.Mode
  package let target: Target
  package let profile: StructProfile
  /// The profile's options, and the user's where they differ.
  package let features: BuildFeatures
  /// What was assumed because nothing better was known.
  package private(set) var assumptions: [String] = []

  package var version: WamrVersion { configuration.wamr }
  package var platform: Platform { configuration.platform }
  package var pointerBytes: Int64 { profile.pointerBytes }

  /// A size, an offset or a constant of the profile; 0 where the build has no such struct.
  package func size(_ name: String) -> Int64 { profile.sizes[name] ?? 0 }

  package init(
    _ configuration: RunConfiguration, mode: StructProfile.Mode, target: Target,
    profiles: [StructProfile] = StructProfile.all
  ) throws(TraceError) {
    let choice = ProfileChoice(
      version: configuration.wamr, mode: mode, target: target,
      features: ProfileChoice.asked(configuration))
    guard let profile = choice.nearest(in: profiles) else {
      throw TraceError(
        .insufficientData,
        "no struct sizes are known for \(mode.rawValue) with \(target.pointerBytes * 8)-bit pointers",
        remedy: "--profile FILE reads those of your build; Tools/struct-profile.c prints them")
    }
    self.configuration = configuration
    self.mode = mode
    self.target = target
    self.profile = profile
    features = RuntimeBuild.features(of: profile, changedBy: choice.features, mode: mode)
    assumptions = choice.assumptions(about: profile)
  }

  /// The profile's options with those that were asked for, except what nobody takes along unasked.
  private static func features(
    of profile: StructProfile, changedBy asked: BuildFeatures, mode: StructProfile.Mode
  ) -> BuildFeatures {
    var features = profile.features
    features.version = asked.version
    for name in ProfileChoice.neverInherited where features[name] != nil { features[name] = "0" }
    if ProfileChoice.threadOptions.contains(where: { asked[$0] != nil }) {
      for name in ProfileChoice.threadOptions { features[name] = nil }
    }
    for (name, value) in asked.values { features[name] = value }
    if mode != .aot { features["FAST_INTERP"] = mode == .fast ? "1" : "0" }
    return features
  }

  /// Out-of-bounds accesses of linear memory are caught by its pages' protection.
  package var checksBoundsInHardware: Bool {
    guard features["HW_BOUND_CHECK"] != "0", features["DISABLE_HW_BOUND_CHECK"] != "1",
      !features.has("MEMORY64")
    else { return false }
    return target.canCheckBoundsInHardware && platform.canCheckBoundsInHardware
  }

  /// The operand stack's bytes: what the user said, else what iwasm asks for.
  package var stackBytes: Int64 {
    if let bytes = configuration.stackSize, bytes > 0 { return bytes }
    // 0 stands for the runtime's own default.
    if configuration.stackSize != nil { return size("DEFAULT_WASM_STACK_SIZE") }
    return version <= .v1_0 ? 16_384 : 65_536
  }

  /// The app heap's bytes as asked for: what the user said, else what iwasm asks for.
  package var heapBytes: Int64 {
    if let bytes = configuration.heapSize { return bytes }
    return version < .v1_2 || !features.has("LIBC_WASI") ? 16_384 : 0
  }

  /// The native stack of each thread that WAMR creates.
  package var threadStackBytes: Int64 {
    configuration.threadStackSize ?? platform.threadStackBytes
      ?? max(size("APP_THREAD_STACK_SIZE_DEFAULT"), 32_768)
  }
}
