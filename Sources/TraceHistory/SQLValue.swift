import TraceModel

/// What stands for a parameter of a statement.
enum SQLValue {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])

  static func optional(_ number: Int64?) -> SQLValue { number.map { .integer($0) } ?? .null }

  static func optional(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }

  static func optional(_ bytes: ByteCount?) -> SQLValue { optional(bytes?.rawValue) }
}
