import TraceModel

/// The exact reading, byte by byte, of the lines that nearly every log consists of.
///
/// Takes `<ns> tid=<n> malloc|calloc addr=0x… size=<n> [stack=<n>]`, `free addr=0x…` and
/// `realloc old=0x… addr=0x… size=<n> [stack=<n>]`, with `usage=runtime|linear` for malloc and free,
/// and `memalign|aligned_alloc|posix_memalign addr=0x… size=<n> align=<n> [stack=<n>]`, in this
/// spelling only. Any other line, and any number it is not sure of, is left to the general
/// reader, so that both always agree.
struct CommonEventLine {
  private var position: Int
  private let end: Int
  private var isValid = true

  /// Appends the event of the line at `start` and returns where the line ends.
  ///
  /// Nil, with nothing appended, where the line is not of these.
  @inline(__always)
  static func append(
    _ bytes: borrowing Span<UInt8>, at start: Int, to rows: EventRows
  ) -> Int? {
    var line = CommonEventLine(position: start, end: bytes.count)
    return line.append(bytes, to: rows) ? line.position : nil
  }

  @inline(__always)
  private mutating func append(
    _ bytes: borrowing Span<UInt8>, to rows: EventRows
  ) -> Bool {
    let time = decimal(bytes)
    expect(bytes, " tid=")
    let thread = decimal(bytes)
    guard isValid, position + 1 < end else { return false }
    let operation = bytes[position + 1]
    if let shape = alignedShape(bytes) {
      return appendAligned(bytes, shape, time: time, thread: thread, to: rows)
    }
    switch operation {
    case UInt8(ascii: "f"):
      expect(bytes, " free addr=0x")
      let address = hexadecimal(bytes)
      guard isValid else { return false }
      if isAtEnd(bytes) {
        rows.append(.free, time: time, thread: thread, address: address)
        return true
      }
      guard let isRuntime = usage(bytes) else { return false }
      rows.append(.freeUsage, time: time, thread: thread, address: address)
      rows.isRuntimeUsage.append(isRuntime)
      return true
    case UInt8(ascii: "m"), UInt8(ascii: "c"):
      let isMalloc = operation == UInt8(ascii: "m")
      expect(bytes, isMalloc ? " malloc addr=0x" : " calloc addr=0x")
      let address = hexadecimal(bytes)
      expect(bytes, " size=")
      let size = decimal(bytes)
      guard isValid else { return false }
      if isAtEnd(bytes) {
        rows.append(
          isMalloc ? .malloc : .calloc, time: time, thread: thread, address: address, size: size)
        return true
      }
      if isMalloc, let isRuntime = usage(bytes) {
        rows.append(.mallocUsage, time: time, thread: thread, address: address, size: size)
        rows.isRuntimeUsage.append(isRuntime)
        return true
      }
      expect(bytes, " stack=")
      let stack = decimal(bytes)
      guard isValid, isAtEnd(bytes) else { return false }
      rows.append(
        isMalloc ? .mallocStack : .callocStack, time: time, thread: thread, address: address,
        size: size, stack: stack)
      return true
    case UInt8(ascii: "r"):
      expect(bytes, " realloc old=0x")
      let old = hexadecimal(bytes)
      expect(bytes, " addr=0x")
      let address = hexadecimal(bytes)
      expect(bytes, " size=")
      let size = decimal(bytes)
      guard isValid else { return false }
      if isAtEnd(bytes) {
        rows.append(
          .realloc, time: time, thread: thread, address: address, old: old, size: size)
        return true
      }
      expect(bytes, " stack=")
      let stack = decimal(bytes)
      guard isValid, isAtEnd(bytes) else { return false }
      rows.append(
        .reallocStack, time: time, thread: thread, address: address, old: old, size: size,
        stack: stack)
      return true
    default:
      return false
    }
  }

  /// The shape of an aligned allocation without a stack, and moves behind its name and `addr=0x`.
  @inline(__always)
  private mutating func alignedShape(_ bytes: borrowing Span<UInt8>) -> CommonShape? {
    switch bytes[position + 1] {
    case UInt8(ascii: "a"): return take(bytes, " aligned_alloc addr=0x") ? .alignedAlloc : nil
    case UInt8(ascii: "p"): return take(bytes, " posix_memalign addr=0x") ? .posixMemalign : nil
    case UInt8(ascii: "m"): return take(bytes, " memalign addr=0x") ? .memalign : nil
    default: return nil
    }
  }

  private mutating func appendAligned(
    _ bytes: borrowing Span<UInt8>, _ shape: CommonShape, time: UInt64, thread: UInt64,
    to rows: EventRows
  ) -> Bool {
    let address = hexadecimal(bytes)
    expect(bytes, " size=")
    let size = decimal(bytes)
    expect(bytes, " align=")
    let align = decimal(bytes)
    guard isValid else { return false }
    var stack: UInt64 = 0
    var shape = shape
    if !isAtEnd(bytes) {
      expect(bytes, " stack=")
      stack = decimal(bytes)
      guard isValid, isAtEnd(bytes) else { return false }
      shape = CommonShape(rawValue: shape.rawValue + 1) ?? shape
    }
    rows.append(shape, time: time, thread: thread, address: address, size: size, stack: stack)
    rows.aligns.append(align)
    return true
  }

  /// Moves behind a text where it stands here.
  @inline(__always)
  private mutating func take(_ bytes: borrowing Span<UInt8>, _ text: StaticString) -> Bool {
    guard NumberText.hasPrefix(bytes, position..<end, text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Whether the line ends here: at a line feed, or at the end of the input.
  @inline(__always)
  private func isAtEnd(_ bytes: borrowing Span<UInt8>) -> Bool {
    position == end || bytes[position] == UInt8(ascii: "\n")
  }

  @inline(__always)
  private mutating func expect(_ bytes: borrowing Span<UInt8>, _ text: StaticString) {
    let count = text.utf8CodeUnitCount
    guard isValid, end - position >= count else {
      isValid = false
      return
    }
    let start = unsafe text.utf8Start
    var difference: UInt8 = 0
    for index in 0..<count { unsafe difference |= bytes[position + index] ^ start[index] }
    isValid = difference == 0
    position += count
  }

  /// At most 19 digits, which never overflow.
  @inline(__always)
  private mutating func decimal(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    guard isValid else { return 0 }
    var value: UInt64 = 0
    let start = position
    while position < end {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt64(digit)
      position += 1
    }
    isValid = position > start && position - start <= 19
    return value
  }

  @inline(__always)
  private mutating func hexadecimal(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    guard isValid else { return 0 }
    var value: UInt64 = 0
    let start = position
    while position < end {
      let byte = bytes[position]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        value = value << 4 | UInt64(digit)
      } else {
        let letter = byte &- UInt8(ascii: "a")
        guard letter <= 5 else { break }
        value = value << 4 | UInt64(letter + 10)
      }
      position += 1
    }
    isValid = position > start && position - start <= 16
    return value
  }

  /// Whether the usage that ends the line is `runtime`; nil, without moving, where none stands here.
  private mutating func usage(_ bytes: borrowing Span<UInt8>) -> Bool? {
    let isRuntime = NumberText.hasPrefix(bytes, position..<end, " usage=runtime")
    guard isRuntime || NumberText.hasPrefix(bytes, position..<end, " usage=linear") else {
      return nil
    }
    let start = position
    position += isRuntime ? 14 : 13
    guard isAtEnd(bytes) else {
      position = start
      return nil
    }
    return isRuntime
  }
}
