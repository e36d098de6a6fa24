import Glibc
import TraceModel

/// The exact reading of a call stack's definition as `memtrace record` writes it.
///
/// Takes `stack <n>[ parent=<n>] frame=<text>` with a line feed, with numbers of at most 19 digits.
/// Any other line is left to ``EventLine``, which gives the same values.
enum StackLine {
  /// Appends the definition of the line at `start`, after so many events, and returns where its line
  /// feed is.
  ///
  /// Nil, with nothing appended, where the line is none of these.
  @inline(__always)
  static func append(
    _ bytes: borrowing Span<UInt8>, at start: Int, row: Int, to stacks: inout StackBatch
  ) -> Int? {
    var line = LineCursor(bytes, at: start)
    guard line.take(bytes, "stack ") else { return nil }
    let id = line.decimal(bytes)
    line.expect(bytes, " ")
    var parent: UInt64?
    if line.take(bytes, "parent=") {
      parent = line.decimal(bytes)
      line.expect(bytes, " ")
    }
    line.expect(bytes, "frame=")
    guard line.isValid else { return nil }
    return unsafe bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress,
        let feed = unsafe memchr(
          base + line.position, Int32(UInt8(ascii: "\n")), all.count - line.position)
      else { return nil }
      let end = unsafe UnsafeRawPointer(feed) - base
      let hasReturn = unsafe end > line.position && all[end - 1] == UInt8(ascii: "\r")
      unsafe stacks.append(
        id: id, parent: parent,
        frame: UnsafeRawBufferPointer(
          rebasing: all[line.position..<(hasReturn ? end - 1 : end)]),
        firstEvent: UInt64(row))
      return end
    }
  }
}
