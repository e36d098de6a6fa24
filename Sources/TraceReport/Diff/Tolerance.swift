package import TraceModel

/// How far a value may be from the expected one (`--tolerance 5%,1KiB`): the larger of the parts.
package struct Tolerance: Hashable, Sendable {
  /// Hundredths of a percent of the expected bytes.
  package var basisPoints: Int64
  package var bytes: ByteCount

  package static let none = Tolerance(basisPoints: 0, bytes: .zero)

  package init(basisPoints: Int64, bytes: ByteCount) {
    self.basisPoints = basisPoints
    self.bytes = bytes
  }

  /// Reads `5%`, `0.25 %`, `1KiB` or `5%,1KiB`; nil where the text is no tolerance.
  package init?(_ text: String) {
    var percent: Int64?
    var bytes: ByteCount?
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = part.filter { $0 != " " }
      if trimmed.last == "%" {
        guard percent == nil, let value = Tolerance.basisPoints(trimmed.dropLast()) else {
          return nil
        }
        percent = value
      } else {
        guard bytes == nil, let value = ByteCountFormat.parse(trimmed) else { return nil }
        bytes = value
      }
    }
    self.init(basisPoints: percent ?? 0, bytes: bytes ?? .zero)
  }

  /// As it is typed: `5%,1024`, or `none`.
  package var text: String {
    var parts: [String] = []
    if basisPoints != 0 {
      let rest = String(basisPoints % 100)
      let fraction = rest == "0" ? "" : "." + String(repeating: "0", count: 2 - rest.count) + rest
      parts.append("\(basisPoints / 100)\(fraction)%")
    }
    if bytes != .zero { parts.append(String(bytes.rawValue)) }
    return parts.isEmpty ? "none" : parts.joined(separator: ",")
  }

  private static func basisPoints(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isNumeric = parts.allSatisfy { part in
      !part.isEmpty && part.count <= 6 && part.allSatisfy { $0.isASCII && $0.isNumber }
    }
    guard isNumeric, let first = parts.first, let whole = Int64(first) else { return nil }
    guard parts.count == 2 else { return whole * 100 }
    guard parts[1].count <= 2, let fraction = Int64(parts[1]) else { return nil }
    return whole * 100 + (parts[1].count == 1 ? fraction * 10 : fraction)
  }

  /// The bytes by which a value may differ from the expected one, rounded down.
  package func allowed(for expected: ByteCount) -> ByteCount {
    let product = UInt128(expected.rawValue.magnitude) * UInt128(basisPoints.magnitude)
    return max(bytes, ByteCount(Int64(clamping: product / 10_000)))
  }
}
