/// An exact, signed number of bytes.
package struct ByteCount: Hashable, Comparable, AdditiveArithmetic, Sendable {
  package var rawValue: Int64

  package init(_ rawValue: Int64) {
    self.rawValue = rawValue
  }

  package static let zero = ByteCount(0)

  package static func + (left: ByteCount, right: ByteCount) -> ByteCount {
    ByteCount(left.rawValue.addingReportingSaturation(right.rawValue))
  }

  package static func - (left: ByteCount, right: ByteCount) -> ByteCount {
    ByteCount(left.rawValue.subtractingReportingSaturation(right.rawValue))
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension Int64 {
  fileprivate func addingReportingSaturation(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  fileprivate func subtractingReportingSaturation(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}
