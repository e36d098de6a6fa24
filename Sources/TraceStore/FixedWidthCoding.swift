import TraceModel

/// Columns whose values all take the same number of bits or bytes, which the first byte says.
enum FixedWidthCoding {
  // MARK: Packed

  /// 1, 2, 4 or 8 bits a value, the first in the lowest bits; values are at most 255.
  static func packed(_ values: [UInt64]) -> [UInt8] {
    let largest = values.reduce(0) { $0 | $1 }
    precondition(largest <= 255, "a value of more than 8 bits cannot be packed")
    let width = largest < 2 ? 1 : largest < 4 ? 2 : largest < 16 ? 4 : 8
    let perByte = 8 / width
    let byteCount = (values.count + perByte - 1) / perByte
    return unsafe [UInt8](unsafeUninitializedCapacity: byteCount + 1) { buffer, count in
      unsafe buffer[0] = UInt8(width)
      for byte in 0..<byteCount {
        var bits: UInt64 = 0
        let first = byte * perByte
        for place in 0..<min(perByte, values.count - first) {
          bits |= values[first + place] << UInt64(place * width)
        }
        unsafe buffer[byte + 1] = UInt8(truncatingIfNeeded: bits)
      }
      count = byteCount + 1
    }
  }

  static func decodePacked(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    guard let width = bytes.first.map(Int.init), [1, 2, 4, 8].contains(width) else {
      throw ByteReader.damaged
    }
    let perByte = 8 / width
    guard bytes.count == 1 + (count + perByte - 1) / perByte else { throw ByteReader.damaged }
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

  // MARK: Fixed

  /// As many bytes a value, the lowest first, as the largest value needs.
  static func fixed(_ values: [UInt64]) -> [UInt8] {
    let largest = values.reduce(0) { $0 | $1 }
    let width = max(1, (64 - largest.leadingZeroBitCount + 7) / 8)
    return unsafe [UInt8](unsafeUninitializedCapacity: values.count * width + 1) { buffer, count in
      unsafe buffer[0] = UInt8(width)
      var position = 1
      for value in values {
        for place in 0..<width {
          unsafe buffer[position + place] = UInt8(truncatingIfNeeded: value >> UInt64(8 * place))
        }
        position += width
      }
      count = position
    }
  }

  static func decodeFixed(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    let width = try width(of: bytes, count: count)
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        var position = 1
        for index in 0..<count {
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

  /// The lowest bytes of all values, then their second bytes, and so on; the highest one kept gives
  /// the sign.
  static func planes(_ values: [UInt64]) -> [UInt8] {
    let magnitude = values.reduce(0) { bits, value in
      bits | (value ^ UInt64(bitPattern: Int64(bitPattern: value) >> 63))
    }
    // One bit more than the magnitude, for the sign.
    let width = (64 - magnitude.leadingZeroBitCount) / 8 + 1
    let rows = values.count
    return unsafe [UInt8](unsafeUninitializedCapacity: rows * width + 1) { buffer, count in
      unsafe buffer[0] = UInt8(width)
      for plane in 0..<width {
        let start = 1 + plane * rows
        let shift = UInt64(8 * plane)
        for row in 0..<rows {
          unsafe buffer[start + row] = UInt8(truncatingIfNeeded: values[row] >> shift)
        }
      }
      count = rows * width + 1
    }
  }

  static func decodePlanes(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    let width = try width(of: bytes, count: count)
    return unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        let unused = Int64(64 - 8 * width)
        for row in 0..<count {
          var value: UInt64 = 0
          for plane in 0..<width {
            value |= UInt64(unsafe bytes[1 + plane * count + row]) &<< UInt64(8 * plane)
          }
          unsafe buffer[row] = UInt64(bitPattern: (Int64(bitPattern: value) &<< unused) &>> unused)
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
