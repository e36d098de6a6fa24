import MemtraceTestSupport
import Testing
import TraceModel
import TraceReport

/// What the gate says of itself on a history.
@Suite struct GateSelfTestTests {
  /// Noise of about 2 % around a level, and a step in some series.
  private static func test(series: Int, nights: Int, steps: Int) -> GateSelfTest {
    var random = SeededGenerator(seed: 7)
    var test = GateSelfTest(seed: 1, seriesLimit: 1000)
    for number in 0..<series {
      let values = (0..<nights).map { night -> Int64 in
        let noise = (0..<12).reduce(Int64(0)) { sum, _ in sum + Int64(random.next() % 2001) - 1000 }
        let level: Int64 = number < steps && night >= nights / 2 ? 1_200_000 : 1_000_000
        return level + noise * 10
      }
      test.add(NightlyJudgementTests.series(values, "m\(number)", kind: .noisy))
    }
    return test
  }

  @Test func `planted steps are flagged as it was, and not in the shuffled history`() {
    let test = GateSelfTestTests.test(series: 25, nights: 45, steps: 10)
    #expect(test.replayed.regressions >= 10)
    #expect(test.replayed.improvements <= 1)
    #expect(test.shuffled.flags <= 1)
    #expect(test.verdict == .pass)
  }

  @Test func `a short history says nothing`() {
    #expect(GateSelfTestTests.test(series: 3, nights: 30, steps: 0).verdict == .insufficientData)
  }

  @Test func `exact series are left out`() {
    var test = GateSelfTest(seed: 1, seriesLimit: 10)
    test.add(NightlyJudgementTests.series([1, 1, 1, 1, 1, 1, 1]))
    #expect(test.seriesCount == 0)
    #expect(test.leftOutCount == 1)
  }

  @Test func `directions are even as far as chance goes`() {
    #expect(GateSelfTest.Count(nights: 1, regressions: 10, improvements: 9).isBalanced)
    #expect(GateSelfTest.Count(nights: 1, regressions: 16, improvements: 1).isBalanced == false)
    #expect(GateSelfTest.Count().isBalanced)
  }
}
