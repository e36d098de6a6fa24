/// A linear memory as wamrc leaves it: shrunk and merged, its page size no longer always 64 KiB.
package struct AotMemory: Hashable, Sendable {
  package var flags: UInt32
  package var pageBytes: UInt32
  package var initialPages: UInt32
  package var maximumPages: UInt32

  package var hasMaximum: Bool { flags & 1 != 0 }
  package var isShared: Bool { flags & 2 != 0 }
  package var is64Bit: Bool { flags & 4 != 0 }
}

/// A data segment.
package struct AotDataSegment: Hashable, Sendable {
  package var isPassive: Bool
  package var memory: UInt32
  package var offset: ConstantValue
  /// Where its bytes lie in the file.
  package var range: Range<Int>
}

/// An own or imported table; imported ones do not say where from.
package struct AotTable: Hashable, Sendable {
  /// 0 where a release before 05-18-2022 does not say it.
  package var element: ValueType
  package var flags: UInt32
  package var minimum: UInt32
  package var maximum: UInt32
  /// Some instruction may grow it.
  package var canGrow: Bool
}

/// An element segment.
package struct AotElementSegment: Hashable, Sendable {
  /// 0 active, 1 passive; 3 declarative.
  package var mode: UInt32
  package var element: ValueType
  package var table: UInt32
  package var offset: ConstantValue
  /// One for each element: its function, or nil for none and for other values.
  package var functions: [UInt32?]
}

package struct AotImportedGlobal: Hashable, Sendable {
  package var module: String
  package var name: String
  package var type: GlobalType
}

package struct AotImportedFunction: Hashable, Sendable {
  package var module: String
  package var name: String
  package var typeIndex: UInt32
}

/// Where the module's own stack and heap lie in linear memory, as wamrc found it.
package struct AotAuxiliaryMemory: Hashable, Sendable {
  /// An exported global and its value.
  package struct Mark: Hashable, Sendable {
    package var global: UInt32
    package var value: UInt64
  }

  /// `__data_end`.
  package var dataEnd: Mark?
  /// `__heap_base`.
  package var heapBase: Mark?
  /// The stack pointer, and the address at which it begins.
  package var stackBottom: Mark?
  package var stackBytes: UInt32
}

/// A data section of the object file that LLVM made, such as `.rodata`.
package struct AotObjectSection: Hashable, Sendable {
  package var name: String
  package var range: Range<Int>

  /// The section in which code that checks the native stack finds each function's need.
  package static let stackSizes = ".aot_stack_sizes"
}

/// The text section's content.
package struct AotText: Hashable, Sendable {
  /// Constants that stand before the code (Xtensa).
  package var literal: Range<Int>
  package var code: Range<Int>
}

package struct AotFunction: Hashable, Sendable {
  /// Where its code begins, from the begin of the code on.
  package var textOffset: UInt64
  package var typeIndex: UInt32
  /// Parameters and locals in 32-bit cells; nil before 2.0.
  package var localCells: UInt32?
  /// The operand stack in 32-bit cells; nil before 2.0.
  package var stackCells: UInt32?
}

/// What the loader writes into one section when it knows the addresses.
package struct AotRelocationGroup: Hashable, Sendable {
  /// The section, such as `.rela.text`.
  package var name: String
  package var count: Int
  /// How often each symbol is used, by index in the module's `symbols`, ascending.
  package var uses: [SymbolUse]

  package struct SymbolUse: Hashable, Sendable {
    package var symbol: Int
    package var count: Int
  }
}

package struct AotCustomSection: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A custom section of the `.wasm` file that was kept (`wamrc --emit-custom-sections`).
    case raw
    /// The functions that code to execute in place calls through a table.
    case nativeSymbols
    /// The functions' names.
    case names
    /// The literals of the stringref proposal.
    case strings
    case other(UInt32)
  }

  package var kind: Kind
  /// A raw section's own name, a description otherwise.
  package var name: String
  /// What follows the kind and, in a raw section, the name.
  package var content: Range<Int>
}

/// A section of the file.
package struct AotSection: Hashable, Sendable {
  package enum Kind: UInt32, Hashable, Sendable {
    case targetInfo = 0
    case initData = 1
    case text = 2
    case functions = 3
    case exports = 4
    case relocations = 5
    case custom = 100

    package var name: String {
      switch self {
      case .targetInfo: "target info"
      case .initData: "init data"
      case .text: "text"
      case .functions: "function"
      case .exports: "export"
      case .relocations: "relocation"
      case .custom: "custom"
      }
    }
  }

  package var kind: Kind
  /// Where its kind stands.
  package var offset: Int
  /// What follows kind and size.
  package var payload: Range<Int>

  /// The bytes in the file, with kind and size.
  package var fileBytes: Int { payload.upperBound - offset }
}
