/// The only place where byte counts become text and text becomes byte counts.
package enum ByteCountFormat: Sendable {
  /// `1.25 MiB`; below 1 KiB the exact number.
  case scaled
  /// `1310720`.
  case exact

  package func text(_ count: ByteCount) -> String {
    switch self {
    case .exact: String(count.rawValue)
    case .scaled: ByteCountFormat.scale(count.rawValue)
    }
  }

  /// A difference, always signed; nothing moved prints as `0`.
  package func signedText(_ count: ByteCount) -> String {
    count.rawValue > 0 ? "+" + text(count) : text(count)
  }

  private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

  private static func scale(_ bytes: Int64) -> String {
    let magnitude = bytes.magnitude
    guard magnitude >= 1024 else { return bytes == 0 ? "0" : "\(bytes) B" }
    var unit = 1
    while unit < units.count - 1, magnitude >> (10 * UInt64(unit + 1)) > 0 { unit += 1 }
    let shift = 10 * UInt64(unit)
    // Hundredths, rounded half up, in integers: no floating point near a byte count.
    let whole = magnitude >> shift
    let rest = magnitude & ((1 << shift) - 1)
    var hundredths = whole * 100 + ((rest >> (shift - 10)) * 100 + 512) / 1024
    if hundredths >= 102_400, unit < units.count - 1 {
      hundredths = 100
      unit += 1
    }
    let fraction = hundredths % 100
    let sign = bytes < 0 ? "-" : ""
    return "\(sign)\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) \(units[unit])"
  }

  /// Reads `65536`, `64KiB`, `64 KiB`, `1.5 MiB`, `2 pages`; nil where the text is no size.
  package static func parse(_ text: String) -> ByteCount? {
    let trimmed = text.filter { $0 != " " && $0 != "_" }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let scale = multiplier(String(trimmed.dropFirst(digits.count)).lowercased()) else {
      return nil
    }
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = Int64(first) else { return nil }
    let (bytes, overflow) = whole.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return ByteCount(bytes) }
    guard parts[1].count <= 6, let fraction = Int64(parts[1]), scale > 1 else { return nil }
    var divisor: Int64 = 1
    for _ in parts[1] { divisor *= 10 }
    let (scaled, tooLarge) = fraction.multipliedReportingOverflow(by: scale)
    let (sum, sumTooLarge) = bytes.addingReportingOverflow(scaled / divisor)
    return tooLarge || sumTooLarge ? nil : ByteCount(sum)
  }

  private static func multiplier(_ unit: String) -> Int64? {
    switch unit {
    case "", "b": 1
    case "kib", "k": 1 << 10
    case "mib", "m": 1 << 20
    case "gib", "g": 1 << 30
    case "page", "pages": 65536
    default: nil
    }
  }
}
