/// A step of a run, in the order in which an embedder takes them.
package enum AllocationPhase: UInt8, CaseIterable, Hashable, Comparable, Sendable {
  /// `wasm_runtime_full_init`, with the registration of native functions.
  case initialization
  /// Reading the module's file.
  case file
  /// `wasm_runtime_load`.
  case loading
  /// `wasm_runtime_instantiate`, with the WASI context and what a start function needs.
  case instantiation
  /// The execution environment, then the entry and the threads that it creates.
  case execution

  package var name: String {
    switch self {
    case .initialization: "runtime initialization"
    case .file: "reading the file"
    case .loading: "loading"
    case .instantiation: "instantiation"
    case .execution: "execution environment and entry"
    }
  }

  package static func < (left: AllocationPhase, right: AllocationPhase) -> Bool {
    left.rawValue < right.rawValue
  }
}
