import Glibc
package import TraceModel

/// A history of runs in one SQLite file; History.md says what is in it and what it guarantees.
package final class HistoryFile {
  package enum Access: Sendable {
    /// Reads a file that is there, all of it as of one moment.
    case readOnly
    /// Makes the file where there is none.
    case readWrite
  }

  package let path: String
  let connection: SQLConnection
  /// Numbers of keys and series that this transaction has met.
  var known = KnownNumbers()

  package convenience init(path: String, access: Access) throws(TraceError) {
    try self.init(path: path, access: access, schema: .current)
  }

  init(path: String, access: Access, schema: HistorySchema) throws(TraceError) {
    self.path = path
    try HistoryFile.check(path, access)
    connection = try SQLConnection(path: path, HistoryFile.opening(path, access))
    try configure()
    try bringUp(to: schema, access)
    if access == .readOnly { try settle() }
  }

  /// Refuses what SQLite would take for a file to be made, or for a file at all.
  private static func check(_ path: String, _ access: Access) throws(TraceError) {
    guard !path.isEmpty else { throw SQLFailure.foreign(path, "the empty name is no file") }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      if access == .readWrite { return }
      let reason = unsafe String(cString: strerror(errno))
      throw TraceError(
        .inputOutput, "cannot open the history: \(reason)", at: SourceLocation(file: path),
        remedy: emptyRemedy)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SQLFailure.foreign(path, "is no regular file")
    }
  }

  private static func opening(_ path: String, _ access: Access) -> SQLConnection.Opening {
    if access == .readWrite { return .creating }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let isClosed = unsafe Glibc.access(path + "-wal", F_OK) != 0
    let isWritable = unsafe Glibc.access(folder, W_OK) == 0
    return isClosed && !isWritable ? .unchanging : .existing
  }

  private static let emptyRemedy =
    "memtrace history add and memtrace history import make one; --db names another"

  private func configure() throws(TraceError) {
    // What was reported as added survives a power cut: each commit is synced.
    try connection.run("PRAGMA synchronous = FULL")
    try connection.run("PRAGMA foreign_keys = ON")
    // KiB of pages kept in memory: an import of any size touches few more at a time.
    try connection.run("PRAGMA cache_size = -32768")
  }

  // MARK: Versions

  /// Whose file it is, and how far it has come.
  private enum State {
    case empty
    case version(Int)
  }

  private func bringUp(to schema: HistorySchema, _ access: Access) throws(TraceError) {
    var state = try state(schema)
    if access == .readWrite { try useWriteAheadLog() }
    if case .version(schema.version) = state { return }
    if case .empty = state, access == .readOnly {
      throw TraceError(
        .inputOutput, "there is no history in this file yet", at: SourceLocation(file: path),
        remedy: HistoryFile.emptyRemedy)
    }
    try connection.transaction { () throws(TraceError) in
      // Another program may have done it while this one waited.
      state = try self.state(schema)
      let done: Int
      switch state {
      case .empty:
        done = 0
        try connection.run("PRAGMA application_id = \(HistorySchema.applicationID)")
      case .version(let version): done = version
      }
      for step in schema.steps.dropFirst(done) { try connection.run(script: step) }
      try connection.run("PRAGMA user_version = \(schema.version)")
    }
  }

  private func state(_ schema: HistorySchema) throws(TraceError) -> State {
    // One statement sees one moment: another program may be making the file just now.
    var application: Int64 = 0
    var version = 0
    var tables: Int64 = 0
    try connection.each(
      """
      SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
      FROM pragma_application_id, pragma_user_version
      """
    ) { row in
      application = row.integer(0)
      version = Int(row.integer(1))
      tables = row.integer(2)
    }
    guard application == HistorySchema.applicationID else {
      if application == 0, version == 0, tables == 0 { return .empty }
      throw SQLFailure.foreign(path, "is another program's SQLite file")
    }
    guard (0...schema.version).contains(version) else {
      throw TraceError(
        .unsupportedVersion,
        "a history of version \(version); this memtrace reads up to version \(schema.version)",
        at: SourceLocation(file: path), remedy: "use a newer memtrace, or another file with --db")
    }
    return .version(version)
  }

  /// Readers and one writer do not wait for each other; stays with the file.
  ///
  /// Of several programs that open a new file at once, SQLite tells all but one at once that it is
  /// busy.
  private func useWriteAheadLog() throws(TraceError) {
    for attempt in 1... {
      do {
        let mode = try connection.first("PRAGMA journal_mode") { $0.text(0) }
        if mode == "wal" { return }
        try connection.run("PRAGMA journal_mode = WAL")
        return
      } catch {
        guard connection.isBusy, attempt < 6000 else { throw error }
        usleep(10_000)
      }
    }
  }

  /// Holds on to the file's present state: what others add is not seen.
  private func settle() throws(TraceError) {
    try connection.run("PRAGMA query_only = ON")
    try connection.run("BEGIN")
    _ = try connection.integer("SELECT id FROM runs LIMIT 1")
  }

  // MARK: Writing

  /// All that `body` writes, or nothing of it.
  package func transaction<Result>(
    _ body: () throws(TraceError) -> Result
  ) throws(TraceError) -> Result {
    try connection.transaction { () throws(TraceError) -> Result in
      // What another program has deleted meanwhile has no number any more.
      known = KnownNumbers()
      return try body()
    }
  }
}
