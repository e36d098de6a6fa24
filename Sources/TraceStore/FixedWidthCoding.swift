import TraceModel

/// Columns whose values all take the same number of bits or bytes, which the first byte says.
enum FixedWidthCoding {
  // MARK: Packed

  /// 1, 2, 4 or 8 bits a value, the first in the lowest bits; values are at most 255.
  static func packed(_ values: [UInt64]) -> [UInt8] {
    let largest = values.reduce(0) { $0 | $1 }
    precondition(largest <= 255, "a value of more than 8 bits cannot be packed")
    let bytes = values.map { UInt8(truncatingIfNeeded: $0) }
    return packed(bytes: bytes.span)
  }

  /// The same of values that are bytes; eight at a time become as many bytes as a value has bits.
  static func packed(bytes values: Span<UInt8>) -> [UInt8] {
    var largest: UInt8 = 0
    for index in values.indices { largest |= unsafe values[unchecked: index] }
    let width = largest < 2 ? 1 : largest < 4 ? 2 : largest < 16 ? 4 : 8
    let byteCount = (values.count * width + 7) / 8
    let eights = values.count / 8
    return unsafe values.withUnsafeBytes { values in
      // Eight bytes are written where fewer are meant.
      unsafe [UInt8](unsafeUninitializedCapacity: byteCount + 9) { buffer, count in
        let target = UnsafeMutableRawBufferPointer(buffer)
        unsafe target[0] = UInt8(width)
        for eight in 0..<eights {
          let bytes = unsafe values.loadUnaligned(fromByteOffset: eight * 8, as: UInt64.self)
          unsafe target.storeBytes(
            of: folded(UInt64(littleEndian: bytes), width).littleEndian,
            toByteOffset: 1 &+ eight &* width, as: UInt64.self)
        }
        var rest: UInt64 = 0
        for place in eights * 8..<values.count {
          rest |= unsafe UInt64(values[place]) << UInt64(place % 8 * 8)
        }
        unsafe target.storeBytes(
          of: folded(rest, width).littleEndian, toByteOffset: 1 + eights * width,
          as: UInt64.self)
        count = byteCount + 1
      }
    }
  }

  /// Eight bytes as eight values of so many bits.
  @inline(__always)
  private static func folded(_ bytes: UInt64, _ width: Int) -> UInt64 {
    if width == 8 { return bytes }
    let bits = UInt64(truncatingIfNeeded: width)
    let halves = (bytes | bytes &>> (8 &- bits)) & (0x0001_0001_0001_0001 &* lowest(2 &* bits))
    let quarters =
      (halves | halves &>> (16 &- 2 &* bits)) & (0x1_0000_0001 &* lowest(4 &* bits))
    return (quarters | quarters &>> (32 &- 4 &* bits)) & lowest(8 &* bits)
  }

  @inline(__always)
  private static func lowest(_ bits: UInt64) -> UInt64 { 1 &<< bits &- 1 }

  static func decodePacked(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    let width = try packedWidth(of: bytes, count: count)
    let perByte = 8 / width
    let mask = UInt64(1) << UInt64(width) - 1
    let log = perByte.trailingZeroBitCount
    let shift = UInt64(width)
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        for index in 0..<count {
          let byte = UInt64(unsafe bytes[1 + index >> log])
          unsafe buffer[index] = (byte >> (UInt64(index & (perByte - 1)) &* shift)) & mask
        }
      }
      initialized = count
    }
  }

  /// Packed values as narrow as they are used, four at once.
  static func decodePackedNarrow(
    _ bytes: [UInt8], count: Int
  ) throws(TraceError) -> [UInt16] {
    guard count > 0 else {
      guard bytes.isEmpty else { throw ByteReader.damaged }
      return []
    }
    let width = try packedWidth(of: bytes, count: count)
    let perByte = 8 / width
    // A byte times this has its values at the beginnings of the four lanes of a word, if they are
    // so many; what is above each value is cut off.
    let lane = UInt64(16 - width)
    let lanes = min(4, perByte)
    let factor = (0..<UInt64(lanes)).reduce(UInt64(0)) { $0 | 1 << ($1 * lane) }
    let mask = (UInt64(1) << UInt64(width) - 1) &* 0x0001_0001_0001_0001
    // A word is written whole, behind the last value, too.
    return unsafe [UInt16](unsafeUninitializedCapacity: count + 8) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(buffer)
      unsafe bytes.withUnsafeBufferPointer { bytes in
        for byte in 1..<bytes.count {
          let value = UInt64(unsafe bytes[byte])
          let offset = 2 * perByte * (byte - 1)
          let word = (value &* factor) & mask
          unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
          if perByte == 8 {
            let rest = ((value &>> 4) &* factor) & mask
            unsafe target.storeBytes(of: rest, toByteOffset: offset + 8, as: UInt64.self)
          }
        }
      }
      initialized = count
    }
  }

  /// The width that a packed column begins with, whose bytes must be as many as it says.
  private static func packedWidth(of bytes: [UInt8], count: Int) throws(TraceError) -> Int {
    guard let width = bytes.first.map(Int.init), [1, 2, 4, 8].contains(width) else {
      throw ByteReader.damaged
    }
    let perByte = 8 / width
    guard bytes.count == 1 + (count + perByte - 1) / perByte else { throw ByteReader.damaged }
    return width
  }

  // MARK: Fixed

  /// As many bytes a value, the lowest first, as the largest value needs.
  static func fixed(_ values: [UInt64]) -> [UInt8] { fixed(values.span) }

  static func fixed<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ values: Span<Value>
  ) -> [UInt8] {
    var largest: Value = 0
    for index in values.indices { largest |= unsafe values[unchecked: index] }
    let width = max(1, (Value.bitWidth - largest.leadingZeroBitCount + 7) / 8)
    let byteCount = values.count * width + 1
    // A value's whole bytes are written where fewer are meant, and the next ones over the others.
    let capacity = byteCount + Value.bitWidth / 8
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      let target = UnsafeMutableRawBufferPointer(buffer)
      unsafe target[0] = UInt8(width)
      if width == 1 {
        for index in values.indices {
          unsafe target[index &+ 1] = UInt8(truncatingIfNeeded: values[unchecked: index])
        }
      } else {
        var position = 1
        for index in values.indices {
          unsafe target.storeBytes(
            of: values[unchecked: index].littleEndian, toByteOffset: position, as: Value.self)
          position &+= width
        }
      }
      count = byteCount
    }
  }

  static func decodeFixed(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    let width = try width(of: bytes, count: count)
    let mask = UInt64.max >> UInt64(64 - 8 * width)
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe bytes.withUnsafeBytes { bytes in
        // Values of which a whole word can be read.
        let whole = bytes.count < 9 ? 0 : min(count, (bytes.count - 9) / width + 1)
        var position = 1
        for index in 0..<whole {
          let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
          unsafe buffer[index] = UInt64(littleEndian: word) & mask
          position += width
        }
        for index in whole..<count {
          var value: UInt64 = 0
          for place in 0..<width {
            value |= UInt64(unsafe bytes[position + place]) &<< UInt64(8 * place)
          }
          unsafe buffer[index] = value
          position += width
        }
      }
      initialized = count
    }
  }

  // MARK: Planes

  /// The lowest bytes of all values, then their second bytes, and so on.
  ///
  /// The highest one kept gives the sign. Steps of time were so before version 5.
  static func planes(_ values: [UInt64]) -> [UInt8] {
    let magnitude = values.reduce(0) { $0 | ($1 ^ (0 &- $1 >> 63)) }
    // One bit more than the magnitude, for the sign.
    let width = (64 - magnitude.leadingZeroBitCount) / 8 + 1
    return [UInt8(width)]
      + (0..<UInt64(width)).flatMap { plane in
        values.map { UInt8(truncatingIfNeeded: $0 >> (8 * plane)) }
      }
  }

  static func decodePlanes(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    let width = try width(of: bytes, count: count)
    // The highest plane first, with its sign; loops over rows are such as take several at once.
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { values, initialized in
      let bytes = bytes.span
      let highest = 1 + (width - 1) * count
      for row in 0..<count {
        let byte = Int8(bitPattern: unsafe bytes[unchecked: highest &+ row])
        unsafe values[row] = UInt64(truncatingIfNeeded: byte)
      }
      for plane in (0..<width - 1).reversed() {
        let start = 1 + plane * count
        for row in 0..<count {
          unsafe values[row] = values[row] &<< 8 | UInt64(bytes[unchecked: start &+ row])
        }
      }
      initialized = count
    }
  }

  /// The width that a column begins with, whose bytes must be as many as it says.
  private static func width(of bytes: [UInt8], count: Int) throws(TraceError) -> Int {
    guard let width = bytes.first.map(Int.init), (1...8).contains(width),
      bytes.count == 1 + width * count
    else { throw ByteReader.damaged }
    return width
  }
}
