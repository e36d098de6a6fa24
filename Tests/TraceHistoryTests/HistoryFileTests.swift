import MemtraceTestSupport
import Testing
import TraceModel

@testable import TraceHistory

/// Runs into a file and back.
@Suite struct HistoryFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("history.sqlite") }

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(_ access: HistoryFile.Access = .readWrite) throws -> HistoryFile {
    try HistoryFile(path: path, access: access)
  }

  @Test func `a run comes back whole`() throws {
    let run = HistorySamples.full(night: 1)
    let id = try open().add(run).reference.id
    let entry = try #require(try open(.readOnly).run(id: id))
    #expect(entry.run == run)
    #expect(entry.digest == RunDigest(of: run))
    #expect(entry.reference == RunReference(id: id, time: run.time, commit: "abc"))
    #expect(try open(.readOnly).reference(of: entry.number) == entry.reference)
    #expect(try folder.names() == ["history.sqlite"])
  }

  @Test func `the same run twice changes nothing`() throws {
    let run = HistorySamples.full(night: 1)
    #expect(try open().add(run) == .added(RunReference(id: RunDigest(of: run).id, run)))
    let before = try TemporaryFolder.bytes(at: path)
    #expect(try open().add(run) == .alreadyThere(RunReference(id: RunDigest(of: run).id, run)))
    #expect(try TemporaryFolder.bytes(at: path) == before)
    #expect(try open(.readOnly).runs().count == 1)
  }

  @Test func `a digest tells apart what a run says, and not the order of its rows`() {
    let run = HistorySamples.full(night: 1)
    var changed: [HistoryRun] = Array(repeating: run, count: 9)
    changed[0].key[.device] = "small"
    changed[1].time.seconds += 1
    changed[2].commit = nil
    changed[3].labels.removeLast()
    changed[4].rows[0].bytes = ByteCount(1)
    changed[5].rows[1].maximum = nil
    changed[6].details[0].frames.removeLast()
    changed[7].details[3].thread = nil
    changed[8].verdicts[0].limit = .zero
    #expect(Set(([run] + changed).map { RunDigest(of: $0) }).count == 10)
    var turned = run
    turned.rows.reverse()
    turned.labels.reverse()
    #expect(RunDigest(of: turned) == RunDigest(of: run))
  }

  @Test func `a file's digest leaves out the clock, and nothing else`() {
    var run = HistorySamples.full(night: 1)
    let one = RunDigest(of: run, file: [1], isTimeGiven: false)
    let given = RunDigest(of: run, file: [1], isTimeGiven: true)
    #expect(RunDigest(of: run, file: [2], isTimeGiven: false) != one)
    #expect(given != one)
    run.time.seconds += 1
    #expect(RunDigest(of: run, file: [1], isTimeGiven: false) == one)
    #expect(RunDigest(of: run, file: [1], isTimeGiven: true) != given)
    run.commit = "other"
    #expect(RunDigest(of: run, file: [1], isTimeGiven: false) != one)
    #expect(RunDigest(hexadecimal: one.hexadecimal) == one)
    #expect(RunDigest(hexadecimal: one.id) == nil)
    #expect(one.hexadecimal.hasPrefix(one.id) && one.id.count == 16)
  }

  @Test func `series are read oldest first, whatever the order of adding`() throws {
    let file = try open()
    for night in [3, 1, 2, 5, 4] {
      _ = try file.add(HistorySamples.run("b.wasm", night: night, bytes: Int64(night)))
      _ = try file.add(HistorySamples.run("a.wasm", night: night, bytes: Int64(night)))
    }
    // Two runs of one moment stand in the order in which they came.
    _ = try file.add(HistorySamples.run("a.wasm", night: 3, bytes: 100))
    let histories = try open(.readOnly).seriesHistories()
    #expect(
      histories.map(\.id.text) == [
        "a.wasm/x86_64/-/aot:linear-memory", "a.wasm/x86_64/-/aot:native-stack",
        "b.wasm/x86_64/-/aot:linear-memory", "b.wasm/x86_64/-/aot:native-stack",
      ])
    #expect(histories.map(\.id) == histories.map(\.id).sorted())
    #expect(histories.map(\.kind) == [.exact, .noisy, .exact, .noisy])
    #expect(histories[0].points.map(\.bytes.rawValue) == [1, 2, 3, 100, 4, 5])
    #expect(histories[2].points.map(\.bytes.rawValue) == [1, 2, 3, 4, 5])
    let reader = try open(.readOnly)
    #expect(
      try histories[2].points.map { try reader.reference(of: $0.run).commit }
        == ["c1", "c2", "c3", "c4", "c5"])
    #expect(throws: TraceError.self) { try reader.reference(of: 99) }
  }

  @Test func `a pattern chooses series, and a kind is the newest run's`() throws {
    let file = try open()
    _ = try file.add(HistorySamples.run("a.wasm", night: 2))
    _ = try file.add(HistorySamples.run("b.wasm", night: 2))
    var older = HistorySamples.run("a.wasm", night: 1)
    older.rows[0].kind = .noisy
    _ = try file.add(older)
    let linear = try #require(SeriesPattern("a*:linear-memory"))
    let found = try file.seriesHistories(matching: linear)
    #expect(found.map(\.id.text) == ["a.wasm/x86_64/-/aot:linear-memory"])
    #expect(found.map(\.kind) == [.exact])
    #expect(found[0].points.count == 2)
    #expect(try file.seriesHistories(matching: SeriesPattern("c*")).isEmpty)
  }

  @Test func `runs are listed newest first, found by the beginning of their id`() throws {
    let file = try open()
    for night in 1...20 {
      for module in ["a.wasm", "b.wasm"] {
        _ = try file.add(HistorySamples.run(module, night: night, bytes: Int64(night * 100)))
      }
    }
    let all = try file.runs()
    #expect(all.count == 40)
    let times = all.compactMap(\.reference.time)
    #expect(times.count == 40 && times == times.sorted(by: >))
    #expect(all.first?.total == ByteCount(3000))
    let last = try file.runs(matching: SeriesPattern("b*"), last: 3)
    #expect(last.map(\.key[.module]) == ["b.wasm", "b.wasm", "b.wasm"])
    #expect(last.map(\.reference.commit) == ["c20", "c19", "c18"])
    for run in all {
      for length in [16, 15, 12] {
        let prefix = String(run.reference.id.prefix(length))
        #expect(try file.runs(idPrefix: prefix) == [run.reference])
      }
      #expect(try file.runs(idPrefix: String(run.reference.id.prefix(1))).contains(run.reference))
      #expect(try file.run(id: run.reference.id)?.run.key == run.key)
    }
    #expect(try file.runs(idPrefix: "").isEmpty)
    #expect(try file.runs(idPrefix: "xyz").isEmpty)
    #expect(try file.run(id: "0000000000000000") == nil)
  }

  @Test func `a transaction that fails leaves nothing of itself`() throws {
    let file = try open()
    _ = try file.add(HistorySamples.run("a.wasm", night: 1))
    #expect(throws: TraceError.self) {
      try file.transaction { () throws(TraceError) in
        _ = try file.add(HistorySamples.full(night: 2))
        throw TraceError(.malformed, "no")
      }
    }
    var twice = HistorySamples.full(night: 3)
    twice.rows.append(twice.rows[0])
    #expect(throws: TraceError.self) { try file.add(twice) }
    #expect(try file.runs().count == 1)
    #expect(try file.seriesHistories().count == 2)
    _ = try file.add(HistorySamples.full(night: 2))
    #expect(try file.runs().count == 2)
  }

  @Test func `a file that may not grow keeps what it has`() throws {
    let file = try open()
    _ = try file.add(HistorySamples.full(night: 0))
    let pages = try file.connection.integer("PRAGMA page_count") ?? 0
    _ = try file.connection.integer("PRAGMA max_page_count = \(pages + 3)")
    var added = 1
    let error = #expect(throws: TraceError.self) {
      for night in 1...5000 {
        var run = HistorySamples.full(night: night)
        run.labels.append(
          RunLabel(name: "z", value: String(repeating: "x", count: 900), isInferred: false))
        _ = try file.add(run)
        added += 1
      }
    }
    #expect(error?.message == "cannot write: the file may not grow further")
    #expect(added < 5000)
    #expect(try file.runs().count == added)
    #expect(try open(.readOnly).runs().count == added)
    #expect(try file.connection.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
  }

  @Test func `a reader sees one moment of the file`() throws {
    let file = try open()
    _ = try file.add(HistorySamples.run("a.wasm", night: 1))
    let reader = try open(.readOnly)
    _ = try file.add(HistorySamples.run("a.wasm", night: 2))
    #expect(try reader.runs().count == 1)
    #expect(try open(.readOnly).runs().count == 2)
    #expect(throws: TraceError.self) { try reader.add(HistorySamples.run("a.wasm", night: 3)) }
  }

  @Test func `every run is handed on, oldest first`() throws {
    let file = try open()
    var runs: [HistoryRun] = []
    for night in [2, 1, 3] { _ = try file.add(HistorySamples.full(night: night)) }
    try file.everyRun { runs.append($0.run) }
    #expect(runs == [1, 2, 3].map(HistorySamples.full))
    runs = []
    try file.everyRun(matching: SeriesPattern("other")) { runs.append($0.run) }
    #expect(runs.isEmpty)
  }

  @Test func `decisions are kept once, in their order, and taken back by their pattern`() throws {
    let file = try open()
    let pattern = try #require(SeriesPattern("a*/x86_64:linear-memory"))
    let accepted = SeriesDecision(
      .accept, pattern, bytes: ByteCount(1229), reason: "larger tables",
      until: HistorySamples.night(9), from: HistorySamples.night(1))
    let muted = SeriesDecision(.mute, try #require(SeriesPattern("*")), reason: "")
    #expect(try file.decide(accepted))
    #expect(try file.decide(muted))
    #expect(try !file.decide(accepted))
    #expect(try open(.readOnly).decisions() == [accepted, muted])
    #expect(try file.withdraw(.mute, pattern) == 0)
    #expect(try file.withdraw(.accept, pattern) == 1)
    #expect(try file.decisions() == [muted])
  }
}

extension RunReference {
  init(id: String, _ run: HistoryRun) {
    self.init(id: id, time: run.time, commit: run.commit)
  }
}
