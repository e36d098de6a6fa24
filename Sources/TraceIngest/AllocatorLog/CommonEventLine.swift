import TraceModel

/// The exact reading, byte by byte, of the lines that nearly every log consists of.
///
/// Takes `<ns> tid=<n> malloc|calloc addr=0x… size=<n> [stack=<n>]`, `free addr=0x…` and
/// `realloc old=0x… addr=0x… size=<n> [stack=<n>]`, with `usage=runtime|linear` for malloc and free,
/// and `memalign|aligned_alloc|posix_memalign addr=0x… size=<n> align=<n> [stack=<n>]`, in this
/// spelling only. Any other line, and any number it is not sure of, is left to the general
/// reader, so that both always agree.
struct CommonEventLine {
  private var line: LineCursor

  /// Appends the event of the line at `start` and returns where the line ends.
  ///
  /// Nil, with nothing appended, where the line is not of these.
  @inline(__always)
  static func append(
    _ bytes: borrowing Span<UInt8>, at start: Int, to rows: inout EventRows
  ) -> Int? {
    var event = CommonEventLine(line: LineCursor(bytes, at: start))
    return event.append(bytes, to: &rows) ? event.line.position : nil
  }

  @inline(__always)
  private mutating func append(
    _ bytes: borrowing Span<UInt8>, to rows: inout EventRows
  ) -> Bool {
    let time = line.decimal(bytes)
    line.expect(bytes, " tid=")
    let thread = line.decimal(bytes)
    guard line.isValid, line.position + 1 < line.end else { return false }
    let operation = bytes[line.position + 1]
    if let shape = alignedShape(bytes) {
      return appendAligned(bytes, shape, time: time, thread: thread, to: &rows)
    }
    switch operation {
    case UInt8(ascii: "f"):
      line.expect(bytes, " free addr=0x")
      let address = line.hexadecimal(bytes)
      guard line.isValid else { return false }
      if line.isAtEnd(bytes) {
        rows.append(.free, time: time, thread: thread, address: address)
        return true
      }
      guard let isRuntime = usage(bytes) else { return false }
      rows.append(.freeUsage, time: time, thread: thread, address: address)
      rows.append(isRuntimeUsage: isRuntime)
      return true
    case UInt8(ascii: "m"), UInt8(ascii: "c"):
      let isMalloc = operation == UInt8(ascii: "m")
      line.expect(bytes, isMalloc ? " malloc addr=0x" : " calloc addr=0x")
      let address = line.hexadecimal(bytes)
      line.expect(bytes, " size=")
      let size = line.decimal(bytes)
      guard line.isValid else { return false }
      if line.isAtEnd(bytes) {
        rows.append(
          isMalloc ? .malloc : .calloc, time: time, thread: thread, address: address, size: size)
        return true
      }
      if isMalloc, let isRuntime = usage(bytes) {
        rows.append(.mallocUsage, time: time, thread: thread, address: address, size: size)
        rows.append(isRuntimeUsage: isRuntime)
        return true
      }
      line.expect(bytes, " stack=")
      let stack = line.decimal(bytes)
      guard line.isValid, line.isAtEnd(bytes) else { return false }
      rows.append(
        isMalloc ? .mallocStack : .callocStack, time: time, thread: thread, address: address,
        size: size, stack: stack)
      return true
    case UInt8(ascii: "r"):
      line.expect(bytes, " realloc old=0x")
      let old = line.hexadecimal(bytes)
      line.expect(bytes, " addr=0x")
      let address = line.hexadecimal(bytes)
      line.expect(bytes, " size=")
      let size = line.decimal(bytes)
      guard line.isValid else { return false }
      if line.isAtEnd(bytes) {
        rows.append(
          .realloc, time: time, thread: thread, address: address, old: old, size: size)
        return true
      }
      line.expect(bytes, " stack=")
      let stack = line.decimal(bytes)
      guard line.isValid, line.isAtEnd(bytes) else { return false }
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
    switch bytes[line.position + 1] {
    case UInt8(ascii: "a"): line.take(bytes, " aligned_alloc addr=0x") ? .alignedAlloc : nil
    case UInt8(ascii: "p"): line.take(bytes, " posix_memalign addr=0x") ? .posixMemalign : nil
    case UInt8(ascii: "m"): line.take(bytes, " memalign addr=0x") ? .memalign : nil
    default: nil
    }
  }

  private mutating func appendAligned(
    _ bytes: borrowing Span<UInt8>, _ shape: CommonShape, time: UInt64, thread: UInt64,
    to rows: inout EventRows
  ) -> Bool {
    let address = line.hexadecimal(bytes)
    line.expect(bytes, " size=")
    let size = line.decimal(bytes)
    line.expect(bytes, " align=")
    let align = line.decimal(bytes)
    guard line.isValid else { return false }
    var stack: UInt64 = 0
    var shape = shape
    if !line.isAtEnd(bytes) {
      line.expect(bytes, " stack=")
      stack = line.decimal(bytes)
      guard line.isValid, line.isAtEnd(bytes) else { return false }
      shape = CommonShape(rawValue: shape.rawValue + 1) ?? shape
    }
    rows.append(shape, time: time, thread: thread, address: address, size: size, stack: stack)
    rows.append(align: align)
    return true
  }

  /// Whether the usage that ends the line is `runtime`; nil, without moving, where none stands here.
  private mutating func usage(_ bytes: borrowing Span<UInt8>) -> Bool? {
    let isRuntime = NumberText.hasPrefix(bytes, line.position..<line.end, " usage=runtime")
    guard isRuntime || NumberText.hasPrefix(bytes, line.position..<line.end, " usage=linear") else {
      return nil
    }
    let start = line.position
    line.position += isRuntime ? 14 : 13
    guard line.isAtEnd(bytes) else {
      line.position = start
      return nil
    }
    return isRuntime
  }
}
