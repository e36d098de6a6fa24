/// The sizes of the fast interpreter's code units in one build of WAMR.
///
/// Source: `emit_label`, `wasm_loader_emit_*` in core/iwasm/interpreter/wasm_loader.c and
/// `WASM_CPU_SUPPORTS_UNALIGNED_ADDR_ACCESS` in core/config.h.
package struct FastCodeBuild: Hashable, Sendable {
  package var pointerBytes: Int
  /// x86 and aarch64; elsewhere labels are offsets, and bytes take two.
  package var allowsUnalignedAccess: Bool
  /// `TAIL_CALL=1`.
  package var hasTailCalls: Bool

  package init(
    pointerBytes: Int, allowsUnalignedAccess: Bool = true, hasTailCalls: Bool = false
  ) {
    self.pointerBytes = pointerBytes
    self.allowsUnalignedAccess = allowsUnalignedAccess
    self.hasTailCalls = hasTailCalls
  }

  func labelBytes(_ rules: FastCodeRules) -> Int {
    allowsUnalignedAccess ? pointerBytes : rules.alignedLabelBytes
  }

  /// What one byte of an operand takes.
  var byteBytes: Int { allowsUnalignedAccess ? 1 : 2 }
}
