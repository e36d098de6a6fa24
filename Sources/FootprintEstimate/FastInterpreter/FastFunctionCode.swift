/// What the fast interpreter keeps of one function's body.
package struct FastFunctionCode: Hashable, Sendable {
  /// `code_compiled_size` of WAMR's `WASMFunction`.
  package var codeBytes: Int
  /// `const_cell_num`: constants, in cells of four bytes.
  package var constantCells: Int

  /// Not what the loader emits, but a usual multiple of the code.
  package var isGuessed: Bool

  package init(codeBytes: Int, constantCells: Int, isGuessed: Bool = false) {
    self.codeBytes = codeBytes
    self.constantCells = constantCells
    self.isGuessed = isGuessed
  }

  /// What both add to the dump's `funcs size`.
  package var bytes: Int { codeBytes + 4 * constantCells }
}
