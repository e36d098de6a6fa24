/// The type of a value, by its first byte in the binary format.
package struct ValueType: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let i32 = ValueType(rawValue: 0x7F)
  package static let i64 = ValueType(rawValue: 0x7E)
  package static let f32 = ValueType(rawValue: 0x7D)
  package static let f64 = ValueType(rawValue: 0x7C)
  package static let v128 = ValueType(rawValue: 0x7B)
  package static let funcref = ValueType(rawValue: 0x70)
  package static let externref = ValueType(rawValue: 0x6F)

  /// `(ref null ht)` and `(ref ht)`, which a heap type follows.
  package static let nullableReference = ValueType(rawValue: 0x63)
  package static let reference = ValueType(rawValue: 0x64)

  /// One byte, without a heap type behind it: numbers, vectors and abstract references.
  package var isComplete: Bool { self != .nullableReference && self != .reference }

  /// A type that some proposal which WAMR knows defines.
  package var isKnown: Bool {
    switch rawValue {
    case 0x7B...0x7F, 0x63, 0x64: true
    // The garbage collector's and strings' reference types.
    case 0x65...0x74: true
    default: false
    }
  }

  package var isReference: Bool { rawValue <= 0x74 }
}

/// A function's parameters and results.
package struct FunctionType: Hashable, Sendable {
  package var parameters: [ValueType]
  package var results: [ValueType]

  package init(parameters: [ValueType], results: [ValueType]) {
    self.parameters = parameters
    self.results = results
  }
}

/// An entry of the type section.
package enum TypeDefinition: Hashable, Sendable {
  case function(FunctionType)
  /// A struct or array type of the garbage-collection proposal, of so many fields.
  case aggregate(fields: Int)

  package var function: FunctionType? {
    if case .function(let type) = self { type } else { nil }
  }
}
