import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

@Suite struct ColumnEncodingTests {
  private static let valueEncodings: [ColumnEncoding] = [
    .varint, .delta, .runLength, .packed, .fixed, .planes, .ranked,
  ]

  /// Columns that an encoding takes: all of any values, but for one of at most 8 bits a value.
  private static func columns(for encoding: ColumnEncoding) -> [[UInt64]] {
    if encoding == .ranked {
      // Few values, and more than have a rank.
      return columns().flatMap { column in
        [3, 15, 16, 255].map { most in column.map { $0 % most } }
      }
    }
    guard encoding == .packed else { return columns() }
    return columns().flatMap { column in
      [1, 2, 4, 8].map { width in column.map { $0 & (1 << width - 1) } }
    }
  }

  private static func columns() -> [[UInt64]] {
    var columns: [[UInt64]] = [
      [], [0], [.max], [0, .max, 0, .max],
      [.max, 0, 1 << 63, (1 << 63) - 1, 127, 128, 16383, 16384],
      Array(repeating: 0, count: 5000), Array(repeating: .max, count: 300),
      Array(0..<1000), Array((0..<1000).reversed()),
      Array(repeating: 7, count: 400) + [8] + Array(repeating: 7, count: 400),
    ]
    // Values of so many bytes at the most, of either sign, between ones of fewer.
    for width in 1...8 {
      var random = SeededGenerator(seed: UInt64(width))
      columns.append(
        (0..<97).map { _ in
          let unused = Int64(64 - 8 * width) + Int64(random.next() % UInt64(8 * width))
          return UInt64(bitPattern: Int64(bitPattern: random.next()) >> unused)
        })
      columns.append(
        (0..<97).map { _ in random.next() >> (64 - random.next() % UInt64(8 * width) - 1) })
    }
    for seed in SeededGenerator.seeds(40) {
      var random = SeededGenerator(seed: seed)
      var values: [UInt64] = []
      for _ in 0..<(random.next() % 300) {
        let run = random.once(in: 5) ? random.next() % 50 : 1
        values += Array(repeating: random.anyMagnitude(), count: Int(run))
      }
      columns.append(values)
    }
    return columns
  }

  @Test func `the numbers of the encodings never change`() {
    #expect(ColumnEncoding.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(ColumnEncoding.varint.rawValue == 0)
    #expect(ColumnEncoding.delta.rawValue == 1)
    #expect(ColumnEncoding.runLength.rawValue == 2)
    #expect(ColumnEncoding.bytes.rawValue == 3)
    #expect(ColumnEncoding.packed.rawValue == 4)
    #expect(ColumnEncoding.fixed.rawValue == 5)
    #expect(ColumnEncoding.planes.rawValue == 6)
    #expect(ColumnEncoding.ranked.rawValue == 7)
  }

  @Test(arguments: valueEncodings)
  func `what was encoded is decoded`(encoding: ColumnEncoding) throws {
    for values in ColumnEncodingTests.columns(for: encoding) {
      #expect(try encoding.decode(encoding.encode(values), count: values.count) == values)
    }
  }

  @Test(
    arguments: [
      (ColumnEncoding.varint, [1, 300], [1, 0xAC, 0x02]),
      (.delta, [1000, 1001, 999], [0xD0, 0x0F, 2, 3]),
      (.runLength, [5, 5, 5, 0], [5, 3, 0, 1]),
      (.varint, [.max], Array(repeating: 0xFF, count: 9) + [1]),
      (.delta, [.max, 0], [1, 2]),
      (.packed, [0, 1, 1, 0, 1], [1, 0b10110]),
      (.packed, Array(repeating: 1, count: 9), [1, 0xFF, 1]),
      (.packed, [3, 0, 2, 1, 2], [2, 0b0110_0011, 2]),
      (.packed, [3, 0, 2, 1, 2, 0, 1, 3, 1], [2, 0b0110_0011, 0b1101_0010, 1]),
      (.packed, [15, 1, 9, 2, 0, 7, 3, 8, 5], [4, 0x1F, 0x29, 0x70, 0x83, 5]),
      (.packed, [15, 1, 9], [4, 0x1F, 9]),
      (.packed, [255, 0], [8, 255, 0]),
      (.fixed, [0], [1, 0]),
      (.fixed, [1, 300], [2, 1, 0, 0x2C, 1]),
      (.fixed, [1 << 16], [3, 0, 0, 1]),
      (.fixed, [.max], Array([8] + Array(repeating: 0xFF, count: 8))),
      (.planes, [0], [1, 0]),
      (.planes, [1, 300, .max], [2, 1, 0x2C, 0xFF, 0, 1, 0xFF]),
      (.planes, [127, .max - 127], [1, 0x7F, 0x80]),
      (.planes, [128], [2, 0x80, 0]),
      (.planes, [.max - 128], [2, 0x7F, 0xFF]),
      (.planes, [1 << 63, 5], [8, 0, 5] + Array(repeating: 0, count: 12) + [0x80, 0]),
      (.ranked, [9, 9, 9], [1, 9, 0x00, 0x00]),
      (.ranked, [200, 7, 7, 200, 3, 7], [3, 7, 200, 3, 0x01, 0x10, 0x02]),
      (
        .ranked, Array(0...16) + [16],
        [15, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
          + [0x21, 0x43, 0x65, 0x87, 0xA9, 0xCB, 0xED, 0xFF, 0x00, 14, 15]
      ),
    ] as [(ColumnEncoding, [UInt64], [UInt8])])
  func `bytes are as specified`(
    encoding: ColumnEncoding, values: [UInt64], bytes: [UInt8]
  ) throws {
    #expect(encoding.encode(values) == bytes)
    #expect(try encoding.decode(bytes, count: values.count) == values)
  }

  @Test(arguments: valueEncodings)
  func `cut and overlong columns are refused`(encoding: ColumnEncoding) {
    for values in ColumnEncodingTests.columns(for: encoding).prefix(40) where values.count < 500 {
      let bytes = encoding.encode(values)
      // One expectation for all lengths, of which there are many.
      let read = (0..<bytes.count).filter { length in
        (try? encoding.decode(Array(bytes[..<length]), count: values.count)) != nil
      }
      #expect(read == [])
      #expect(throws: TraceError.self) {
        try encoding.decode(bytes + [0], count: values.count)
      }
      // What is left of the last byte of packed or ranked values may be values, or none.
      let packed = encoding == .packed && !bytes.isEmpty ? 8 / Int(bytes[0]) : 1
      let unit = encoding == .ranked ? 2 : packed
      let bytesOfValues = (values.count + unit - 1) / unit
      #expect(throws: TraceError.self) {
        try encoding.decode(bytes, count: bytesOfValues * unit + 1)
      }
      if !values.isEmpty {
        #expect(throws: TraceError.self) {
          try encoding.decode(bytes, count: (bytesOfValues - 1) * unit)
        }
      }
    }
  }

  @Test(
    arguments: [
      (ColumnEncoding.varint, Array(repeating: 0x80, count: 10) + [0], 1),
      (.varint, Array(repeating: 0xFF, count: 9) + [2], 1),
      (.varint, Array(repeating: 0xFF, count: 10), 1),
      (.delta, Array(repeating: 0xFF, count: 64), 1),
      (.runLength, [5, 0], 1), (.runLength, [5, 0, 5, 1], 1), (.runLength, [5, 2], 1),
      (.runLength, [5] + Array(repeating: 0xFF, count: 9) + [1], 1 << 24),
      (.varint, [1], 1 << 24), (.delta, [1], 1 << 24), (.runLength, [1, 1], 1 << 24),
      (.packed, [], 1), (.packed, [1], 1), (.packed, [0, 0], 1), (.packed, [3, 0], 1),
      (.packed, [16, 0, 0], 1), (.packed, [255, 0], 1), (.packed, [8, 1], 1 << 24),
      (.fixed, [], 1), (.fixed, [1], 1), (.fixed, [0], 1), (.fixed, [0, 0], 1),
      (.fixed, [9] + Array(repeating: 0, count: 9), 1), (.fixed, [255, 0], 1),
      (.fixed, [1, 1], 1 << 24), (.planes, [], 1), (.planes, [1], 1), (.planes, [0], 1),
      (.planes, [9] + Array(repeating: 0, count: 9), 1), (.planes, [128, 0], 1),
      (.planes, [8, 1], 1 << 24),
      (.ranked, [], 1), (.ranked, [0], 1), (.ranked, [0, 0], 1), (.ranked, [1, 5], 1),
      (.ranked, [1, 5, 0x10], 1), (.ranked, [1, 5, 0x01], 1), (.ranked, [1, 5, 0x0F], 1),
      (.ranked, [1, 5, 0xF0], 2), (.ranked, [1, 5, 0x00, 7], 1), (.ranked, [1, 5, 0], 1 << 24),
      (.ranked, [16] + Array(repeating: 0, count: 17), 1), (.ranked, [255, 0], 1),
      (.bytes, [1], 0), (.bytes, [1], 1), (.bytes, [], 1),
      // No values, and yet bytes.
      (.varint, [0], 0), (.packed, [1], 0), (.fixed, [1], 0), (.planes, [1], 0), (.ranked, [1], 0),
    ] as [(ColumnEncoding, [UInt8], Int)])
  func `hostile bytes are refused`(encoding: ColumnEncoding, bytes: [UInt8], count: Int) {
    #expect(throws: TraceError.self) { try encoding.decode(bytes, count: count) }
  }

  @Test(
    arguments: [
      (ColumnEncoding.packed, [8, 1, 0], [1, 0]), (.fixed, [3, 1, 0, 0], [1]),
      (.planes, [4, 0xFE, 0xFF, 0xFF, 0xFF], [.max - 1]),
    ] as [(ColumnEncoding, [UInt8], [UInt64])])
  func `a width larger than needed is read`(
    encoding: ColumnEncoding, bytes: [UInt8], values: [UInt64]
  ) throws {
    #expect(try encoding.decode(bytes, count: values.count) == values)
  }

  @Test(arguments: SeededGenerator.seeds(20))
  func `random bytes never trap and never give another count`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let bytes = (0..<(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let count = Int(random.next() % 40)
      for encoding in ColumnEncodingTests.valueEncodings {
        guard let values = try? encoding.decode(bytes, count: count) else { continue }
        #expect(values.count == count)
        // Only what is packed bounds its values.
        #expect(encoding != .packed || values.allSatisfy { $0 <= 255 })
        #expect(try encoding.decode(encoding.encode(values), count: count) == values)
      }
    }
  }
}
