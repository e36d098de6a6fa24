package import WasmBinary

/// A module and the run that a pool is to be sized for.
package struct PoolInputs: Sendable {
  package enum Module: Sendable {
    /// Bytecode; `compiled` is what the fast interpreter makes of each own function, in order, and
    /// nil in the classic one.
    case bytecode(WasmModule, compiled: [FastFunctionCode]?)
    case aot(AotModule)
  }

  package var module: Module
  package var build: RuntimeBuild
  package var fileBytes: Int64
  /// The instance's memories with their app heap.
  package var memories: [MemoryInstantiation]
  /// The block with the instance, its memory instances, globals and tables: for bytecode the dump's
  /// `instance.struct`; nil for AOT code, whose dump does not say it.
  package var instanceBytes: Int64?
  package var launch: PoolLaunch

  package init(
    module: Module, build: RuntimeBuild, fileBytes: Int64, memories: [MemoryInstantiation],
    instanceBytes: Int64?, launch: PoolLaunch
  ) {
    self.module = module
    self.build = build
    self.fileBytes = fileBytes
    self.memories = memories
    self.instanceBytes = instanceBytes
    self.launch = launch
  }
}
