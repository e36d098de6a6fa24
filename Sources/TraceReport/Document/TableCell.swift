package import TraceModel

/// One value of a table; each renderer decides how it looks.
package enum TableCell: Hashable, Sendable {
  case text(String)
  case bytes(ByteCount)
  /// A difference: always with its sign.
  case signedBytes(ByteCount)
  case integer(Int64)
  case unsigned(UInt64)
  case ratio(Ratio)
  /// A share of a whole, shown in percent.
  case share(Ratio)
  /// A time or a span; readers of CSV get the integer.
  case nanoseconds(UInt64)
  /// No value: people see the text in its place, CSV an empty field.
  case absent(String)

  package static let none = TableCell.absent("")

  package static func bytes(_ count: ByteCount?, otherwise text: String = "-") -> TableCell {
    count.map { .bytes($0) } ?? .absent(text)
  }

  package static func signedBytes(
    _ count: ByteCount?,
    otherwise text: String = "-"
  ) -> TableCell {
    count.map { .signedBytes($0) } ?? .absent(text)
  }

  package static func ratio(_ ratio: Ratio?, otherwise text: String = "-") -> TableCell {
    ratio.map { .ratio($0) } ?? .absent(text)
  }

  package static func share(_ part: ByteCount, of whole: ByteCount) -> TableCell {
    Ratio(part, of: whole).map { .share($0) } ?? .absent("n/a")
  }

  package static func text(_ text: String?, otherwise placeholder: String = "-") -> TableCell {
    text.map { .text($0) } ?? .absent(placeholder)
  }

  package static func integer(_ value: Int64?, otherwise text: String = "-") -> TableCell {
    value.map { .integer($0) } ?? .absent(text)
  }

  /// What people read; control characters are not yet escaped.
  package func shown(_ format: ByteCountFormat) -> String {
    switch self {
    case .text(let text), .absent(let text): text
    case .bytes(let count): format.text(count)
    case .signedBytes(let count): format.signedText(count)
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .ratio(let ratio): ratio.text
    case .share(let ratio): ratio.percentText
    case .nanoseconds(let value): TableCell.secondsText(value)
    }
  }

  /// `0.001234567 s`.
  package static func secondsText(_ nanoseconds: UInt64) -> String {
    let fraction = String(nanoseconds % 1_000_000_000)
    let zeros = String(repeating: "0", count: 9 - fraction.count)
    return "\(nanoseconds / 1_000_000_000).\(zeros)\(fraction) s"
  }
}
