package import TraceModel

/// What the loader of one WAMR version does where versions differ, as far as it decides how many
/// bytes the fast interpreter's code takes.
///
/// A function is compiled in two passes; the first one counts the bytes, so only its state matters.
/// Dead code is what follows `unreachable`, `br`, `br_table` or `return` in a block.
///
/// Not followed: builds with garbage collection or without labels as values; what 1.3.1 makes of
/// block parameters (its loader writes beyond its arrays); block parameters that are missing in dead
/// code before that (its loader reads beyond them).
///
/// Source: `wasm_loader_prepare_bytecode` and what it calls in core/iwasm/interpreter/wasm_loader.c
/// of each tag from WAMR-12-30-2021 to WAMR-2.4.5, and of main.
package struct FastCodeRules: Hashable, Sendable {
  /// How the constants of a function become cells before its frame.
  package enum Constants: Hashable, Sendable {
    /// One list of typed values without an end.
    case unboundedList
    /// One list of typed values; those that find it full stay in the code.
    case list
    /// Lists of 32-bit and 64-bit patterns, whatever their type, that are made unique after the first
    /// pass; what finds them full stays in the code.
    case patterns
    /// The same, but what finds them full is looked for in them.
    case searchedPatterns
  }

  /// Where the results of what follows `else` begin to get slots.
  package enum ElseSlots: Hashable, Sendable {
    case goOn
    /// As `if` did, if it has parameters.
    case restartWithParameters
    case restart
  }

  package var constants: Constants
  /// The slot that the first pass gives a local's copy; 0 is taken for the first local later on.
  package var preservedSlot: Int16
  /// Bytes of an instruction's label where the processor wants aligned accesses.
  package var alignedLabelBytes: Int
  /// 128-bit values are known.
  package var hasVectors: Bool

  /// `block` brings its parameters into slots, as `loop` and `if` do.
  package var blockCopiesParameters: Bool
  /// An `if` without `else` is given one.
  package var addsMissingElse: Bool
  package var elseSlots: ElseSlots
  /// `br` leaves the operand slots as the target's results do.
  package var branchMovesSlots: Bool
  /// A block's `end` makes the code behind it alive.
  package var endRevives: Bool
  /// The second byte of an atomic instruction is taken for the opcode before a `local.set`.
  package var atomicCodeIsOpcode: Bool
  /// `local.set` does not look at the operand that it takes when it saves the local's old value.
  package var localSetPopsFirst: Bool
  /// `drop` frees the slot of a saved local.
  package var dropFreesSavedSlots: Bool

  /// Operands of calls and `return` are taken from the type stack before the offset stack.
  package var callPopsTypesFirst: Bool
  /// So does `global.set`.
  package var globalSetPopsTypeFirst: Bool
  /// Both operands are taken from the offset stack before the type stack.
  package var pairPopsOffsetsFirst: Bool
  /// `ref.is_null` tries one reference type after the other.
  package var isNullPopsTwice: Bool
  /// Cells of the offset stack that an operand of any type takes.
  package var anyCells: Int
  /// Taking such an operand takes one cell, whatever type is wanted.
  package var anyIsOneCell: Bool
  /// Missing block parameters in dead code are made up, a missing condition is noticed.
  package var fillsDeadParameters: Bool
  /// `br_table` puts the stacks back after each target in dead code.
  package var branchTableRestoresStacks: Bool

  /// The rules of a version; those of 12-30-2021 for the ones before it.
  package init(_ version: WamrVersion) {
    func since(_ name: String) -> Bool { WamrVersion(name).map { version >= $0 } ?? true }
    let is133 = WamrVersion("1.3.3") == version

    constants =
      since("2.4.5") && version != .main
      ? .searchedPatterns
      : since("2.3.0") ? .patterns : since("05-18-2022") ? .list : .unboundedList
    preservedSlot = since("1.0.0") ? .max : 0
    alignedLabelBytes = since("1.3.0") ? 4 : 2
    hasVectors = since("2.3.0")

    blockCopiesParameters = since("1.3.0")
    addsMissingElse = since("2.1.0")
    elseSlots =
      since("1.3.3") ? .restart : since("1.3.2") ? .restartWithParameters : .goOn
    branchMovesSlots = since("1.3.3")
    endRevives = !since("1.0.0")
    atomicCodeIsOpcode = !since("1.2.3")
    localSetPopsFirst = !since("1.3.3")
    dropFreesSavedSlots = !since("1.0.0")

    callPopsTypesFirst = !since("1.3.2")
    globalSetPopsTypeFirst = !since("1.3.1")
    pairPopsOffsetsFirst = !since("1.3.0")
    isNullPopsTwice = !since("1.3.1")
    anyCells = since("2.1.0") || is133 ? 1 : 2
    anyIsOneCell = since("2.1.1")
    fillsDeadParameters = since("1.3.1")
    branchTableRestoresStacks = since("1.3.3")
  }
}
