import TraceModel

/// Reads consecutive lines of the three most common kinds eight bytes at a time.
///
/// Takes `<ns> tid=<n> malloc|calloc addr=0x… size=<n>[ stack=<n>]`, `free addr=0x…`,
/// `realloc old=0x… addr=0x… size=<n>[ stack=<n>]` and
/// `memalign|aligned_alloc|posix_memalign addr=0x… size=<n> align=<n>[ stack=<n>]`, each with a line
/// feed, with numbers of at most 15 digits. Every byte of a line is checked; any line but these is left to ``CommonEventLine``,
/// which reads byte by byte and gives the same values. What a line is expected to be like saves
/// work and decides nothing: a number that is not as expected is read for itself.
@safe struct WordwiseEventLines {
  /// No line that is taken reaches further, 16 bytes looked at beyond its end included.
  static let reach = 160

  private let bytes: UnsafeRawPointer

  /// Appends the events of the lines from `start` on and returns where the first other line begins.
  ///
  /// Lines may be read up to `limit`, beyond which ``reach`` bytes must lie.
  static func append(
    _ bytes: UnsafeRawPointer, from start: Int, limit: Int,
    expecting expected: inout LineExpectation,
    to rows: inout EventRows
  ) -> Int {
    // Lines are longer than the shortest, so that where they fit, so do their rows.
    let room = (rows.capacity - rows.count) * EventRows.shortestLine
    return unsafe WordwiseEventLines(bytes: bytes)
      .append(from: start, limit: min(limit, start + room), expecting: &expected, to: &rows)
  }

  private func append(
    from start: Int, limit: Int, expecting expected: inout LineExpectation,
    to rows: inout EventRows
  ) -> Int {
    var line = start
    var row = rows.count
    let shapes = unsafe rows.shapes
    let times = unsafe rows.times
    let threads = unsafe rows.threads
    let addresses = unsafe rows.addresses
    let olds = unsafe rows.olds
    let sizes = unsafe rows.sizes
    let stacks = unsafe rows.stacks
    while line < limit {
      // At each break the line is another reader's; what it has in the rows is nothing yet.
      guard let time = time(at: line, &expected) else { break }
      unsafe times[row] = time.value
      guard let thread = thread(at: time.end &+ 4, &expected) else { break }
      unsafe threads[row] = thread.value
      unsafe olds[row] = 0
      var place = thread.end
      let word = load(place)
      if word == 0x6461_2065_6572_6620 {  // " free ad"
        guard isAddressKey(place &+ 5),
          let address = address(at: place &+ 13, &expected, before: isEnd)
        else { break }
        unsafe shapes[row] = CommonShape.free.rawValue
        unsafe addresses[row] = address.value
        unsafe sizes[row] = 0
        unsafe stacks[row] = 0
        row &+= 1
        line = address.end &+ 1
        continue
      }
      if word == 0x2063_6F6C_6C61_6D20 {  // " malloc "
        unsafe shapes[row] = CommonShape.malloc.rawValue
      } else if word == 0x2063_6F6C_6C61_6320 {  // " calloc "
        unsafe shapes[row] = CommonShape.calloc.rawValue
      } else if word == 0x636F_6C6C_6165_7220 {  // " realloc"
        guard load(place &+ 7) == 0x7830_3D64_6C6F_2063 else { break }  // "c old=0x"
        guard let old = old(at: place &+ 15, &expected) else { break }
        unsafe shapes[row] = CommonShape.realloc.rawValue
        unsafe olds[row] = old.value
        // As far in front of the address as the other operations are.
        place = old.end &- 7
      } else {
        guard let end = aligned(at: place, row: row, &expected, to: &rows) else { break }
        row &+= 1
        line = end
        continue
      }
      guard isAddressKey(place &+ 7),
        let address = address(at: place &+ 15, &expected, before: isSizeKey)
      else { break }
      unsafe addresses[row] = address.value
      guard let size = decimal(at: address.end &+ 6, expected.digits) else { break }
      unsafe sizes[row] = size.value
      if isStackKey(size.end) {
        guard let stack = decimal(at: size.end &+ 7, expected.digits), isEnd(stack.end) else {
          break
        }
        unsafe shapes[row] &+= 1
        unsafe stacks[row] = stack.value
        line = stack.end &+ 1
      } else {
        guard isEnd(size.end) else { break }
        unsafe stacks[row] = 0
        line = size.end &+ 1
      }
      row &+= 1
    }
    rows.count = row
    return line
  }

  /// Writes what an aligned allocation's line says behind the thread; returns where the next line
  /// begins.
  @inline(never)
  private func aligned(
    at start: Int, row: Int, _ expected: inout LineExpectation, to rows: inout EventRows
  ) -> Int? {
    let shape: CommonShape
    var place = start
    switch load(place) {
    // " aligned", "d_alloc "
    case 0x6465_6E67_696C_6120 where load(place &+ 7) == 0x2063_6F6C_6C61_5F64:
      shape = .alignedAlloc
      place &+= 14
    // " posix_m", "memalign"
    case 0x6D5F_7869_736F_7020 where load(place &+ 7) == 0x6E67_696C_616D_656D:
      shape = .posixMemalign
      place &+= 15
    // " memalig", "ign"
    case 0x6769_6C61_6D65_6D20 where half(place &+ 6) & 0xFF_FFFF == 0x6E_6769:
      shape = .memalign
      place &+= 9
    default: return nil
    }
    guard isAddressKey(place),
      let address = address(at: place &+ 8, &expected, before: isSizeKey),
      let size = decimal(at: address.end &+ 6, expected.digits), isAlignKey(size.end),
      let align = decimal(at: size.end &+ 7, expected.digits)
    else { return nil }
    var (shapeNumber, stack, end) = (shape.rawValue, UInt64(0), align.end)
    if isStackKey(end) {
      guard let number = decimal(at: end &+ 7, expected.digits) else { return nil }
      shapeNumber &+= 1
      stack = number.value
      end = number.end
    }
    guard isEnd(end) else { return nil }
    unsafe rows.shapes[row] = shapeNumber
    unsafe rows.stacks[row] = stack
    unsafe rows.addresses[row] = address.value
    unsafe rows.sizes[row] = size.value
    rows.append(align: align.value)
    return end &+ 1
  }

  @inline(__always)
  private func load(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  private func half(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  @inline(__always)
  private func isEnd(_ place: Int) -> Bool {
    unsafe bytes.load(fromByteOffset: place, as: UInt8.self) == 0x0A
  }

  /// Whether ` addr=0x` stands there.
  @inline(__always)
  private func isAddressKey(_ place: Int) -> Bool { load(place) == 0x7830_3D72_6464_6120 }

  /// Whether ` size=` stands there.
  @inline(__always)
  private func isSizeKey(_ place: Int) -> Bool {
    half(place) == 0x7A69_7320 && half(place &+ 2) == 0x3D65_7A69
  }

  /// Whether ` stack=` stands there.
  @inline(__always)
  private func isStackKey(_ place: Int) -> Bool {
    half(place) == 0x6174_7320 && half(place &+ 3) == 0x3D6B_6361
  }

  /// Whether ` align=` stands there.
  @inline(__always)
  private func isAlignKey(_ place: Int) -> Bool {
    half(place) == 0x696C_6120 && half(place &+ 3) == 0x3D6E_6769
  }

  /// Whether ` tid` stands there.
  @inline(__always)
  private func isThreadKey(_ place: Int) -> Bool { half(place) == 0x6469_7420 }

  /// The number at a place where its digits, and what stands behind it, are as expected; else
  /// `other`, which is to read it and may find none.
  @inline(__always)
  private func number(
    _ expected: ExpectedNumber, at place: Int, before isFollower: (Int) -> Bool,
    _ read: (UInt64) -> (value: UInt64, errors: UInt64), else other: () -> NumberInWords
  ) -> NumberInWords? {
    let tail = read(load(place &+ expected.headLength))
    let end = place &+ expected.headLength &+ 8
    let wrong = (load(place) & expected.mask) ^ expected.head | tail.errors
    if wrong == 0, isFollower(end) {
      return NumberInWords(value: expected.headValue &+ tail.value, end: end)
    }
    let number = other()
    return number.end > place && isFollower(number.end) ? number : nil
  }

  @inline(__always)
  private func time(at place: Int, _ expected: inout LineExpectation) -> NumberInWords? {
    number(
      expected.time, at: place, before: isThreadKey, expected.digits.decimal,
      else: { unsafe expected.newTime(bytes, at: place) })
  }

  @inline(__always)
  private func address(
    at place: Int, _ expected: inout LineExpectation, before isFollower: (Int) -> Bool
  ) -> NumberInWords? {
    number(
      expected.address, at: place, before: isFollower, expected.digits.hexadecimal,
      else: { unsafe expected.newAddress(bytes, at: place) })
  }

  /// The old address of a reallocation: 0, or one like others.
  @inline(__always)
  private func old(at place: Int, _ expected: inout LineExpectation) -> NumberInWords? {
    half(place) & 0xFFFF == 0x2030  // "0 "
      ? NumberInWords(value: 0, end: place &+ 1)
      : address(at: place, &expected, before: isAddressKey)
  }

  /// A thread with the `=` in front of it.
  @inline(__always)
  private func thread(at place: Int, _ expected: inout LineExpectation) -> NumberInWords? {
    let known = expected.thread
    if (load(place) & known.mask) == known.text {
      return NumberInWords(value: known.value, end: place &+ known.length)
    }
    guard half(place) & 0xFF == 0x3D else { return nil }
    let number = unsafe expected.newThread(bytes, at: place &+ 1)
    return number.end > place &+ 1 ? number : nil
  }

  /// A number that mostly has less than 8 digits, as many as it may.
  @inline(__always)
  private func decimal(at place: Int, _ reading: EightDigits) -> NumberInWords? {
    let digits = load(place) ^ reading.zeros
    let others = reading.others(digits)
    if others == 0 {
      let number = otherDecimal(at: place)
      return number.end > place ? number : nil
    }
    let end = place &+ others.trailingZeroBitCount >> 3
    guard end > place else { return nil }
    let aligned = NumberInWords.aligned(digits, before: others)
    return NumberInWords(value: reading.value(ofDigits: aligned), end: end)
  }

  /// Never inlined, as rare as it is.
  @inline(never)
  private func otherDecimal(at place: Int) -> NumberInWords {
    unsafe NumberInWords.decimal(bytes, at: place)
  }
}
