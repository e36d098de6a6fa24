import Foundation
import Testing
import TraceModel

/// Times of the civil calendar, against Foundation's.
@Suite struct UTCTimeTests {
  @Test(arguments: [
    ("2026-11-01T02:00:00Z", 1_793_498_400), ("2026-11-01", 1_793_491_200),
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("2024-02-29", 1_709_164_800),
    ("2026-11-01T02:00:00.123456Z", 1_793_498_400), ("2026-11-01T02:00:00+01:00", 1_793_494_800),
    ("2026-11-01t02:00:00z", 1_793_498_400), ("2026-11-01 02:00:00-00:30", 1_793_500_200),
    ("2016-12-31T23:59:60Z", 1_483_228_799),
  ])
  func `a time is read`(_ text: String, _ seconds: Int) {
    #expect(UTCTime(text)?.seconds == Int64(seconds))
  }

  @Test(arguments: [
    "", "2026", "2026-13-01", "2026-02-29", "2026-11-31", "2026-11-01T", "2026-11-01T02:00:00",
    "2026-11-01T24:00:00Z", "2026-11-01T02:60:00Z", "2026-11-01T02:00:00Zx", "26-11-01",
    "2026-11-01T02:00:00.Z", "2026-1-1", "+026-11-01",
  ])
  func `what is no time is none`(_ text: String) {
    #expect(UTCTime(text) == nil)
  }

  @Test func `text and time are each other's inverse over all years`() {
    let formatter = ISO8601DateFormatter()
    for day in stride(from: Int64(-200_000), to: 2_000_000, by: 977) {
      let time = UTCTime(seconds: day * 86_400 + day.magnitudeAsSeconds)
      #expect(UTCTime(time.description) == time)
      // Foundation switches to the Julian calendar before 1582.
      guard time.seconds > -12_000_000_000 else { continue }
      let date = Date(timeIntervalSince1970: Double(time.seconds))
      #expect(formatter.string(from: date) == time.description)
    }
  }

  @Test func `a time beyond what can be spelt is the nearest that can`() {
    #expect(UTCTime(seconds: .max).description == "9999-12-31T23:59:59Z")
    #expect(UTCTime(seconds: .min).description == "0000-01-01T00:00:00Z")
  }
}

extension Int64 {
  /// Some second of a day, another one for each number.
  fileprivate var magnitudeAsSeconds: Int64 { Int64(magnitude % 86_400) }
}
