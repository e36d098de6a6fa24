package import TraceModel

/// Which figures of a run are the same every night while nothing changes.
///
/// An estimate is computed: all of it is. Of what was measured, it is what instantiation alone
/// determines, and only while one thread asks for memory: with several, the moment of the peak is
/// another one every night. What was really used or resident varies always.
package struct SeriesKindRule: Hashable, Sendable {
  /// More than one thread asked for memory, or left a dump.
  package var hasSeveralThreads: Bool

  package init(hasSeveralThreads: Bool) {
    self.hasSeveralThreads = hasSeveralThreads
  }

  package func kind(
    of category: MemoryCategory, measure: Measure, source: FootprintSource
  ) -> SeriesKind {
    guard source != .estimate else { return .exact }
    guard measure == .committed || measure == .reserved, !hasSeveralThreads else { return .noisy }
    let exact =
      source == .events ? SeriesKindRule.exactInEvents : SeriesKindRule.exactInSnapshots
    return exact.contains(category) ? .exact : .noisy
  }

  /// Blocks of a module's instances are told apart from others by their call stacks at best.
  private static let exactInEvents: Set<MemoryCategory> = [
    .linearMemory, .aotCode, .module, .execEnv, .wasmStack, .stackGuard, .staticData,
  ]

  private static let exactInSnapshots: Set<MemoryCategory> = [
    .module, .moduleInstance, .execEnv, .wasmStack, .aotCode, .linearMemory, .appHeap,
    .staticData, .auxStack,
  ]
}
