import TraceModel

/// Values of a byte: the most frequent of them by their rank, in half a byte, the others apart.
///
/// Rationale: whatever zstd codes a byte with has a bit at least, and whole bits. Two values in a byte
/// share them, and tell which values like to stand beside one another.
enum RankedCoding {
  /// The rank of the values that are kept apart; there are as many ranks below it at the most.
  private static let apart: UInt8 = 15

  /// Values of at most 255, however many are kept apart.
  static func encode(_ values: [UInt64]) -> [UInt8] {
    let bytes = values.map { UInt8($0) }
    return encode(bytes.span, apartAtMost: bytes.count) ?? []
  }

  /// The ranked values, then two ranks a byte, then what is kept apart; nil where that is more than
  /// the limit.
  static func encode(_ values: Span<UInt8>, apartAtMost limit: Int) -> [UInt8]? {
    let counts = counts(of: values)
    let ranked = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$1], $0) < (counts[$0], $1) }
      .prefix(Int(apart))
    let apartCount = values.count - ranked.reduce(0) { $0 + counts[$1] }
    guard apartCount <= limit else { return nil }
    var rankOfValue = [UInt8](repeating: apart, count: 256)
    for (rank, value) in ranked.enumerated() { rankOfValue[value] = UInt8(rank) }
    let ranks = rankOfValue.span
    let pairs = values.count / 2
    // One value more is written than is kept.
    let capacity = 1 + ranked.count + pairs + 1 + apartCount + 1
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      unsafe buffer[0] = UInt8(ranked.count)
      for (rank, value) in ranked.enumerated() { unsafe buffer[1 + rank] = UInt8(value) }
      count = 1 + ranked.count
      for pair in 0..<pairs {
        let low = unsafe ranks[unchecked: Int(values[unchecked: 2 &* pair])]
        let high = unsafe ranks[unchecked: Int(values[unchecked: 2 &* pair &+ 1])]
        unsafe buffer[count &+ pair] = low | high &<< 4
      }
      count += pairs
      if values.count > 2 * pairs {
        unsafe buffer[count] = ranks[Int(values[2 * pairs])]
        count += 1
      }
      guard apartCount > 0 else { return }
      for index in values.indices {
        let value = unsafe values[unchecked: index]
        unsafe buffer[count] = value
        count &+= unsafe ranks[unchecked: Int(value)] == apart ? 1 : 0
      }
    }
  }

  /// How often each value stands there: four counts of each, so that no one waits for the one before.
  private static func counts(of values: Span<UInt8>) -> [Int] {
    var counts = [Int](repeating: 0, count: 4 * 256)
    var places = counts.mutableSpan
    for index in values.indices {
      let place = unsafe (index & 3) &<< 8 | Int(values[unchecked: index])
      unsafe places[unchecked: place] &+= 1
    }
    return (0..<256).map { counts[$0] + counts[256 + $0] + counts[512 + $0] + counts[768 + $0] }
  }

  /// The values again; `count` of them, neither more nor fewer.
  static func decode(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt8] {
    let rankCount = bytes.first.map(Int.init) ?? 0
    let firstPair = 1 + rankCount
    let firstApart = firstPair + (count + 1) / 2
    guard count > 0, 1...Int(apart) ~= rankCount, firstApart <= bytes.count else {
      throw ByteReader.damaged
    }
    let table = PairTable(values: Array(bytes[1..<firstPair]))
    let (valuesOf, traitsOf) = (table.values.span, table.traits.span)
    let pairs = bytes.span.extracting(firstPair..<firstApart)
    var traits: UInt8 = 0
    var values = unsafe [UInt8](unsafeUninitializedCapacity: count + 1) { buffer, written in
      let target = UnsafeMutableRawBufferPointer(buffer)
      for index in pairs.indices {
        let pair = unsafe Int(pairs[unchecked: index])
        unsafe target.storeBytes(
          of: valuesOf[unchecked: pair].littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
        traits |= unsafe traitsOf[unchecked: pair]
      }
      written = count
    }
    // What is left of the last byte is 0.
    let isWhole = count % 2 == 0 || bytes[firstApart - 1] < 16
    guard isWhole, traits & PairTable.hasUnknown == 0 else { throw ByteReader.damaged }
    var nextApart = firstApart
    if traits & (PairTable.isLowApart | PairTable.isHighApart) != 0 {
      for index in pairs.indices {
        let traits = traitsOf[Int(pairs[index])]
        for (place, trait) in [PairTable.isLowApart, PairTable.isHighApart].enumerated()
        where traits & trait != 0 {
          guard nextApart < bytes.count else { throw ByteReader.damaged }
          values[2 * index + place] = bytes[nextApart]
          nextApart += 1
        }
      }
    }
    guard nextApart == bytes.count else { throw ByteReader.damaged }
    return values
  }

  /// What each byte of two ranks says.
  private struct PairTable {
    static let isLowApart: UInt8 = 1
    static let isHighApart: UInt8 = 2
    /// One of the ranks has no value.
    static let hasUnknown: UInt8 = 4

    /// The value of the lower rank in the lower byte; 0 for one that has none.
    private(set) var values: [UInt16] = []
    private(set) var traits: [UInt8] = []

    init(values known: [UInt8]) {
      for pair in 0..<256 {
        let (low, high) = (pair & 15, pair >> 4)
        values.append(
          (low < known.count ? UInt16(known[low]) : 0)
            | (high < known.count ? UInt16(known[high]) << 8 : 0))
        let isUnknown = [low, high].contains { $0 >= known.count && $0 < Int(apart) }
        traits.append(
          (low == apart ? PairTable.isLowApart : 0) | (high == apart ? PairTable.isHighApart : 0)
            | (isUnknown ? PairTable.hasUnknown : 0))
      }
    }
  }
}
