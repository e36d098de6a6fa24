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
    let (ranked, rankCount) = mostFrequent(in: counts)
    var ranks = InlineArray<256, UInt8>(repeating: apart)
    var apartCount = values.count
    for rank in 0..<rankCount {
      ranks[Int(ranked[rank])] = UInt8(rank)
      apartCount -= Int(counts[Int(ranked[rank])])
    }
    guard apartCount <= limit else { return nil }
    let pairs = values.count / 2
    // One value more is written than is kept.
    let capacity = 1 + rankCount + pairs + 1 + apartCount + 1
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      unsafe buffer[0] = UInt8(rankCount)
      for rank in 0..<rankCount { unsafe buffer[1 + rank] = ranked[rank] }
      count = 1 + rankCount
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

  /// How often each value stands there: in four parts, so that no count waits for the one before.
  private static func counts(of values: Span<UInt8>) -> InlineArray<256, UInt32> {
    var parts = InlineArray<1024, UInt32>(repeating: 0)
    for index in values.indices {
      let place = unsafe (index & 3) &<< 8 | Int(values[unchecked: index])
      unsafe parts[unchecked: place] &+= 1
    }
    return InlineArray { value in
      parts[value] + parts[256 + value] + parts[512 + value] + parts[768 + value]
    }
  }

  /// The values that have the highest counts, and how many they are; the lower one of two as frequent
  /// comes first.
  private static func mostFrequent(
    in counts: InlineArray<256, UInt32>
  ) -> (values: InlineArray<15, UInt8>, count: Int) {
    var values = InlineArray<15, UInt8>(repeating: 0)
    var found = 0
    for value in counts.indices where counts[value] > 0 {
      var place = found
      while place > 0, counts[Int(values[place - 1])] < counts[value] {
        if place < values.count { values[place] = values[place - 1] }
        place -= 1
      }
      guard place < values.count else { continue }
      values[place] = UInt8(value)
      found = min(found + 1, values.count)
    }
    return (values, found)
  }

  /// The values again; `count` of them, neither more nor fewer.
  static func decode(_ bytes: [UInt8], count: Int) throws(TraceError) -> [UInt64] {
    var values: [UInt8] = []
    try decode(bytes, count: count, to: &values)
    return values.map { UInt64($0) }
  }

  /// Appends the values.
  static func decode(
    _ bytes: [UInt8], count: Int, to values: inout [UInt8]
  ) throws(TraceError) {
    let rankCount = bytes.first.map(Int.init) ?? 0
    let firstPair = 1 + rankCount
    let firstApart = firstPair + (count + 1) / 2
    guard count > 0, 1...Int(apart) ~= rankCount, firstApart <= bytes.count else {
      throw ByteReader.damaged
    }
    let table = PairTable(bytes.span.extracting(1..<firstPair))
    let pairs = bytes.span.extracting(firstPair..<firstApart)
    let first = values.count
    // Two values are written where the last byte has one.
    values.append(contentsOf: repeatElement(0, count: 2 * pairs.count))
    var traits: UInt8 = 0
    var target = values.mutableSpan
    for index in pairs.indices {
      let pair = unsafe Int(pairs[unchecked: index])
      let two = unsafe table.values[unchecked: pair]
      unsafe target[unchecked: first &+ 2 &* index] = UInt8(truncatingIfNeeded: two)
      unsafe target[unchecked: first &+ 2 &* index &+ 1] = UInt8(truncatingIfNeeded: two &>> 8)
      traits |= unsafe table.traits[unchecked: pair]
    }
    // What is left of the last byte is 0.
    let isWhole = count % 2 == 0 || bytes[firstApart - 1] < 16
    guard isWhole, traits & PairTable.hasUnknown == 0 else { throw ByteReader.damaged }
    var nextApart = firstApart
    if traits != 0 {
      for index in pairs.indices {
        let traits = table.traits[Int(pairs[index])]
        guard traits != 0 else { continue }
        for place in 0..<2 where traits & (PairTable.isLowApart &<< UInt8(place)) != 0 {
          guard nextApart < bytes.count else { throw ByteReader.damaged }
          target[first + 2 * index + place] = bytes[nextApart]
          nextApart += 1
        }
      }
    }
    values.removeLast(values.count - first - count)
    guard nextApart == bytes.count else { throw ByteReader.damaged }
  }

  /// What each byte of two ranks says.
  private struct PairTable {
    static let isLowApart: UInt8 = 1
    static let isHighApart: UInt8 = 2
    /// One of the ranks has no value.
    static let hasUnknown: UInt8 = 4

    /// The value of the lower rank in the lower byte; 0 for one that has none.
    private(set) var values = InlineArray<256, UInt16>(repeating: 0)
    private(set) var traits = InlineArray<256, UInt8>(repeating: 0)

    init(_ known: Span<UInt8>) {
      for pair in values.indices {
        let (low, high) = (pair & 15, pair >> 4)
        if low < known.count { values[pair] |= UInt16(known[low]) }
        if high < known.count { values[pair] |= UInt16(known[high]) << 8 }
        traits[pair] = PairTable.trait(of: low, known.count, PairTable.isLowApart)
        traits[pair] |= PairTable.trait(of: high, known.count, PairTable.isHighApart)
      }
    }

    private static func trait(of rank: Int, _ known: Int, _ isApart: UInt8) -> UInt8 {
      rank == Int(apart) ? isApart : rank < known ? 0 : hasUnknown
    }
  }
}
