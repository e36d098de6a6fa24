import Glibc
import TraceModel

/// The exact reading of a call stack's definition as `memtrace record` writes it.
///
/// Takes `stack <n>[ parent=<n>] frame=<text>` with a line feed, with numbers of at most 19 digits.
/// Any other line is left to ``EventLine``, which gives the same values.
struct StackLine {
  /// Appends the definition of the line at `start`, after so many events, and returns where its line
  /// feed is.
  ///
  /// Nil, with nothing appended, where the line is none of these.
  @inline(__always)
  static func append(
    _ bytes: UnsafeRawBufferPointer, at start: Int, row: Int, to stacks: inout StackBatch
  ) -> Int? {
    var place = start
    guard unsafe take(bytes, "stack ", &place), let id = unsafe decimal(bytes, &place),
      unsafe take(bytes, " ", &place)
    else { return nil }
    var parent: UInt64?
    if unsafe take(bytes, "parent=", &place) {
      parent = unsafe decimal(bytes, &place)
      guard parent != nil, unsafe take(bytes, " ", &place) else { return nil }
    }
    guard unsafe take(bytes, "frame=", &place), let base = bytes.baseAddress,
      let feed = unsafe memchr(base + place, Int32(UInt8(ascii: "\n")), bytes.count - place)
    else { return nil }
    let end = unsafe UnsafeRawPointer(feed) - base
    let hasReturn = unsafe end > place && bytes[end - 1] == UInt8(ascii: "\r")
    unsafe stacks.append(
      id: id, parent: parent,
      frame: UnsafeRawBufferPointer(rebasing: bytes[place..<(hasReturn ? end - 1 : end)]),
      firstEvent: UInt64(row))
    return end
  }

  /// Moves behind a text where it stands here.
  @inline(__always)
  private static func take(
    _ bytes: UnsafeRawBufferPointer, _ text: StaticString, _ place: inout Int
  ) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - place >= count else { return false }
    let start = unsafe text.utf8Start
    for index in 0..<count where unsafe bytes[place + index] != start[index] { return false }
    place += count
    return true
  }

  /// At most 19 digits, which never overflow.
  @inline(__always)
  private static func decimal(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    let start = place
    while place < bytes.count {
      let digit = unsafe bytes[place] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt64(digit)
      place += 1
    }
    return place > start && place - start <= 19 ? value : nil
  }
}
