import Foundation
import MemtraceTestSupport
import Testing
import TraceModel

@testable import TraceHistory

/// How long a large history takes; by the clock, so that nothing may run beside it:
/// `MEMTRACE_HISTORY_SPEED=1 swift test -c release --filter HistorySpeedTests`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MEMTRACE_HISTORY_SPEED"] != nil))
struct HistorySpeedTests {
  private static func run(_ module: Int, _ night: Int) -> HistoryRun {
    HistoryRun(
      key: HistorySamples.key("m\(module)"), time: HistorySamples.night(night),
      rows: MemoryCategory.allCases.prefix(10).map {
        HistoryRow($0, ByteCount(Int64(night % 97)), kind: .noisy)
      })
  }

  @Test func `a million points in a hundred thousand runs`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("history.sqlite")
    let clock = ContinuousClock()
    let importing = try clock.measure {
      let file = try HistoryFile(path: path, access: .readWrite)
      try file.transaction { () throws(TraceError) in
        for night in 0..<500 {
          for module in 0..<200 { _ = try file.add(HistorySpeedTests.run(module, night)) }
        }
      }
    }
    var points = 0
    let reading = try clock.measure {
      let file = try HistoryFile(path: path, access: .readOnly)
      try file.forEachSeries { points += $0.points.count }
    }
    #expect(points == 1_000_000)
    let adding = try clock.measure {
      for night in 500..<510 {
        _ = try HistoryFile(path: path, access: .readWrite).add(HistorySpeedTests.run(7, night))
      }
    }
    print("import \(importing), read \(reading), add \(adding / 10)")
    // Loose: other programs use the machine, too.
    #expect(importing < .seconds(60))
    #expect(reading < .seconds(2))
    #expect(adding / 10 < .milliseconds(200))
    #expect(try HistoryFile(path: path, access: .readWrite).prune(keep: 100) == 80_010)
  }
}
