/// A type of an `.aot` file.
package struct AotType: Hashable, Sendable {
  package enum Shape: Hashable, Sendable {
    case function(FunctionType)
    /// The types of the fields.
    case structure([ValueType])
    /// Its flags and the type of its elements.
    case array(flags: UInt16, element: ValueType)
  }

  package var shape: Shape
  /// An earlier type that is the same, whose object the runtime uses again.
  package var sameAs: Int?
  /// The types of its recursion group, 1 where it stands alone; 0 where nothing is said of it.
  package var groupCount: UInt16

  package var function: FunctionType? {
    if case .function(let type) = shape { type } else { nil }
  }
}

extension ValueType {
  /// The bytes of a value of this type in the runtime; nil for what is no value type.
  ///
  /// References are 32-bit indices unless the garbage collector is used
  /// (source: `wasm_value_type_size_internal` in core/iwasm/interpreter/wasm.h).
  func valueBytes(pointerBytes: Int, hasGarbageCollection: Bool) -> Int? {
    switch rawValue {
    case 0x7F, 0x7D: 4
    case 0x7E, 0x7C: 8
    case 0x7B: 16
    case 0x78: 1
    case 0x77: 2
    case 0x70, 0x6F: hasGarbageCollection ? pointerBytes : 4
    case 0x61...0x67, 0x6A...0x6E, 0x71...0x73: pointerBytes
    default: nil
    }
  }
}
