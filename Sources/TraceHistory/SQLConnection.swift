import CSQLite
import TraceModel

/// An open SQLite file with the statements prepared for it.
@safe final class SQLConnection {
  /// How long another program may hold the file before a command gives up.
  private static let patienceMilliseconds: Int32 = 60_000

  let file: String
  private let database: OpaquePointer
  private var idle: [String: SQLStatement] = [:]

  enum Opening {
    /// Makes the file where there is none.
    case creating
    /// For writing, too, where the system allows it: reading leaves marks beside the file.
    case existing
    /// Without a mark beside it: right where nobody can write.
    case unchanging

    fileprivate var flags: Int32 {
      switch self {
      case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .existing: SQLITE_OPEN_READWRITE
      case .unchanging: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      }
    }

    fileprivate func name(_ path: String) -> String {
      // A path that begins with a dot or a slash is no name of SQLite's own, such as :memory:.
      let plain = path.hasPrefix("/") ? path : "./" + path
      guard case .unchanging = self else { return plain }
      let escaped = plain.map { character in
        switch character {
        case "%": "%25"
        case "?": "%3f"
        case "#": "%23"
        default: String(character)
        }
      }
      return "file:\(escaped.joined())?immutable=1"
    }
  }

  init(path: String, _ opening: Opening) throws(TraceError) {
    file = path
    var opened: OpaquePointer?
    let status = unsafe sqlite3_open_v2(
      opening.name(path), &opened,
      opening.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard status == SQLITE_OK, let opened = unsafe opened else {
      let error = unsafe SQLFailure(status, database: opened, file: path).error
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    unsafe database = opened
    unsafe sqlite3_busy_timeout(database, SQLConnection.patienceMilliseconds)
    unsafe csqlite_distrust(database)
  }

  /// The last connection to a file brings everything into it: nothing stands beside it afterwards.
  deinit {
    idle = [:]
    unsafe sqlite3_close_v2(database)
  }

  /// Whether the last thing failed because another program holds the file.
  var isBusy: Bool { unsafe sqlite3_errcode(database) & 0xFF == SQLITE_BUSY }

  /// The number of the row that was inserted last.
  var lastRow: Int64 { unsafe sqlite3_last_insert_rowid(database) }

  /// The rows that the last statement inserted, changed or deleted, without those by cascade.
  var changes: Int { Int(unsafe sqlite3_changes(database)) }

  // MARK: Statements

  /// Runs a statement that yields nothing of interest.
  func run(_ sql: String, _ values: SQLValue...) throws(TraceError) {
    try each(sql, values) { _ throws(TraceError) in }
  }

  /// Calls `body` for each row.
  func each(
    _ sql: String, _ values: [SQLValue] = [],
    body: (SQLStatement) throws(TraceError) -> Void
  ) throws(TraceError) {
    try eachUntil(sql, values) { row throws(TraceError) in
      try body(row)
      return false
    }
  }

  /// Calls `body` for each row until it has seen enough.
  func eachUntil(
    _ sql: String, _ values: [SQLValue] = [],
    body: (SQLStatement) throws(TraceError) -> Bool
  ) throws(TraceError) {
    let statement = try take(sql)
    defer { giveBack(statement, sql) }
    try statement.bind(values)
    while try statement.step() {
      if try body(statement) { return }
    }
  }

  /// What `body` makes of the first row; nil where there is none.
  func first<Result>(
    _ sql: String, _ values: SQLValue...,
    body: (SQLStatement) throws(TraceError) -> Result
  ) throws(TraceError) -> Result? {
    var result: Result?
    try eachUntil(sql, values) { row throws(TraceError) in
      result = try body(row)
      return true
    }
    return result
  }

  func integer(_ sql: String, _ values: SQLValue...) throws(TraceError) -> Int64? {
    var number: Int64?
    try eachUntil(sql, values) { row in
      number = row.integer(0)
      return true
    }
    return number
  }

  /// A statement that is in use is not among the idle ones: a second use gets one of its own.
  private func take(_ sql: String) throws(TraceError) -> SQLStatement {
    if let statement = idle.removeValue(forKey: sql) { return statement }
    return unsafe try SQLStatement(sql, database: database, file: file)
  }

  private func giveBack(_ statement: SQLStatement, _ sql: String) {
    statement.reset()
    idle[sql] = statement
  }

  /// Runs several statements, one after the other.
  func run(script: String) throws(TraceError) {
    let status = unsafe sqlite3_exec(database, script, nil, nil, nil)
    guard status == SQLITE_OK else {
      throw unsafe SQLFailure(status, database: database, file: file).error
    }
  }

  // MARK: Transactions

  private(set) var isInTransaction = false

  /// All that `body` writes, or nothing of it; inside another transaction, a part of that.
  func transaction<Result>(
    _ body: () throws(TraceError) -> Result
  ) throws(TraceError) -> Result {
    if isInTransaction { return try body() }
    // IMMEDIATE waits for other writers here, and never fails half-way because of one.
    try run("BEGIN IMMEDIATE")
    isInTransaction = true
    defer { isInTransaction = false }
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // SQLite has rolled back by itself after some failures.
      if unsafe sqlite3_get_autocommit(database) == 0 { try? run("ROLLBACK") }
      throw error
    }
  }
}
