import TraceModel

/// Reads consecutive lines of the three most common kinds eight bytes at a time.
///
/// Takes `<ns> tid=<n> malloc|calloc addr=0x… size=<n>[ stack=<n>]`, `free addr=0x…` and
/// `realloc old=0x… addr=0x… size=<n>[ stack=<n>]`, each with a line feed, with numbers of at most
/// 15 digits. Every byte of a line is checked, but what is wrong only shows in one word at the
/// line's end; any line but these is left to ``CommonEventLine``, which reads byte by byte and
/// gives the same values.
@safe struct WordwiseEventLines {
  /// No line that is taken reaches further, eight bytes looked at beyond its end included.
  static let reach = 160

  private let bytes: UnsafeRawPointer
  private let rows: EventRows
  private let powers: UnsafePointer<UInt64>
  /// Where a number or a word ends; meaningless once `errors` is not 0.
  private var position: Int
  private var errors: UInt64 = 0

  private static let ascii: UInt64 = 0x3030_3030_3030_3030
  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// Appends the events of the lines from `start` on and returns where the first other line begins.
  ///
  /// Lines may be read up to `limit`, beyond which ``reach`` bytes must lie.
  static func append(
    _ bytes: UnsafeRawPointer, from start: Int, limit: Int, to rows: EventRows
  ) -> Int {
    let powers: InlineArray<9, UInt64> = [
      1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]
    return unsafe withUnsafePointer(to: powers) { table in
      unsafe table.withMemoryRebound(to: UInt64.self, capacity: 9) { powers in
        let reading = unsafe WordwiseEventLines(
          bytes: bytes, rows: rows, powers: powers, position: start)
        return reading.append(limit: limit)
      }
    }
  }

  private func append(limit: Int) -> Int {
    // A copy, which the compiler keeps in registers.
    var reading = self
    var line = position
    var row = rows.count
    let shapes = unsafe rows.shapes
    let times = unsafe rows.times
    let threads = unsafe rows.threads
    let addresses = unsafe rows.addresses
    let olds = unsafe rows.olds
    let sizes = unsafe rows.sizes
    let stacks = unsafe rows.stacks
    let last = rows.capacity
    while line < limit, row < last {
      reading.position = line
      let time = reading.decimal()
      reading.expect(0x3D_6469_7420, 5)  // " tid="
      let thread = reading.decimal()
      let word = reading.load(reading.position)
      var shape: CommonShape
      var old: UInt64 = 0
      var size: UInt64 = 0
      var stack: UInt64 = 0
      let address: UInt64
      if word == 0x6461_2065_6572_6620 {  // " free ad"
        reading.position += 8
        reading.expect(0x78_303D_7264, 5)  // "dr=0x"
        address = reading.hexadecimal()
        shape = .free
      } else {
        if word == 0x2063_6F6C_6C61_6D20 {  // " malloc "
          reading.position += 8
          shape = .malloc
          reading.expect(0x78_303D_7264_6461, 7)  // "addr=0x"
        } else if word == 0x636F_6C6C_6165_7220 {  // " realloc"
          reading.position += 8
          shape = .realloc
          reading.expect(0x78_303D_646C_6F20, 7)  // " old=0x"
          old = reading.hexadecimal()
          reading.expect(0x7830_3D72_6464_6120, 8)  // " addr=0x"
        } else {
          reading.errors |= word ^ 0x2063_6F6C_6C61_6320  // " calloc "
          reading.position += 8
          shape = .calloc
          reading.expect(0x78_303D_7264_6461, 7)  // "addr=0x"
        }
        address = reading.hexadecimal()
        reading.expect(0x3D65_7A69_7320, 6)  // " size="
        size = reading.decimal()
        if reading.byte(reading.position) == 0x20 {
          reading.expect(0x3D_6B63_6174_7320, 7)  // " stack="
          stack = reading.decimal()
          shape = CommonShape(rawValue: shape.rawValue + 1) ?? shape
        }
      }
      reading.errors |= UInt64(reading.byte(reading.position) ^ 0x0A)
      guard reading.errors == 0 else { break }
      unsafe shapes[row] = shape.rawValue
      unsafe times[row] = time
      unsafe threads[row] = thread
      unsafe addresses[row] = address
      unsafe olds[row] = old
      unsafe sizes[row] = size
      unsafe stacks[row] = stack
      row += 1
      line = reading.position + 1
    }
    rows.count = row
    return line
  }

  @inline(__always)
  private func load(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  private func byte(_ offset: Int) -> UInt8 {
    unsafe bytes.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// Takes `count` bytes, which must be those of `word`, lowest first.
  @inline(__always)
  private mutating func expect(_ word: UInt64, _ count: Int) {
    errors |= (load(position) ^ word) &<< UInt64(64 - 8 * count)
    position += count
  }

  /// 1 to 15 decimal digits.
  @inline(__always)
  private mutating func decimal() -> UInt64 {
    let (value, count) = WordwiseEventLines.decimal(load(position))
    position += count
    if count < 8 {
      // No digit at all.
      errors |= UInt64(truncatingIfNeeded: (count &- 1) &>> 63)
      return value
    }
    let (rest, restCount) = WordwiseEventLines.decimal(load(position))
    position += restCount
    errors |= UInt64(truncatingIfNeeded: restCount &>> 3)
    return unsafe value &* powers[restCount] &+ rest
  }

  /// The decimal number that a word begins with, and how many of its bytes are digits.
  @inline(__always)
  private static func decimal(_ word: UInt64) -> (value: UInt64, count: Int) {
    let digits = word ^ ascii
    // The top bit of each byte beyond 9; a carry reaches only bytes behind one that has it.
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & highBits
    let count = others.trailingZeroBitCount >> 3
    // The digits end at the top byte, with zeros in front of them.
    let aligned = count == 0 ? 0 : digits &<< UInt64(64 - 8 * count)
    let pairs = aligned &* 10 &+ (aligned >> 8)
    let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return ((low &+ high) >> 32, count)
  }

  /// 1 to 15 digits, lower-case.
  @inline(__always)
  private mutating func hexadecimal() -> UInt64 {
    let (value, count) = WordwiseEventLines.hexadecimal(load(position))
    position += count
    if count < 8 {
      errors |= UInt64(truncatingIfNeeded: (count &- 1) &>> 63)
      return value
    }
    let (rest, restCount) = WordwiseEventLines.hexadecimal(load(position))
    position += restCount
    errors |= UInt64(truncatingIfNeeded: restCount &>> 3)
    return value &<< UInt64(4 * restCount) | rest
  }

  @inline(__always)
  private static func hexadecimal(_ word: UInt64) -> (value: UInt64, count: Int) {
    let digits = word ^ ascii
    let noDecimal = ((digits &+ 0x7676_7676_7676_7676) | digits) & highBits
    // 1 to 6 for a to f.
    let letters = digits ^ 0x5050_5050_5050_5050
    let noLetter =
      ((letters &+ 0x7979_7979_7979_7979) | letters | ~(letters &+ 0x7F7F_7F7F_7F7F_7F7F))
      & highBits
    let count = (noDecimal & noLetter).trailingZeroBitCount >> 3
    let nibbles = (digits & 0x0F0F_0F0F_0F0F_0F0F) &+ (noDecimal >> 7) &* 9
    let aligned = count == 0 ? 0 : nibbles &<< UInt64(64 - 8 * count)
    let bytes = (aligned << 4 | aligned >> 8) & 0x00FF_00FF_00FF_00FF
    let halves = (bytes << 8 | bytes >> 16) & 0x0000_FFFF_0000_FFFF
    return ((halves << 16 | halves >> 32) & 0xFFFF_FFFF, count)
  }
}
