import WasmBinary

/// Whether a module exports functions by which WAMR serves the host's allocations; it then gives the
/// module no app heap.
///
/// Source: `load_from_sections` in core/iwasm/interpreter/wasm_loader.c: `malloc` and `free`, or
/// AssemblyScript's `__new` with `__retain` or `__pin`, and `__release` or `__unpin`.
struct AllocatorExports {
  private let exports: [Export]
  private let address: ValueType
  /// The type of an own function; nil for imported ones.
  private let type: (UInt32) -> FunctionType?

  init(
    _ exports: [Export], has64BitMemory: Bool, type: @escaping (UInt32) -> FunctionType?
  ) {
    self.exports = exports
    self.type = type
    address = has64BitMemory ? .i64 : .i32
  }

  var areThere: Bool {
    let pins = has("__retain", [address], [address]) || has("__pin", [address], [address])
    let allocates =
      has("malloc", [address], [address]) || pins && has("__new", [address, .i32], [address])
    return allocates && ["free", "__release", "__unpin"].contains { has($0, [address], []) }
  }

  private func has(_ name: String, _ parameters: [ValueType], _ results: [ValueType]) -> Bool {
    exports.contains { export in
      export.kind == .function && export.name == name
        && type(export.index) == FunctionType(parameters: parameters, results: results)
    }
  }
}
