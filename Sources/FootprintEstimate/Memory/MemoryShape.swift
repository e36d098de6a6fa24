/// A linear memory as the loader leaves it for instantiation.
package struct MemoryShape: Hashable, Sendable {
  /// Not always 65,536: a memory that cannot grow becomes one page of its own size.
  package var pageBytes: Int64
  package var initialPages: Int64
  package var maximumPages: Int64
  /// The module says how far it may grow.
  package var hasDeclaredMaximum: Bool
  package var isShared: Bool
  package var is64Bit: Bool
  package var isImported: Bool

  package var initialBytes: Int64 { LargestSize.product(pageBytes, initialPages) }
}

/// What the linker left in globals about the C shadow stack and the data around it.
package struct AuxiliaryLayout: Hashable, Sendable {
  /// `__data_end`, rounded up to 16.
  package var dataEnd: Int64
  package var heapBase: Int64
  /// The stack pointer's initial value: the stack's highest address.
  package var stackTop: Int64
  /// As WAMR takes it: from `__data_end` up, or from 0 where the stack comes first.
  package var stackBytes: Int64
  /// The global that holds the stack pointer, imported ones counted; nil where none was found.
  package var stackGlobal: UInt32?
}
