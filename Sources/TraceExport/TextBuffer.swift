/// Text in the making, as bytes: numbers are written without a String for each.
@safe struct TextBuffer: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 16
  private var count = 0

  init() {
    unsafe start = .allocate(capacity: capacity)
  }

  deinit { unsafe start.deallocate() }

  /// Makes room for so many bytes.
  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if more > capacity - count { grow(by: more) }
  }

  private mutating func grow(by more: Int) {
    capacity = max(2 * capacity, count + more)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe grown.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = grown
  }

  @inline(__always)
  mutating func append(_ text: Span<UInt8>) {
    reserve(text.count)
    for index in text.indices {
      unsafe start[count &+ index] = text[unchecked: index]
    }
    count &+= text.count
  }

  mutating func append(_ text: String) { append(text.utf8.span) }

  mutating func append(byte: Unicode.Scalar) {
    reserve(1)
    unsafe start[count] = UInt8(ascii: byte)
    count &+= 1
  }

  @inline(__always)
  mutating func decimal(_ value: UInt64) {
    reserve(20)
    var digits = 1
    var limit: UInt64 = 10
    while value >= limit, digits < 20 {
      digits &+= 1
      limit = digits == 20 ? .max : limit &* 10
    }
    var rest = value
    var place = count &+ digits
    repeat {
      place &-= 1
      unsafe start[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while place > count
    count &+= digits
  }

  mutating func signed(_ value: Int64) {
    if value < 0 { append(byte: "-") }
    decimal(value.magnitude)
  }

  /// `0x` and lower-case digits.
  @inline(__always)
  mutating func hexadecimal(_ value: UInt64) {
    reserve(18)
    unsafe start[count] = UInt8(ascii: "0")
    unsafe start[count &+ 1] = UInt8(ascii: "x")
    count &+= 2
    let digits = max(1, (64 - value.leadingZeroBitCount + 3) / 4)
    var rest = value
    var place = count &+ digits
    repeat {
      place &-= 1
      let digit = UInt8(truncatingIfNeeded: rest & 0xF)
      unsafe start[place] =
        digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10
      rest &>>= 4
    } while place > count
    count &+= digits
  }

  /// Hands out what is there and begins again.
  mutating func take() -> [UInt8] {
    defer { count = 0 }
    return unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
  }
}
