package import TraceModel
package import WasmBinary

/// What a module's instructions say about its memories and tables.
package struct CodeFacts: Hashable, Sendable {
  package var hasMemoryGrow = false
  package var hasMemorySize = false
  /// The tables that `table.grow` names.
  package var grownTables: Set<UInt32> = []
  package var instructionCount = 0

  /// WAMR's loader lets a memory keep its pages where an instruction asks for their number, too.
  package var mayGrowMemory: Bool { hasMemoryGrow || hasMemorySize }

  /// Reads every instruction of every body; one that cannot be read is an error with its offset.
  package init(_ module: WasmModule) throws(TraceError) {
    for body in module.bodies {
      var cursor = module.instructions(of: body)
      while let instruction = try cursor.next() {
        instructionCount += 1
        switch instruction.opcode {
        case .memoryGrow: hasMemoryGrow = true
        case .memorySize: hasMemorySize = true
        case .tableGrow: grownTables.insert(UInt32(truncatingIfNeeded: instruction.first))
        default: break
        }
      }
    }
  }
}
