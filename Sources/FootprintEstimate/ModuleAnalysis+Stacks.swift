import TraceModel
import WasmBinary

/// What the call graph says of each stack.
extension ModuleAnalysis {
  /// The main thread's C shadow stack.
  var shadowStack: StackNeed? {
    guard let depth, depth.stackPointer != nil else { return nil }
    return need(depth.shadow.bound(from: entries))
  }

  /// The classic interpreter's frames: locals, operands and open blocks of each active function.
  ///
  /// Source: `wasm_interp_call_func_bytecode` and `wasm_interp_call_wasm` in
  /// core/iwasm/interpreter/wasm_interp_classic.c, WAMR 12-30-2021 to main.
  var operandStack: StackNeed? {
    guard let depth, build.mode == .classic else { return nil }
    let header = build.size("WASMInterpFrame.lp")
    // Three pointers and a number, `WASMBranchBlock`.
    let block = 4 * build.pointerBytes
    let hasFlags = build.features.has("GC")
    func bytes(locals: Int64, blocks: Int64 = 0) -> Int64 {
      let cells = locals + blocks
      guard hasFlags else { return header + 4 * cells }
      // A flag for each cell says whether it holds an object; they are counted twice.
      return header + (5 * (cells + (locals + 3) / 4) + 3) & ~3
    }
    let frames = depth.frames { index in
      let function = depth.function(index)
      guard index >= depth.graph.importCount else {
        return bytes(locals: max(function.parameterCells, 2))
      }
      guard let operands = function.operandCells else { return nil }
      return bytes(
        locals: function.parameterCells + function.localCells + operands,
        blocks: function.blocks * block / 4)
    }
    var bound = frames.bound(from: entries)
    // The host's call has a frame of its own, for the entry's parameters or results.
    let outer: Int64 =
      entries.map { entry -> Int64 in
        let function = depth.function(entry)
        return bytes(locals: max(function.parameterCells, function.resultCells, 2))
      }.max() ?? 0
    bound.bytes = bound.bytes.map { $0 + outer }
    bound.bytesWithoutRecursion += outer
    return need(bound)
  }

  /// Compiled code's frames, along the call graph where the bytecode is there.
  var nativeStack: StackNeed? {
    guard let nativeFrames else { return nil }
    guard let depth else {
      let largest = nativeFrames.frames.max { ($0.value.bytes, $1.key) < ($1.value.bytes, $0.key) }
      guard let largest else { return nil }
      return StackNeed(
        bytes: nil,
        sentence: "the largest frame of compiled code is \(RowText.bytes(largest.value.bytes)) "
          + "(\(labels[labels.importCount + Int(largest.key)]))")
    }
    let imports = depth.graph.importCount
    let frames = depth.frames { index in
      guard index >= imports else { return 0 }
      guard let frame = nativeFrames[UInt32(index - imports)], !frame.isDynamic else { return nil }
      return frame.bytes + frame.checkBytes
    }
    return need(frames.bound(from: entries))
  }

  private func need(_ bound: StackBound) -> StackNeed {
    if let bytes = bound.bytes {
      return StackNeed(
        bytes: bytes,
        sentence:
          "at most \(RowText.bytes(bytes)) are used, along \(labels.list(bound.path, " > "))"
      )
    }
    var reasons: [String] = []
    if let cycle = bound.recursions.first {
      reasons.append("recursion \(labels.list(cycle + cycle.prefix(1), " > "))")
    }
    if !bound.unknownFrames.isEmpty {
      reasons.append("frames of unknown size in \(labels.list(bound.unknownFrames, ", "))")
    }
    return StackNeed(
      bytes: nil,
      sentence: "use is not bounded (\(reasons.joined(separator: "; "))); "
        + "\(RowText.bytes(bound.bytesWithoutRecursion)) where none of it repeats, along "
        + labels.list(bound.path, " > "))
  }
}
