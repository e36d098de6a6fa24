import Testing
import TraceModel
import TraceReport

/// Which figures are the same every night.
@Suite struct SeriesKindRuleTests {
  /// The categories that are exact while one thread asks for memory.
  private static let exact: [(FootprintSource, Set<MemoryCategory>)] = [
    (.estimate, Set(MemoryCategory.allCases)),
    (
      .events,
      [.linearMemory, .aotCode, .module, .execEnv, .wasmStack, .stackGuard, .staticData]
    ),
    (
      .snapshots,
      [
        .module, .moduleInstance, .execEnv, .wasmStack, .aotCode, .linearMemory, .appHeap,
        .staticData, .auxStack,
      ]
    ),
  ]

  @Test func `committed bytes of one thread are exact by category`() {
    let rule = SeriesKindRule(hasSeveralThreads: false)
    for (source, exact) in SeriesKindRuleTests.exact {
      for category in MemoryCategory.allCases {
        #expect(
          rule.kind(of: category, measure: .committed, source: source)
            == (exact.contains(category) ? .exact : .noisy))
      }
    }
  }

  @Test func `with several threads only estimates are exact`() {
    let rule = SeriesKindRule(hasSeveralThreads: true)
    for category in MemoryCategory.allCases {
      #expect(rule.kind(of: category, measure: .committed, source: .events) == .noisy)
      #expect(rule.kind(of: category, measure: .committed, source: .snapshots) == .noisy)
      #expect(rule.kind(of: category, measure: .committed, source: .estimate) == .exact)
    }
  }

  @Test(arguments: [Measure.resident, .used])
  func `what was resident or used varies`(_ measure: Measure) {
    let rule = SeriesKindRule(hasSeveralThreads: false)
    for category in MemoryCategory.allCases {
      #expect(rule.kind(of: category, measure: measure, source: .events) == .noisy)
      #expect(rule.kind(of: category, measure: measure, source: .snapshots) == .noisy)
    }
  }
}
