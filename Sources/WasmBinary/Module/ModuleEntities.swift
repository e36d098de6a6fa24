/// Sizes from `minimum` to `maximum`, in pages or elements.
package struct Limits: Hashable, Sendable {
  package var minimum: UInt64
  package var maximum: UInt64?

  package init(minimum: UInt64, maximum: UInt64? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

package struct TableType: Hashable, Sendable {
  package var element: ValueType
  package var limits: Limits
}

/// A linear memory, its limits in pages of 64 KiB.
package struct MemoryType: Hashable, Sendable {
  package var limits: Limits
  package var isShared: Bool
  /// Addresses of 64 bits.
  package var is64Bit: Bool

  /// The size of a WebAssembly page.
  package static let pageBytes: Int64 = 65_536
}

package struct GlobalType: Hashable, Sendable {
  package var value: ValueType
  package var isMutable: Bool
}

/// What a constant expression comes to, as far as the module alone says.
package enum ConstantValue: Hashable, Sendable {
  /// The bits of an i32, i64, f32 or f64.
  case number(UInt64)
  /// The value of another global.
  case global(UInt32)
  case function(UInt32)
  case null
  /// More than one instruction, or one that only a running module can compute.
  case other
}

package struct Global: Hashable, Sendable {
  package var type: GlobalType
  package var initial: ConstantValue
}

package struct Import: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case function(typeIndex: UInt32)
    case table(TableType)
    case memory(MemoryType)
    case global(GlobalType)
    case tag(typeIndex: UInt32)
  }

  package var module: String
  package var name: String
  package var kind: Kind
}

package struct Export: Hashable, Sendable {
  package enum Kind: UInt8, Hashable, Sendable {
    case function = 0
    case table = 1
    case memory = 2
    case global = 3
    case tag = 4
  }

  package var name: String
  package var kind: Kind
  package var index: UInt32
}

/// Whether a segment is copied at instantiation, by an instruction, or only declares functions.
package enum SegmentMode: Hashable, Sendable {
  /// Into this table or memory, from the offset on.
  case active(index: UInt32, offset: ConstantValue)
  case passive
  case declarative
}

package struct ElementSegment: Hashable, Sendable {
  package var mode: SegmentMode
  package var element: ValueType
  /// The functions it names; nil stands for an element that is no plain `ref.func`.
  package var functions: [UInt32?]
}

package struct DataSegment: Hashable, Sendable {
  package var mode: SegmentMode
  /// Where its bytes lie in the file.
  package var range: Range<Int>
}

/// Locals of one type that follow each other.
package struct LocalGroup: Hashable, Sendable {
  package var count: UInt32
  package var type: ValueType
}

package struct FunctionBody: Hashable, Sendable {
  /// The whole body, after its size.
  package var range: Range<Int>
  package var locals: [LocalGroup]
  /// The instructions, to the last `end`.
  package var code: Range<Int>

  package var localCount: Int { locals.reduce(0) { $0 + Int($1.count) } }
}

package struct CustomSection: Hashable, Sendable {
  package var name: String
  /// What follows the name.
  package var content: Range<Int>
}

/// A section of the file, from its id to its last byte.
package struct Section: Hashable, Sendable {
  package var id: UInt8
  /// A custom section's name, a known section's in the specification's words otherwise.
  package var name: String
  package var offset: Int
  package var payload: Range<Int>
  /// The entries that its count says; nil where it has none.
  package var count: Int?

  /// The bytes in the file, with id and size.
  package var fileBytes: Int { payload.upperBound - offset }
}
