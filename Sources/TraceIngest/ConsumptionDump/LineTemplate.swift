/// A line made of fixed text and unsigned decimal numbers, such as `Read file, total size: 96`.
struct LineTemplate {
  private let parts: [[UInt8]]

  /// The text with `#` in place of each number.
  init(_ text: String) {
    parts = text.utf8.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
      .map(Array.init)
  }

  /// The numbers, where the whole of `range` is such a line.
  func numbers(in bytes: [UInt8], _ range: Range<Int>) -> [UInt64]? {
    var position = range.lowerBound
    var numbers: [UInt64] = []
    for (index, part) in parts.enumerated() {
      if index > 0 {
        guard let (value, end) = DecimalNumber.read(bytes, from: position, to: range.upperBound)
        else { return nil }
        numbers.append(value)
        position = end
      }
      let end = position + part.count
      guard end <= range.upperBound, bytes[position..<end].elementsEqual(part) else {
        return nil
      }
      position = end
    }
    return position == range.upperBound ? numbers : nil
  }
}
