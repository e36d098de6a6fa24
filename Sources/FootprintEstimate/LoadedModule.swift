package import TraceModel

/// A module as WAMR has it after loading: what bytecode and AOT files have in common.
package struct LoadedModule: Sendable {
  /// As the loader leaves them.
  package var memories: [MemoryShape]
  package var auxiliary: AuxiliaryLayout?
  /// `malloc` and `free`, or AssemblyScript's functions for it, are exported.
  package var exportsAllocator: Bool
  /// An instruction can grow the memory; nil where the file does not say.
  package var growsMemory: Bool?
  /// What the loader made of the memory's pages.
  package var memorySentence: String
  /// The addresses that active data segments fill; nil without such segments.
  package var dataExtent: Range<Int64>?
  /// The stack pointer's initial value, where the linker's symbols do not say it.
  package var stackTop: Int64?
  /// What the fast interpreter makes of the code.
  package var compiledBytes: Int64
  /// Names and data that are copied where the file's buffer is not kept.
  package var copiedBytes: Int64
  /// Custom sections that nothing needs at run time.
  package var strippableBytes: Int64
  package var aotCode: AotCode?
  package var moduleBlock: [SnapshotField: Int64]
  /// The instance's block for memories instantiated so.
  package var instanceBlock: @Sendable ([MemoryInstantiation]) -> [SnapshotField: Int64]
}
