import TraceModel

/// Columns whose values take as many bytes as each needs.
enum VarintCoding {
  private static let longest = 10

  /// Each value, as `code` has it, in LEB128.
  @inline(__always)
  static func encode(_ values: [UInt64], _ code: (UInt64) -> UInt64) -> [UInt8] {
    // What is filled with nothing is the array that all empty ones share, written by two threads.
    guard !values.isEmpty else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: values.count * longest) { buffer, count in
      var position = 0
      for value in values {
        var rest = code(value)
        while rest >= 0x80 {
          unsafe buffer[position] = UInt8(truncatingIfNeeded: rest) | 0x80
          position += 1
          rest >>= 7
        }
        unsafe buffer[position] = UInt8(truncatingIfNeeded: rest)
        position += 1
      }
      count = position
    }
  }

  static func deltas(_ values: [UInt64]) -> [UInt8] {
    var last: UInt64 = 0
    return encode(values) { value in
      defer { last = value }
      return ZigZag.encode(Int64(bitPattern: value &- last))
    }
  }

  /// Pairs of value and run length.
  static func runs(_ values: [UInt64]) -> [UInt64] {
    var runs = RunLengths()
    runs.append(values)
    return runs.finish()
  }

  /// `count` values and nothing behind them, each as `value` makes it of its code.
  @inline(__always)
  static func decode(
    _ bytes: [UInt8], count: Int, _ value: (UInt64) -> UInt64
  ) throws(TraceError) -> [UInt64] {
    // A value takes a byte at least: no count asks for more memory than its bytes justify.
    guard bytes.count >= count else { throw ByteReader.damaged }
    var isWhole = false
    let values = unsafe [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      isWhole = unsafe bytes.withUnsafeBufferPointer { bytes in
        let raw = UnsafeRawBufferPointer(bytes)
        var position = 0
        var index = 0
        while true {
          // So many values can be read a word at a time, if they take two bytes at the most.
          let whole = min(count, index + max(0, (bytes.count - position - 6) / 2))
          while index < whole {
            let word = UInt64(
              littleEndian: unsafe raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            guard word & 0x8080 != 0x8080 else { break }
            // Whether it takes one byte or two is not to be foreseen: no branch asks for it.
            let more = (word &>> 7) & 1
            let rest = (word &>> 1) & 0x3F80 & (0 &- more)
            unsafe buffer[index] = value(word & 0x7F | rest)
            position &+= 1 &+ Int(truncatingIfNeeded: more)
            index &+= 1
          }
          guard index < count else { break }
          guard position < bytes.count else { return false }
          var code = UInt64(unsafe bytes[position])
          position += 1
          if code >= 0x80 {
            code &= 0x7F
            guard unsafe finish(&code, bytes, &position) else { return false }
          }
          unsafe buffer[index] = value(code)
          index += 1
        }
        initialized = count
        return position == bytes.count
      }
    }
    guard isWhole else { throw ByteReader.damaged }
    return values
  }

  /// Takes the bytes behind the first one of a longer value.
  @inline(__always)
  private static func finish(
    _ code: inout UInt64, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
  ) -> Bool {
    var shift: UInt64 = 7
    while position < bytes.count {
      let byte = unsafe bytes[position]
      position += 1
      guard shift < 63 || byte <= 1 else { return false }
      code |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { return true }
      shift += 7
    }
    return false
  }

  static func decodeDeltas(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    var last: UInt64 = 0
    return try decode(bytes, count: count) { code in
      last = last &+ UInt64(bitPattern: ZigZag.decode(code))
      return last
    }
  }

  static func decodeRuns(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    try decodeRuns(bytes, count: count) { $0 }
  }

  /// The values of runs, each run's as `value` makes it of its code; nil refuses one.
  @inline(__always)
  static func decodeRuns<Value: BitwiseCopyable>(
    _ bytes: [UInt8], count: Int, _ value: (UInt64) -> Value?
  ) throws(TraceError) -> [Value] {
    var reader = ByteReader(bytes)
    let values = try [Value](capacity: count) { (values: inout OutputSpan) throws(TraceError) in
      while values.count < count {
        let code = try reader.varint()
        let run = try reader.count(limit: count - values.count)
        guard run > 0, let value = value(code) else { throw ByteReader.damaged }
        values.append(repeating: value, count: run)
      }
    }
    guard reader.isAtEnd else { throw ByteReader.damaged }
    return values
  }
}
