/// Where memory goes: a closed list whose codes are written to disk and never change.
package enum MemoryCategory: UInt8, CaseIterable, Hashable, Sendable, Comparable {
  case unattributed = 0
  case moduleFile = 1
  case module = 2
  case moduleInstance = 3
  case execEnv = 4
  case wasmStack = 5
  case runtimeOther = 6
  case aotCode = 7
  case linearMemory = 8
  case staticData = 9
  case auxStack = 10
  case libcHeap = 11
  case threadAuxStack = 12
  case appHeap = 13
  case nativeStack = 14
  case stackGuard = 15
  case gcHeap = 16
  case sharedHeap = 17
  case allocatorOverhead = 18
  case host = 19

  package var code: UInt8 { rawValue }

  /// The name in JSON, options and tables.
  package var id: String { facts.id }

  /// What it is, in the words of WAMR's document on memory usage.
  package var explanation: String { facts.explanation }

  /// The category whose bytes normally hold this one's; nil where they are added to a total.
  package var defaultContainer: MemoryCategory? {
    switch self {
    case .staticData, .auxStack, .libcHeap, .appHeap: .linearMemory
    case .threadAuxStack: .libcHeap
    default: nil
    }
  }

  /// Codes 2 to 6 come from WAMR's global heap and form one group in a diff.
  package var isGlobalHeap: Bool { (2...6).contains(rawValue) }

  package static let globalHeap = allCases.filter(\.isGlobalHeap)

  package init?(id: String) {
    guard let match = MemoryCategory.allCases.first(where: { $0.id == id }) else { return nil }
    self = match
  }

  package static func < (left: MemoryCategory, right: MemoryCategory) -> Bool {
    left.rawValue < right.rawValue
  }

  private var facts: (id: String, explanation: String) {
    switch self {
    case .unattributed: ("unattributed", "known to exist, owner unknown; always shown")
    case .moduleFile:
      (
        "module-file",
        "the binary's buffer, owned by the embedder, passed to wasm_runtime_load"
      )
    case .module: ("module", "loaded module: structures from the global heap")
    case .moduleInstance:
      ("module-instance", "module instances: structures from the global heap")
    case .execEnv: ("exec-env", "execution environment structures without the stack")
    case .wasmStack: ("wasm-stack", "WASM (operand and frame) stack, from the global heap")
    case .runtimeOther:
      (
        "runtime-other",
        "other global-heap use: WASI context, thread manager, native registrations, hash maps; "
          + "and global-heap bytes that the trace does not split further"
      )
    case .aotCode:
      (
        "aot-code",
        "AOT code section: text, literals, data sections, PLT; executable mappings"
      )
    case .linearMemory:
      ("linear-memory", "linear memory, shared or not; committed = current pages")
    case .staticData: ("static-data", "data segments' region, without the aux stack")
    case .auxStack: ("aux-stack", "main thread's C shadow stack")
    case .libcHeap:
      ("libc-heap", "libc heap: the last part of linear memory, grown by memory.grow")
    case .threadAuxStack: ("thread-aux-stack", "aux stacks of threads")
    case .appHeap: ("app-heap", "app heap inserted by the runtime")
    case .nativeStack: ("native-stack", "host stacks of the threads that run WASM")
    case .stackGuard: ("stack-guard", "guard pages, signal stacks")
    case .gcHeap: ("gc-heap", "WAMR's garbage-collected heap")
    case .sharedHeap:
      ("shared-heap", "heap shared between modules; counted once, outside every instance")
    case .allocatorOverhead:
      (
        "allocator-overhead",
        "headers and free space of a pool or heap, where the trace shows them"
      )
    case .host:
      (
        "host",
        "the embedder's own: allocations that belong to no WASM, executable and library images"
      )
    }
  }
}
