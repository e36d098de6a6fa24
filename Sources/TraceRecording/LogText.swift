import TraceModel

/// Bytes of log lines in the making, written by hand: no text of the library's for an event.
///
/// Room is asked for once a line with ``ensure(_:)``; the writing functions do not check.
@safe final class LogText {
  private static let capacity = 1 << 18
  /// Longer texts, such as paths, are cut.
  static let longestText = 4096

  private let base = UnsafeMutablePointer<UInt8>.allocate(capacity: LogText.capacity + 64)
  private var next: UnsafeMutablePointer<UInt8>
  private let sink: any RecordingSink
  /// The part of a time above a million, and its digits.
  private var timeHigh: UInt64 = .max
  private let timeDigits = UnsafeMutablePointer<UInt8>.allocate(capacity: 32)
  private var timeDigitCount = 0

  /// `00` to `99`.
  private static let pairs: [UInt8] = (0..<100).flatMap { number in
    [UInt8(ascii: "0") + UInt8(number / 10), UInt8(ascii: "0") + UInt8(number % 10)]
  }
  private let pairs = UnsafeMutablePointer<UInt8>.allocate(capacity: 200)

  init(_ sink: any RecordingSink) {
    self.sink = sink
    unsafe next = base
    unsafe pairs.initialize(from: LogText.pairs, count: 200)
    unsafe timeDigits.initialize(repeating: 0, count: 32)
  }

  deinit {
    unsafe base.deallocate()
    unsafe timeDigits.deallocate()
    unsafe pairs.deallocate()
  }

  private var count: Int { unsafe base.distance(to: next) }

  /// Makes room for this many bytes.
  @inline(__always)
  func ensure(_ bytes: Int) throws(TraceError) {
    if count + bytes > LogText.capacity { try handOn() }
  }

  /// Hands the lines to the sink.
  func handOn() throws(TraceError) {
    let bytes = unsafe UnsafeRawBufferPointer(start: base, count: count)
    unsafe next = base
    if unsafe !bytes.isEmpty { unsafe try sink.write(bytes) }
  }

  func flush() throws(TraceError) {
    try handOn()
    try sink.flush()
  }

  // MARK: Values

  @inline(__always)
  func byte(_ byte: UInt8) {
    unsafe next.pointee = byte
    unsafe next += 1
  }

  @inline(__always)
  func text(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    unsafe next.update(from: text.utf8Start, count: count)
    unsafe next += count
  }

  @inline(__always)
  func bytes(_ source: UnsafePointer<UInt8>, count: Int) {
    unsafe next.update(from: source, count: count)
    unsafe next += count
  }

  @inline(__always)
  func decimal(_ value: UInt64) {
    if value < 10 {
      byte(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
      return
    }
    var length = 2
    var rest = value / 100
    while rest > 0 {
      length += rest < 10 ? 1 : 2
      rest /= 100
    }
    // Two digits at a time from the end.
    var place = unsafe next + length
    rest = value
    while rest >= 10 {
      let pair = Int(rest % 100)
      rest /= 100
      unsafe place -= 2
      unsafe place[0] = pairs[pair &* 2]
      unsafe place[1] = pairs[pair &* 2 &+ 1]
    }
    if unsafe place > next { unsafe next[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest) }
    unsafe next += length
  }

  func signed(_ value: Int64) {
    if value < 0 { byte(UInt8(ascii: "-")) }
    decimal(value.magnitude)
  }

  /// `0x` and the digits.
  @inline(__always)
  func hexadecimal(_ value: UInt64) {
    byte(UInt8(ascii: "0"))
    byte(UInt8(ascii: "x"))
    let digits = max(1, (67 &- value.leadingZeroBitCount) >> 2)
    let aligned = value << UInt64((16 &- digits) &* 4)
    unsafe UnsafeMutableRawPointer(next).storeBytes(
      of: LogText.digits(UInt32(truncatingIfNeeded: aligned >> 32)), as: UInt64.self)
    unsafe UnsafeMutableRawPointer(next + 8).storeBytes(
      of: LogText.digits(UInt32(truncatingIfNeeded: aligned)), as: UInt64.self)
    unsafe next += digits
  }

  /// The eight hexadecimal digits of a number, the first in the lowest byte.
  @inline(__always)
  private static func digits(_ number: UInt32) -> UInt64 {
    var spread = UInt64(number)
    spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 39).byteSwapped.littleEndian
  }

  /// A time: its upper digits seldom change.
  @inline(__always)
  func time(_ time: UInt64) {
    let high = time / 1_000_000
    if high != timeHigh { rememberTime(high) }
    unsafe next.update(from: timeDigits, count: 16)
    unsafe next += timeDigitCount
    guard high > 0 else {
      decimal(time)
      return
    }
    let low = Int(truncatingIfNeeded: time &- high &* 1_000_000)
    let first = low / 10_000
    let middle = low / 100 % 100
    let last = low % 100
    unsafe next[0] = pairs[first &* 2]
    unsafe next[1] = pairs[first &* 2 &+ 1]
    unsafe next[2] = pairs[middle &* 2]
    unsafe next[3] = pairs[middle &* 2 &+ 1]
    unsafe next[4] = pairs[last &* 2]
    unsafe next[5] = pairs[last &* 2 &+ 1]
    unsafe next += 6
  }

  @inline(never)
  private func rememberTime(_ high: UInt64) {
    timeHigh = high
    timeDigitCount = 0
    guard high > 0 else { return }
    let start = unsafe next
    decimal(high)
    timeDigitCount = unsafe start.distance(to: next)
    unsafe timeDigits.update(from: start, count: timeDigitCount)
    unsafe next = start
  }

  /// A text of the program's, with what would break a line replaced.
  func visible(_ text: some Sequence<UInt8>) {
    var count = 0
    for character in text {
      guard count < LogText.longestText else { return }
      byte(character < 32 || character == 127 ? UInt8(ascii: "?") : character)
      count += 1
    }
  }
}
