import TraceModel
import WasmBinary

/// What one function takes: in the file, compiled, and of the stacks.
package struct FunctionSize: Hashable, Sendable {
  /// Imported functions counted.
  package var index: Int
  package var name: String
  /// Bytes of its code in the file.
  package var fileBytes: Int
  /// What the fast interpreter makes of it, constants included.
  package var compiledBytes: Int64?
  /// Bytes by which it lowers the C shadow stack's pointer; nil where only a run knows.
  package var shadowFrameBytes: Int64?
  /// The shadow stack of it and all that it calls; nil where nothing limits that.
  package var shadowDepthBytes: Int64?
  /// Operands and locals in cells of 4 bytes; nil where they are not known.
  package var stackCells: Int64?
  /// Its native frame, where the file or wamrc says it.
  package var nativeFrameBytes: Int64?
}

extension ModuleAnalysis {
  /// Every own function, in the order of the module.
  package func functions() -> [FunctionSize] {
    switch file {
    case .wasm(let module): wasmFunctions(module)
    case .aot(let module): aotFunctions(module)
    }
  }

  private func wasmFunctions(_ module: WasmModule) -> [FunctionSize] {
    let imports = labels.importCount
    return module.bodies.enumerated().map { index, body in
      let stack = depth?.function(imports + index)
      let cells = stack.flatMap { stack in
        stack.operandCells.map { $0 + stack.parameterCells + stack.localCells }
      }
      return FunctionSize(
        index: imports + index, name: labels[imports + index],
        fileBytes: body.range.count,
        compiledBytes: compiled.indices.contains(index) ? Int64(compiled[index].bytes) : nil,
        shadowFrameBytes: stack?.shadowBytes, shadowDepthBytes: stack?.worstShadowBytes,
        stackCells: cells, nativeFrameBytes: nativeFrames?[UInt32(index)]?.bytes)
    }
  }

  private func aotFunctions(_ module: AotModule) -> [FunctionSize] {
    let ranges = module.functionCode()
    return module.functions.enumerated().map { index, function in
      let number = module.importedFunctionCount + index
      return FunctionSize(
        index: number, name: labels[number],
        fileBytes: ranges[index].count, compiledBytes: nil, shadowFrameBytes: nil,
        shadowDepthBytes: nil,
        stackCells: function.stackCells.map { Int64($0) + Int64(function.localCells ?? 0) },
        nativeFrameBytes: nativeFrames?[UInt32(index)]?.bytes)
    }
  }
}
