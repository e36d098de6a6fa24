import CSQLite
import TraceModel

/// A prepared statement.
@safe final class SQLStatement {
  private let handle: OpaquePointer
  private let database: OpaquePointer
  private let file: String

  init(_ sql: String, database: OpaquePointer, file: String) throws(TraceError) {
    var prepared: OpaquePointer?
    let status = unsafe sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard status == SQLITE_OK, let prepared = unsafe prepared else {
      throw unsafe SQLFailure(status, database: database, file: file).error
    }
    unsafe handle = prepared
    unsafe self.database = database
    self.file = file
  }

  deinit {
    unsafe sqlite3_finalize(handle)
  }

  // MARK: Running

  func bind(_ values: [SQLValue]) throws(TraceError) {
    for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
  }

  private func bind(_ value: SQLValue, at index: Int32) throws(TraceError) {
    let status: Int32
    switch value {
    case .null: status = unsafe sqlite3_bind_null(handle, index)
    case .integer(let number): status = unsafe sqlite3_bind_int64(handle, index, number)
    case .text(var text):
      status = text.withUTF8 { bytes in
        // An empty text has no address, which SQLite would take for NULL.
        unsafe bytes.isEmpty
          ? csqlite_bind_text(handle, index, "", 0)
          : bytes.withMemoryRebound(to: CChar.self) { characters in
            unsafe csqlite_bind_text(
              handle, index, characters.baseAddress, UInt64(characters.count))
          }
      }
    case .blob(let bytes):
      status = unsafe bytes.withUnsafeBytes { buffer in
        unsafe csqlite_bind_blob(handle, index, buffer.baseAddress, UInt64(buffer.count))
      }
    }
    guard status == SQLITE_OK else { throw failure(status) }
  }

  /// Goes on to the next row; false after the last one.
  func step() throws(TraceError) -> Bool {
    let status = unsafe sqlite3_step(handle)
    switch status {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw failure(status)
    }
  }

  /// Makes it ready for another run; what was wrong with the last one is known already.
  func reset() {
    unsafe sqlite3_reset(handle)
  }

  private func failure(_ status: Int32) -> TraceError {
    unsafe SQLFailure(status, database: database, file: file).error
  }

  // MARK: Columns

  func integer(_ column: Int32) -> Int64 {
    unsafe sqlite3_column_int64(handle, column)
  }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  func optionalInteger(_ column: Int32) -> Int64? {
    isNull(column) ? nil : integer(column)
  }

  func optionalBytes(_ column: Int32) -> ByteCount? {
    optionalInteger(column).map { ByteCount($0) }
  }

  func text(_ column: Int32) -> String {
    guard let characters = unsafe sqlite3_column_text(handle, column) else { return "" }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe String(
      decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int32) -> String? {
    isNull(column) ? nil : text(column)
  }

  func blob(_ column: Int32) -> [UInt8] {
    guard let bytes = unsafe sqlite3_column_blob(handle, column) else { return [] }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }
}
