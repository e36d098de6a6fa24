import MemtraceTestSupport
import Testing
import TraceModel

@testable import TraceHistory

/// What goes when old runs go.
@Suite struct HistoryPruningTests {
  private let folder: TemporaryFolder
  private let file: HistoryFile

  init() throws {
    folder = try TemporaryFolder()
    file = try HistoryFile(path: folder.file("history.sqlite"), access: .readWrite)
  }

  private func count(_ table: String) throws -> Int64? {
    try file.connection.integer("SELECT count(*) FROM \(table)")
  }

  @Test func `the newest runs of each key stay`() throws {
    for night in 1...10 {
      _ = try file.add(HistorySamples.run("a.wasm", night: night, bytes: Int64(night)))
    }
    for night in 1...2 { _ = try file.add(HistorySamples.run("b.wasm", night: night)) }
    #expect(try file.prune(keep: 3) == 7)
    #expect(try file.runs().map(\.reference.commit) == ["c10", "c9", "c8", "c2", "c1"])
    #expect(try file.seriesHistories()[0].points.map(\.bytes.rawValue) == [8, 9, 10])
    #expect(try file.prune(keep: 3) == 0)
  }

  @Test func `all that belongs to a run goes with it`() throws {
    for night in 1...3 { _ = try file.add(HistorySamples.full(night: night)) }
    _ = try file.add(HistorySamples.run("b.wasm", night: 1))
    try file.decide(SeriesDecision(.mute, #require(SeriesPattern("*")), reason: "r"))
    #expect(try file.prune(keep: 1) == 2)
    #expect(try count("labels") == 2)
    #expect(try count("points") == 9)
    #expect(try count("details") == 4)
    #expect(try count("verdicts") == 2)
    #expect(try count("stacks") == 6)
    #expect(
      try file.run(id: RunDigest(of: HistorySamples.full(night: 3)).id)?.run
        == HistorySamples.full(night: 3))

    #expect(try file.prune(keep: 0) == 2)
    let tables = ["runs", "labels", "points", "details", "verdicts", "series", "keys", "frames"]
    for table in tables { #expect(try count(table) == 0, "\(table)") }
    #expect(try count("stacks") == 1)
    #expect(try count("decisions") == 1)
    #expect(try file.connection.integer("PRAGMA foreign_keys") == 1)
  }

  @Test func `foreign keys hold`() throws {
    _ = try file.add(HistorySamples.full(night: 1))
    #expect(throws: TraceError.self) {
      try file.connection.run("INSERT INTO labels (run, name, value) VALUES (99, 'a', 'b')")
    }
    #expect(throws: TraceError.self) { try file.connection.run("DELETE FROM frames") }
    var violations = 0
    try file.connection.each("PRAGMA foreign_key_check") { _ in violations += 1 }
    #expect(violations == 0)
    #expect(try file.connection.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
  }
}
