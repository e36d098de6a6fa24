import TraceModel

/// Reads a part of an `.aot` file; every error names the part and the offset.
///
/// Integers are little-endian whatever the target is, and stand at multiples of their size, counted
/// from the start of the file; 64-bit ones stand at multiples of 4
/// (source: `TEMPLATE_READ` in core/iwasm/aot/aot_loader.c, the same in every version).
struct AotCursor {
  private(set) var bytes: ByteCursor
  /// The part in words, such as `init data section`.
  let part: String

  init(_ bytes: ByteCursor, part: String) {
    self.bytes = bytes
    self.part = part
  }

  var position: Int { bytes.position }
  var remaining: Int { bytes.remaining }
  var isAtEnd: Bool { bytes.isAtEnd }

  mutating func u8() throws(TraceError) -> UInt8 {
    try need(1)
    return try bytes.u8()
  }

  mutating func u16() throws(TraceError) -> UInt16 {
    try align(2)
    try need(2)
    return try bytes.fixed16()
  }

  mutating func u32() throws(TraceError) -> UInt32 {
    try align(4)
    try need(4)
    return try bytes.fixed32()
  }

  mutating func u64() throws(TraceError) -> UInt64 {
    try align(4)
    try need(8)
    return try bytes.fixed64()
  }

  /// The next integer as wide as a pointer of the target.
  mutating func word(of target: AotTarget) throws(TraceError) -> UInt64 {
    target.is64Bit ? try u64() : UInt64(try u32())
  }

  /// Passes over the padding before a multiple of `size`.
  mutating func align(_ size: Int) throws(TraceError) {
    let padding = (size - bytes.position % size) % size
    try need(padding)
    try bytes.skip(padding)
  }

  mutating func slice(_ count: Int) throws(TraceError) -> Range<Int> {
    try need(count)
    return try bytes.slice(count)
  }

  mutating func slice(_ count: UInt32) throws(TraceError) -> Range<Int> { try slice(Int(count)) }

  mutating func skip(_ count: Int) throws(TraceError) { _ = try slice(count) }

  /// The next bytes as another cursor of the same part.
  mutating func cursor(over count: UInt32) throws(TraceError) -> AotCursor {
    AotCursor(bytes.cursor(over: try slice(count)), part: part)
  }

  /// How many entries follow, each of at least `entryBytes`: more than the bytes allow is an error.
  mutating func count(
    of what: String, entryBytes: Int, limit: Int = ModuleLimits.entries
  ) throws(TraceError) -> Int {
    let count = try u32()
    return try check(count, of: what, entryBytes: entryBytes, limit: limit, at: position - 4)
  }

  /// The same for a count that stands elsewhere.
  func check(
    _ count: UInt32, of what: String, entryBytes: Int, limit: Int = ModuleLimits.entries,
    at offset: Int? = nil
  ) throws(TraceError) -> Int {
    let count = Int(count)
    guard count <= limit else { throw failure("\(count) \(what); at most \(limit)", at: offset) }
    guard count <= remaining / max(1, entryBytes) else {
      throw failure("\(count) \(what) in \(remaining) bytes", at: offset, code: .truncated)
    }
    return count
  }

  /// A string: its length in 16 bits, then the bytes, with a final NUL from WAMR 2.0 on (and in
  /// files to execute in place).
  mutating func string() throws(TraceError) -> String {
    let range = try stringRange()
    return String(decoding: bytes.bytes[range], as: UTF8.self)
  }

  /// The range of a string, without its NUL.
  mutating func stringRange() throws(TraceError) -> Range<Int> {
    let count = Int(try u16())
    let range = try slice(count)
    guard let last = range.last, bytes.bytes[last] == 0 else { return range }
    return range.lowerBound..<last
  }

  /// Throws unless everything was read.
  func expectEnd() throws(TraceError) {
    guard isAtEnd else { throw failure("\(remaining) bytes are left") }
  }

  func failure(
    _ message: String, at offset: Int? = nil, code: TraceError.Code = .malformed
  ) -> TraceError {
    bytes.failure("\(part): \(message)", at: offset, code: code)
  }

  private func need(_ count: Int) throws(TraceError) {
    guard count >= 0, count <= remaining else {
      throw failure("ends where \(count) more bytes are needed", code: .truncated)
    }
  }
}
