import Testing
import TraceStore

/// What a row group keeps of its times, read as the document says.
struct KeptTimes {
  var start: [UInt64] = []
  /// In nanoseconds, or in ticks.
  var steps: [UInt64] = []
  var period: [UInt64] = []
  var correctionRows: [UInt64] = []
  var corrections: [Int64] = []

  init(_ group: RawStore.Group, operations: [String]) throws {
    func values(_ column: UInt64) throws -> [UInt64] {
      guard let chunk = group.chunks.first(where: { $0.column == column }) else { return [] }
      let encoding = try #require(ColumnEncoding(rawValue: UInt8(chunk.encoding)))
      return try encoding.decode(chunk.content, count: Int(chunk.values))
    }
    start = try values(32)
    period = try values(51)
    correctionRows = try values(52)
    corrections = try values(53).map { Int64(bitPattern: $0 >> 1) ^ -Int64($0 & 1) }
    steps =
      group.chunks.contains { [33, 34].contains($0.column) }
      ? try KeptTimes.earlierSteps(values(33), values(34), operations)
      : try KeptTimes.steps(group, values(55), operations)
  }

  private static func earlierSteps(
    _ others: [UInt64], _ releases: [UInt64], _ operations: [String]
  ) -> [UInt64] {
    var (others, releases) = (others[...], releases[...])
    return operations.map { $0 == "free" ? releases.removeFirst() : others.removeFirst() }
  }

  private static func ranked(_ chunk: RawStore.Chunk) throws -> [UInt8] {
    var rest = chunk.content[...]
    let known = Array(rest.dropFirst().prefix(Int(rest.removeFirst())))
    rest = rest.dropFirst(known.count)
    let count = Int(chunk.values)
    let ranks = rest.prefix((count + 1) / 2).flatMap { [$0 & 15, $0 >> 4] }.prefix(count)
    rest = rest.dropFirst((count + 1) / 2)
    try #require(rest.count == ranks.count { $0 == 15 })
    return ranks.map { rank in rank == 15 ? rest.removeFirst() : known[Int(rank)] }
  }

  private static func steps(
    _ group: RawStore.Group, _ long: [UInt64], _ operations: [String]
  ) throws -> [UInt64] {
    let kinds = ["free": 0, "realloc": 1, "calloc": 2] as [String: UInt64]
    var codes: [UInt64: ArraySlice<UInt8>] = [:]
    for chunk in group.chunks where 100..<116 ~= chunk.column {
      codes[chunk.column] = chunk.encoding == 7 ? try ranked(chunk)[...] : chunk.content[...]
    }
    var bits: ArraySlice<UInt64> = []
    for chunk in group.chunks where chunk.column == 54 {
      for byte in chunk.content { bits += (0..<8).map { UInt64(byte) >> $0 & 1 } }
    }
    var long = long[...]
    var before: UInt64 = 0
    var steps: [UInt64] = []
    for operation in operations {
      let kind = kinds[operation] ?? 3
      let code = codes[100 + 4 * before + kind]?.popFirst()
      before = kind
      if code == 255 {
        steps.append(try #require(long.first))
        long.removeFirst()
        continue
      }
      let known = UInt64(try #require(code))
      let count = known < 32 ? 0 : known / 16 - 1
      try #require(bits.count >= Int(count))
      let behind = bits.prefix(Int(count)).reversed().reduce(0) { 2 * $0 + $1 }
      bits.removeFirst(Int(count))
      steps.append((known - 16 * count) << count + behind)
    }
    return steps
  }

  /// The time of each row.
  var times: [UInt64] {
    var corrections = zip(correctionRows, corrections).map { ($0, $1) }[...]
    var time = start.first ?? 0
    var position: UInt64 = 1 << 23
    return steps.enumerated().map { row, kept in
      guard let period = period.first else {
        time &+= kept
        return time
      }
      let sum = position &+ kept &* period
      var step = Int64(bitPattern: sum) >> 24
      position = sum % (1 << 24)
      if let (correctedRow, correction) = corrections.first, correctedRow == UInt64(row) {
        corrections.removeFirst()
        step &+= correction
        if correction == 1 { position = 0 }
        if correction == -1 { position = 1 << 24 - 1 }
      }
      time &+= UInt64(bitPattern: step)
      return time
    }
  }
}
