package import TraceModel

/// A quotient of two byte counts, rounded half away from zero to thousandths.
package struct Ratio: Hashable, Sendable {
  package var thousandths: Int64

  /// Nil where the whole is 0.
  package init?(_ part: ByteCount, of whole: ByteCount) {
    guard whole.rawValue != 0 else { return nil }
    let negative = (part.rawValue < 0) != (whole.rawValue < 0)
    let divisor = UInt128(whole.rawValue.magnitude)
    let scaled = UInt128(part.rawValue.magnitude) * 1000
    let rounded = Int64(clamping: (scaled + divisor / 2) / divisor)
    thousandths = negative ? -rounded : rounded
  }

  /// `1.250`.
  package var text: String {
    Ratio.decimal(thousandths, digits: 3)
  }

  /// `12.5 %`.
  package var percentText: String {
    Ratio.decimal(thousandths, digits: 1) + " %"
  }

  private static func decimal(_ value: Int64, digits: Int) -> String {
    let scale: UInt64 = digits == 1 ? 10 : 1000
    let fraction = String(value.magnitude % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(value < 0 ? "-" : "")\(value.magnitude / scale).\(zeros)\(fraction)"
  }
}
