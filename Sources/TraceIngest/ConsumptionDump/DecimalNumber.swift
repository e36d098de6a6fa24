/// Unsigned decimal numbers in text.
enum DecimalNumber {
  /// The number at `start` and where it ends; nil where there is none, or none that fits.
  static func read(
    _ bytes: [UInt8],
    from start: Int,
    to end: Int
  ) -> (value: UInt64, end: Int)? {
    var value: UInt64 = 0
    var position = start
    while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let digit = UInt64(bytes[position] - UInt8(ascii: "0"))
      let (sum, sumTooLarge) = scaled.addingReportingOverflow(digit)
      guard !tooLarge, !sumTooLarge else { return nil }
      value = sum
      position += 1
    }
    return position > start ? (value, position) : nil
  }
}
