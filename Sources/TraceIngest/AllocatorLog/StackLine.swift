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
  static func append(
    _ bytes: borrowing Span<UInt8>, at start: Int, row: Int, to stacks: inout StackBatch
  ) -> Int? {
    guard let head = headInWords(bytes, at: start) ?? head(bytes, at: start) else { return nil }
    return unsafe bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress,
        let feed = unsafe memchr(
          base + head.frame, Int32(UInt8(ascii: "\n")), all.count - head.frame)
      else { return nil }
      let end = unsafe UnsafeRawPointer(feed) - base
      let hasReturn = unsafe end > head.frame && all[end - 1] == UInt8(ascii: "\r")
      unsafe stacks.append(
        id: head.id, parent: head.parent,
        frame: UnsafeRawBufferPointer(rebasing: all[head.frame..<(hasReturn ? end - 1 : end)]),
        firstEvent: UInt64(row))
      return end
    }
  }

  /// What stands in front of a frame, and where that begins.
  private typealias Head = (id: UInt64, parent: UInt64?, frame: Int)

  private static func head(_ bytes: borrowing Span<UInt8>, at start: Int) -> Head? {
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
    return line.isValid ? (id, parent, line.position) : nil
  }

  /// The same of numbers of at most 15 digits, eight bytes at a time; nil for any other line, and
  /// near the end of a block.
  private static func headInWords(_ bytes: borrowing Span<UInt8>, at start: Int) -> Head? {
    guard bytes.count - start >= WordwiseEventLines.reach else { return nil }
    return unsafe bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return nil }
      guard unsafe NumberInWords.word(base, start) << 16 == 0x206B_6361_7473 << 16 else {
        return nil
      }  // "stack "
      let id = unsafe NumberInWords.decimal(base, at: start + 6)
      var place = id.end
      var parent: UInt64?
      if unsafe NumberInWords.word(base, place) == 0x3D74_6E65_7261_7020 {  // " parent="
        let number = unsafe NumberInWords.decimal(base, at: place + 8)
        guard number.end > place + 8 else { return nil }
        parent = number.value
        place = number.end
      }
      // " frame="
      guard id.end > start + 6,
        unsafe NumberInWords.word(base, place) << 8 == 0x3D_656D_6172_6620 << 8
      else { return nil }
      return (id.value, parent, place + 7)
    }
  }
}
