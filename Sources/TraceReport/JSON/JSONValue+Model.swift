package import TraceModel

extension JSONValue {
  package static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// A number that may be above `Int64.max`, kept exactly.
  package static func unsigned(_ value: UInt64) -> JSONValue {
    Int64(exactly: value).map { .integer($0) } ?? .decimal(String(value))
  }

  package static func unsigned(_ value: UInt64?) -> JSONValue {
    value.map { .unsigned($0) } ?? .null
  }

  package static func optional(_ value: Int64?) -> JSONValue {
    value.map { .integer($0) } ?? .null
  }

  package static func optional(_ value: String?) -> JSONValue {
    value.map { .string($0) } ?? .null
  }

  package static func bytes(_ count: ByteCount) -> JSONValue { .integer(count.rawValue) }

  package static func bytes(_ count: ByteCount?) -> JSONValue {
    .optional(count?.rawValue)
  }

  package static func ratio(_ ratio: Ratio?) -> JSONValue {
    ratio.map { .decimal($0.text) } ?? .null
  }

  /// Category ids in the order of their codes.
  package static func categories(_ categories: some Sequence<MemoryCategory>) -> JSONValue {
    .array(categories.sorted().map { .string($0.id) })
  }
}
