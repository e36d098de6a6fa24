import MemtraceTestSupport
import Testing

/// `memtrace history selftest` on a planted history.
@Suite struct SelfTestTests {
  @Test func `the planted growth is flagged once, and nothing where nothing changed`() throws {
    let place = try Workplace()
    try place.plantHistory()
    let outcome = try place.run("history", "selftest", "--db", "history.sqlite")
    // Four series that vary, of 45 nights, are too few to vouch for a gate.
    #expect(outcome.exitCode == 3)
    let test = try JSONNode(
      try place.run("history", "selftest", "--db", "history.sqlite", "--format", "json").output)
    #expect(test["seriesCount"]?.integer == 5)
    #expect(test["replayed"]?["improvementCount"]?.integer == 1)
    #expect(test["shuffled"]?["regressionCount"]?.integer == 0)
    #expect(test["shuffled"]?["improvementCount"]?.integer == 0)
  }
}
