import TraceModel
import WasmBinary

/// What each instruction does.
extension BodyScan {
  /// Reads a body to its end, or to where its operands cannot be followed.
  mutating func follow(_ body: FunctionBody) throws(TraceError) {
    let effects = OperandEffect.oneByte
    var cursor = module.instructions(of: body)
    while isFollowed, !labels.isEmpty, let instruction = try cursor.next() {
      let code = instruction.opcode.rawValue
      let effect =
        code < 256 ? effects[Int(code)] : OperandEffect.prefixed(instruction.opcode)
      switch effect.treatment {
      case .plain:
        take(effect.operands)
        if effect.cells != 0 {
          push(effect.cells, effect.high == 0 ? .unknown : .number(upTo: effect.high))
        }
      case .localGet:
        let local = UInt32(truncatingIfNeeded: instruction.first)
        push(localCells(local), value(of: local))
      case .constant32: push(1, .constant(Int32(truncatingIfNeeded: instruction.first)))
      case .localSet: set(UInt32(truncatingIfNeeded: instruction.first), pop())
      case .localTee:
        let local = UInt32(truncatingIfNeeded: instruction.first)
        let value = pop()
        set(local, value)
        push(localCells(local), value)
      case .arithmetic:
        let right = pop()
        push(effect.cells, combine(effect.operation, pop(), right))
      default: special(effect, instruction)
      }
    }
    if !isFollowed { try collectCalls(&cursor) }
  }

  /// Rare instructions, and those of control.
  @inline(never)
  private mutating func special(_ effect: OperandEffect, _ instruction: Instruction) {
    let index = UInt32(truncatingIfNeeded: instruction.first)
    switch effect.treatment {
    case .constant64:
      let value = Int32(exactly: Int64(bitPattern: instruction.first))
      push(2, value.map { .constant($0) } ?? .unknown)
    case .globalGet: getGlobal(index)
    case .globalSet: setGlobal(index)
    case .drop: take(1)
    case .select: select(cells: nil)
    case .selectTyped: select(cells: selectedCells(instruction))
    case .block: enter(.block, instruction)
    case .loop: enter(.loop, instruction)
    case .if: enter(.if, instruction)
    case .try: enter(.try, instruction)
    case .else: beginElse()
    case .end, .delegate: leave()
    case .catch: beginHandler(takesValue: true)
    case .catchAll: beginHandler(takesValue: false)
    case .branch:
      branch(index)
      stop()
    case .branchIf:
      take(1)
      branch(index)
    case .branchTable: branchTable(instruction)
    case .branchOnNull:
      take(1)
      branch(index)
      push(referenceCells, .unknown)
    case .branchOnNonNull:
      branch(index)
      take(1)
    case .return:
      takeReturn(of: resultOnTop)
      stop()
    case .stop: stop()
    case .call, .returnCall: call(index, isTail: effect.treatment == .returnCall)
    case .callIndirect, .returnCallIndirect:
      let table = UInt32(truncatingIfNeeded: instruction.second)
      callIndirect(index, table, isTail: effect.treatment == .returnCallIndirect)
    case .callReference, .returnCallReference:
      callIndirect(index, nil, isTail: effect.treatment == .returnCallReference)
    case .functionReference:
      indirect.reference(index)
      push(referenceCells, .unknown)
    case .nullReference: push(referenceCells, .unknown)
    case .tableGet:
      take(1)
      push(referenceCells, .unknown)
    case .memorySize: push(pageCells, .unknown)
    case .memoryGrow:
      take(1)
      push(pageCells, .unknown)
    case .tableSet, .tableFill, .tableGrow, .tableInit, .tableCopy:
      take(effect.operands)
      if effect.treatment == .tableGrow { push(1, .unknown) }
      noteTable(effect.treatment, instruction)
    case .unfollowed: isFollowed = false
    case .plain, .arithmetic, .constant32, .localGet, .localSet, .localTee: break
    }
  }

  private mutating func noteTable(
    _ treatment: OperandEffect.Treatment, _ instruction: Instruction
  ) {
    let first = UInt32(truncatingIfNeeded: instruction.first)
    let second = UInt32(truncatingIfNeeded: instruction.second)
    switch treatment {
    case .tableInit: indirect.initialize(second, from: first)
    case .tableCopy: indirect.copy(from: second, to: first)
    default: indirect.change(first)
    }
  }

  /// The rest of a body whose operands are not followed: calls, and whether it touches the stack.
  private mutating func collectCalls(_ cursor: inout InstructionCursor) throws(TraceError) {
    isLive = true
    while let instruction = try cursor.next() {
      let code = instruction.opcode.rawValue
      let effect =
        code < 256 ? OperandEffect.oneByte[Int(code)] : OperandEffect.prefixed(instruction.opcode)
      let index = UInt32(truncatingIfNeeded: instruction.first)
      switch effect.treatment {
      case .call: addEdge(to: index, isTail: false)
      case .returnCall: addEdge(to: index, isTail: true)
      case .callIndirect, .returnCallIndirect:
        addEdge(
          type: index, table: UInt32(truncatingIfNeeded: instruction.second), index: .unknown,
          isTail: effect.treatment == .returnCallIndirect)
      case .callReference, .returnCallReference:
        addEdge(
          type: index, table: nil, index: .unknown,
          isTail: effect.treatment == .returnCallReference)
      case .globalSet: if index == stackPointer { facts.setsStackPointer = true }
      case .functionReference: indirect.reference(index)
      case .tableSet, .tableFill, .tableGrow, .tableInit, .tableCopy:
        noteTable(effect.treatment, instruction)
      default: break
      }
    }
  }
}
