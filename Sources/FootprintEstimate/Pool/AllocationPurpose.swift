/// What WAMR wants a block for.
package enum AllocationPurpose: UInt8, CaseIterable, Hashable, Sendable {
  case nativeFunctions
  case runtimeTables
  case moduleFile
  case module
  case sectionList
  case types
  case imports
  case functions
  case compiledCode
  case constants
  case tables
  case memories
  case globals
  case exports
  case elementSegments
  case dataSegments
  case customSections
  case loaderState
  case relocations
  case aotSections
  case instance
  case linearMemory
  case appHeapStruct
  case collectedHeap
  case wasi
  case execEnv
  case threads
  case hostCalls
  /// Many small blocks of a module that is too large to be followed block by block.
  case summary

  /// In words that stand after "the largest block is for".
  package var text: String {
    switch self {
    case .nativeFunctions: "registered native functions"
    case .runtimeTables: "the runtime's own tables"
    case .moduleFile: "the module's file"
    case .module: "the module's struct"
    case .sectionList: "the list of sections"
    case .types: "types"
    case .imports: "imports"
    case .functions: "functions"
    case .compiledCode: "a function's code for the fast interpreter"
    case .constants: "a function's constants"
    case .tables: "tables"
    case .memories: "memories"
    case .globals: "globals"
    case .exports: "exports"
    case .elementSegments: "element segments"
    case .dataSegments: "data segments"
    case .customSections: "custom sections"
    case .loaderState: "what the loader knows of a function while it checks it"
    case .relocations: "relocations"
    case .aotSections: "AOT code and data"
    case .instance: "the instance with its globals and tables"
    case .linearMemory: "linear memory"
    case .appHeapStruct: "the app heap's struct"
    case .collectedHeap: "the garbage collector's heap"
    case .wasi: "the WASI context"
    case .execEnv: "the execution environment with its operand stack"
    case .threads: "threads"
    case .hostCalls: "calls of host functions"
    case .summary: "many small blocks together"
    }
  }
}
