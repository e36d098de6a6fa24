/// What one function needs of the stacks by itself, and with all that it calls.
package struct FunctionStack: Hashable, Sendable {
  /// Imported functions counted.
  package var index: Int
  /// Bytes by which it lowers the C shadow stack's pointer; nil where only a run knows.
  package var shadowBytes: Int64?
  /// The part of it that is known.
  package var knownShadowBytes: Int64
  /// Bytes below the pointer that a function without calls uses all the same.
  package var redZoneBytes: Int64
  /// Cells of 4 bytes of parameters.
  package var parameterCells: Int64
  /// Cells of results.
  package var resultCells: Int64
  /// Cells of declared locals.
  package var localCells: Int64
  /// `max_stack_cell_num` of WAMR's loader for the classic interpreter; nil where the operands could
  /// not be followed.
  package var operandCells: Int64?
  /// `max_block_num`: nested blocks, the body itself counted.
  package var blocks: Int64
  /// The shadow stack of it and all that it calls; nil where nothing limits that.
  package var worstShadowBytes: Int64?
}
