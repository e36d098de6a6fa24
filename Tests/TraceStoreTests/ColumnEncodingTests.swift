import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

@Suite struct ColumnEncodingTests {
  private static let valueEncodings: [ColumnEncoding] = [.varint, .delta, .runLength]

  private static func columns() -> [[UInt64]] {
    var columns: [[UInt64]] = [
      [], [0], [.max], [0, .max, 0, .max],
      [.max, 0, 1 << 63, (1 << 63) - 1, 127, 128, 16383, 16384],
      Array(repeating: 0, count: 5000), Array(repeating: .max, count: 300),
      Array(0..<1000), Array((0..<1000).reversed()),
      Array(repeating: 7, count: 400) + [8] + Array(repeating: 7, count: 400),
    ]
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
    #expect(ColumnEncoding.allCases.map(\.rawValue) == [0, 1, 2, 3])
    #expect(ColumnEncoding.varint.rawValue == 0)
    #expect(ColumnEncoding.delta.rawValue == 1)
    #expect(ColumnEncoding.runLength.rawValue == 2)
    #expect(ColumnEncoding.bytes.rawValue == 3)
  }

  @Test(arguments: valueEncodings)
  func `what was encoded is decoded`(encoding: ColumnEncoding) throws {
    for values in ColumnEncodingTests.columns() {
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
    ] as [(ColumnEncoding, [UInt64], [UInt8])])
  func `bytes are as specified`(
    encoding: ColumnEncoding, values: [UInt64], bytes: [UInt8]
  ) throws {
    #expect(encoding.encode(values) == bytes)
    #expect(try encoding.decode(bytes, count: values.count) == values)
  }

  @Test(arguments: valueEncodings)
  func `cut and overlong columns are refused`(encoding: ColumnEncoding) {
    for values in ColumnEncodingTests.columns().prefix(20) where values.count < 500 {
      let bytes = encoding.encode(values)
      for length in 0..<bytes.count {
        #expect(throws: TraceError.self) {
          try encoding.decode(Array(bytes.prefix(length)), count: values.count)
        }
      }
      #expect(throws: TraceError.self) {
        try encoding.decode(bytes + [0], count: values.count)
      }
      #expect(throws: TraceError.self) {
        try encoding.decode(bytes, count: values.count + 1)
      }
      if !values.isEmpty {
        #expect(throws: TraceError.self) {
          try encoding.decode(bytes, count: values.count - 1)
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
      (.bytes, [1], 0),
    ] as [(ColumnEncoding, [UInt8], Int)])
  func `hostile bytes are refused`(encoding: ColumnEncoding, bytes: [UInt8], count: Int) {
    #expect(throws: TraceError.self) { try encoding.decode(bytes, count: count) }
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
        #expect(try encoding.decode(encoding.encode(values), count: count) == values)
      }
    }
  }
}
