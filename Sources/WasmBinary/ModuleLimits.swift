/// What a module may hold at most: far above what WAMR runs, low enough to stay small in memory.
///
/// No count allocates anything by itself: the bytes that back it must be there, too.
package enum ModuleLimits {
  /// The size of a file that is read at all.
  package static let fileBytes = 1 << 30
  /// Entries of one section (types, imports, functions, …).
  package static let entries = 1_000_000
  /// Linear memories; WAMR has one, and a few in builds with MULTI_MEMORY.
  package static let memories = 1000
  /// The address space of a memory with 64-bit addresses, as far as processors have it.
  package static let memoryBytes: UInt64 = 1 << 48
  /// Parameters or results of one function type; WAMR allows fewer.
  package static let typeValues = 100_000
  /// Declared locals of one function; WAMR's frames count them in 16 bits.
  package static let locals = 65_536
  /// Bytes of one name.
  package static let nameBytes = 1 << 20
  /// Nested blocks of one function.
  package static let nesting = 100_000
  /// Targets of one `br_table`.
  package static let branchTargets = 1_000_000
  /// Instructions of one constant expression.
  package static let constantInstructions = 10_000
}
