import CSQLite
import Glibc
import TraceModel

/// What SQLite could not do, in words that say what the user can.
struct SQLFailure {
  private let status: Int32
  private let message: String
  /// What the system said; nil where it was not the system.
  private let reason: String?
  private let file: String

  init(_ status: Int32, database: OpaquePointer?, file: String) {
    let last = errno
    self.status = status
    self.file = file
    guard let database = unsafe database else {
      message = unsafe String(cString: sqlite3_errstr(status))
      reason = nil
      return
    }
    message = unsafe String(cString: sqlite3_errmsg(database))
    let number = SQLFailure.systemError(
      status, noted: unsafe sqlite3_system_errno(database), last: last)
    reason = number == 0 ? nil : unsafe String(cString: strerror(number))
  }

  /// SQLite does not note the system's error of a commit that fails, nor of a full disk.
  private static func systemError(_ status: Int32, noted: Int32, last: Int32) -> Int32 {
    switch status & 0xFF {
    case SQLITE_IOERR: noted == 0 ? last : noted
    case SQLITE_FULL: [ENOSPC, EDQUOT].contains(last) ? last : 0
    default: noted
    }
  }

  var error: TraceError {
    switch status & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      error(
        .inputOutput, "another program is writing to the history and does not end",
        remedy: "nothing was changed; try again when it is done")
    case SQLITE_FULL:
      error(
        .inputOutput, "cannot write: \(reason ?? "the file may not grow further")",
        remedy: SQLFailure.whatStays)
    case SQLITE_IOERR:
      error(
        .inputOutput, "cannot read or write: \(reason ?? message)", remedy: SQLFailure.whatStays)
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      error(
        .inputOutput, "cannot be written",
        remedy: "you must be allowed to write the file, and to make files in its folder")
    case SQLITE_CANTOPEN:
      error(
        .inputOutput, "cannot be opened: \(reason ?? message)",
        remedy: "the folder must be there, and you must be allowed to write in it")
    case SQLITE_NOTADB: SQLFailure.foreign(file, "is no SQLite file")
    case SQLITE_CORRUPT:
      error(
        .corrupted, "the history is damaged: \(message)",
        remedy: "take a copy of it from before; sqlite3 FILE .recover saves what can be read")
    case SQLITE_NOMEM: error(.limitExceeded, "out of memory", remedy: nil)
    case SQLITE_TOOBIG: error(.limitExceeded, "a text is too long for the history", remedy: nil)
    default:
      error(
        .corrupted, "the history is not whole: \(message)",
        remedy: "take a copy of it from before")
    }
  }

  /// A file that is somebody else's.
  static func foreign(_ file: String, _ what: String) -> TraceError {
    TraceError(
      .unknownFormat, "\(what), and so no history; it stays as it is",
      at: SourceLocation(file: file), remedy: "name another file with --db")
  }

  private static let whatStays =
    "what was added before is in the file, this is not; make room and try again"

  private func error(
    _ code: TraceError.Code, _ message: String, remedy: String?
  ) -> TraceError {
    TraceError(code, message, at: SourceLocation(file: file), remedy: remedy)
  }
}
