package import TraceModel

/// What tells a run from every other: two runs with one digest are one run.
///
/// SHA-256 over the run's parts, each as its name's letter, the number of its bytes and the bytes;
/// History.md has the order.
package struct RunDigest: Hashable, Sendable {
  /// 32 of them.
  package let bytes: [UInt8]

  /// The digest of all that a run says.
  package init(of run: HistoryRun) {
    var parts = DigestParts()
    parts.addHead(of: run)
    parts.add("t", run.time.seconds)
    for row in run.rows.sorted(by: HistoryRow.isBefore) { parts.add(row) }
    for detail in run.details { parts.add(detail) }
    for verdict in run.verdicts { parts.add(verdict) }
    bytes = parts.finished()
  }

  /// The digest of a run that was read from a file.
  ///
  /// The clock is no part of it: the same file is the same run, whenever it is added. A time counts
  /// where somebody said it.
  package init(of run: HistoryRun, file digest: [UInt8], isTimeGiven: Bool) {
    var parts = DigestParts()
    parts.addHead(of: run)
    if isTimeGiven { parts.add("t", run.time.seconds) }
    parts.add("f", digest)
    bytes = parts.finished()
  }

  /// Takes 32 bytes as they are; nil for any other number.
  init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Reads 64 hexadecimal digits.
  package init?(hexadecimal text: String) {
    guard text.utf8.count == 64, let bytes = RunDigest.bytes(hexadecimal: text) else { return nil }
    self.bytes = bytes
  }

  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The name of the run: the first 16 digits.
  package var id: String { String(hexadecimal.prefix(16)) }

  /// Bytes of an even number of digits.
  static func bytes(hexadecimal text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text {
      guard let digit = character.hexDigitValue, character.isASCII else { return nil }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    return high == nil ? bytes : nil
  }
}

/// Parts of a run on their way into its digest.
private struct DigestParts {
  private var content: [UInt8] = Array("memtrace run 1\n".utf8)

  mutating func add(_ name: Unicode.Scalar, _ bytes: [UInt8]) {
    content.append(UInt8(ascii: name))
    append(UInt64(bytes.count))
    content += bytes
  }

  mutating func add(_ name: Unicode.Scalar, _ text: String) {
    content.append(UInt8(ascii: name))
    append(UInt64(text.utf8.count))
    content += text.utf8
  }

  mutating func add(_ name: Unicode.Scalar, _ number: Int64) {
    content.append(UInt8(ascii: name))
    append(8)
    append(UInt64(bitPattern: number))
  }

  mutating func addHead(of run: HistoryRun) {
    for part in RunKey.Part.allCases { add("k", run.key[part]) }
    if let commit = run.commit { add("c", commit) }
    for label in run.labels.sorted() {
      add("l", label.name)
      add("v", label.value)
    }
  }

  mutating func add(_ row: HistoryRow) {
    add("r", Int64(row.category.code))
    add("i", row.container.map { Int64($0.code) } ?? -1)
    add("m", row.measure.rawValue)
    add("s", row.source.rawValue)
    add("n", row.kind.rawValue)
    add("b", row.bytes.rawValue)
    if let minimum = row.minimum { add("<", minimum.rawValue) }
    if let maximum = row.maximum { add(">", maximum.rawValue) }
  }

  mutating func add(_ detail: HistoryDetail) {
    add("d", Int64(detail.category.code))
    if let thread = detail.thread { add("h", thread) }
    for frame in detail.frames { add("a", frame) }
    add("b", detail.bytes.rawValue)
  }

  mutating func add(_ verdict: BudgetVerdict) {
    add("j", verdict.subject)
    add("b", verdict.bytes.rawValue)
    add("y", verdict.limit.rawValue)
  }

  private mutating func append(_ number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      content.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  consuming func finished() -> [UInt8] {
    var hash = SHA256()
    hash.add(content)
    return hash.finished()
  }
}

extension HistoryRow {
  /// The order of a run's rows wherever one is needed.
  static func isBefore(_ left: HistoryRow, _ right: HistoryRow) -> Bool {
    if left.category != right.category { return left.category < right.category }
    if left.container != right.container {
      return SeriesColumns.code(of: left.container) < SeriesColumns.code(of: right.container)
    }
    // Rare enough: a key without parts, to compare what is left by the order of series.
    return left.series(of: RunKey()) < right.series(of: RunKey())
  }
}
