import MemtraceTestSupport
import Testing
import TraceModel

@testable import TraceHistory

/// Files that are a history, and files that are none.
@Suite struct HistoryOpeningTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file("history.sqlite") }

  init() throws {
    folder = try TemporaryFolder()
  }

  private func failure(
    _ access: HistoryFile.Access, schema: HistorySchema = .current
  ) -> TraceError? {
    do throws(TraceError) {
      _ = try HistoryFile(path: path, access: access, schema: schema)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a file is made for writing only`() throws {
    #expect(failure(.readOnly)?.message == "cannot open the history: No such file or directory")
    #expect(failure(.readOnly)?.remedy?.contains("memtrace history add") == true)
    #expect(try folder.names().isEmpty)
    #expect(failure(.readWrite) == nil)
    #expect(failure(.readOnly) == nil)
    #expect(try folder.names() == ["history.sqlite"])
  }

  @Test(arguments: [
    "hello\n", String(repeating: "a log line\n", count: 1000), "SQLite format 3\u{0}",
    "SQLite format 3\u{0}" + String(repeating: "x", count: 5000),
  ])
  func `what is no SQLite file stays as it is`(_ text: String) throws {
    _ = try folder.write(Array(text.utf8), to: "history.sqlite")
    for access in [HistoryFile.Access.readOnly, .readWrite] {
      #expect(failure(access) != nil)
      #expect(try TemporaryFolder.bytes(at: path) == Array(text.utf8))
      #expect(try folder.names() == ["history.sqlite"])
    }
  }

  @Test func `another program's file stays as it is`() throws {
    do {
      let other = try SQLConnection(path: path, .creating)
      try other.run("CREATE TABLE t (a)")
    }
    let before = try TemporaryFolder.bytes(at: path)
    for access in [HistoryFile.Access.readOnly, .readWrite] {
      let error = failure(access)
      #expect(error?.code == .unknownFormat)
      #expect(error?.message.contains("another program's") == true)
      #expect(try TemporaryFolder.bytes(at: path) == before)
    }
  }

  @Test func `an empty file becomes a history when something is written`() throws {
    _ = try folder.write([], to: "history.sqlite")
    #expect(failure(.readOnly)?.message == "there is no history in this file yet")
    #expect(failure(.readWrite) == nil)
    #expect(failure(.readOnly) == nil)
  }

  @Test func `a folder and the empty name are no history`() throws {
    for path in [folder.path, "", "/dev/full"] {
      for access in [HistoryFile.Access.readOnly, .readWrite] {
        #expect(throws: TraceError.self) { try HistoryFile(path: path, access: access) }
      }
    }
  }

  @Test func `SQLite's own names are names of files`() throws {
    let error = #expect(throws: TraceError.self) {
      try HistoryFile(path: ":memory:", access: .readOnly)
    }
    #expect(error?.message.contains("No such file") == true)
  }

  @Test func `a newer history is refused, naming both versions`() throws {
    var newer = HistorySchema.current
    newer.steps.append("CREATE TABLE more (a INTEGER) STRICT;")
    #expect(failure(.readWrite, schema: newer) == nil)
    for access in [HistoryFile.Access.readOnly, .readWrite] {
      let error = failure(access)
      #expect(error?.code == .unsupportedVersion)
      #expect(
        error?.message == "a history of version \(newer.version); this memtrace reads up to "
          + "version \(HistorySchema.current.version)")
    }
  }

  @Test(arguments: [HistoryFile.Access.readOnly, .readWrite])
  func `an older history is brought up step by step`(_ access: HistoryFile.Access) throws {
    _ = try HistoryFile(path: path, access: .readWrite).add(HistorySamples.full(night: 1))
    var newer = HistorySchema.current
    newer.steps.append("CREATE TABLE more (a INTEGER) STRICT; INSERT INTO more VALUES (7);")
    newer.steps.append("ALTER TABLE more ADD COLUMN b INTEGER NOT NULL DEFAULT 8;")
    for _ in 1...2 {
      let file = try HistoryFile(path: path, access: access, schema: newer)
      #expect(try file.connection.integer("SELECT sum(a + b) FROM more") == 15)
      #expect(try file.connection.integer("PRAGMA user_version") == Int64(newer.version))
      #expect(try file.runs().count == 1)
    }
  }

  @Test func `a step that fails leaves the version before`() throws {
    _ = try HistoryFile(path: path, access: .readWrite).add(HistorySamples.full(night: 1))
    var broken = HistorySchema.current
    broken.steps.append("CREATE TABLE more (a INTEGER) STRICT;")
    broken.steps.append("CREATE TABLE runs (a INTEGER) STRICT;")
    #expect(failure(.readWrite, schema: broken) != nil)
    let file = try HistoryFile(path: path, access: .readOnly)
    #expect(try file.runs().count == 1)
    #expect(
      try file.connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'more'") == 0)
  }

  @Test func `a damaged history is an error`() throws {
    do {
      let file = try HistoryFile(path: path, access: .readWrite)
      try file.transaction { () throws(TraceError) in
        for night in 1...300 { _ = try file.add(HistorySamples.full(night: night)) }
      }
    }
    let whole = try TemporaryFolder.bytes(at: path)
    var generator = SeededGenerator(seed: 5)
    var errors = 0
    for _ in 1...40 {
      var bytes = whole
      for _ in 1...20 {
        let start = Int(generator.next() % UInt64(bytes.count - 64))
        for offset in 0..<64 { bytes[start + offset] = UInt8(truncatingIfNeeded: generator.next()) }
      }
      _ = try folder.write(bytes, to: "history.sqlite")
      do throws(TraceError) {
        let file = try HistoryFile(path: path, access: .readOnly)
        try file.forEachSeries { _ in }
        try file.everyRun { _ in }
      } catch {
        #expect(!error.message.isEmpty)
        errors += 1
      }
    }
    #expect(errors > 20)
  }
}
