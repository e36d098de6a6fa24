/// What a scan keeps of the body at hand.
extension BodyScan {
  struct Operand {
    var value: SymbolicValue
    var cells: UInt8
  }

  struct Label {
    enum Kind: UInt8 {
      case function
      case block
      case loop
      case `if`
      case `else`
      case `try`
      case `catch`
    }

    var kind: Kind
    /// Code behind an unconditional branch: operands may be taken from nowhere.
    var isPolymorphic = false
    var wasLive: Bool
    var type: BlockShape
    var operandBase: Int
    var cellBase: Int32
    /// The state at the entry: that an `else` begins with, that a loop's rounds must keep, what a
    /// handler may rely on.
    var saved: Int32 = -1
    /// What holds after all branches here so far, and the state that branched here last.
    var joined: Int32 = -1
    var joinedVersion = UInt32.max
    /// Which loop of the body.
    var loop: Int32 = -1
  }

  /// How much is taken for granted at the head of a loop.
  enum LoopTrust {
    /// All but what was seen to change.
    case checked
    /// The stack pointer alone.
    case stackPointer
    case nothing
  }

  /// A local, or nil for the stack pointer, that a loop changes.
  struct LoopChange: Hashable {
    var loop: Int32
    var local: UInt32?
  }
}

/// What a block takes and gives.
struct BlockShape {
  enum Kind: UInt8 {
    case empty
    case value
    case signature
  }

  var kind = Kind.empty
  /// Of the only result.
  var cells: UInt8 = 0
  var signature = FunctionSignatures.Signature()

  /// A function's body takes nothing from the operand stack.
  static func results(of signature: FunctionSignatures.Signature) -> BlockShape {
    var shape = BlockShape(kind: .signature, signature: signature)
    shape.takesParameters = false
    return shape
  }

  var takesParameters = true

  var parameters: Int { kind == .signature && takesParameters ? Int(signature.parameters) : 0 }

  var results: Int {
    switch kind {
    case .empty: 0
    case .value: 1
    case .signature: Int(signature.results)
    }
  }

  var resultCells: Int32 {
    switch kind {
    case .empty: 0
    case .value: Int32(cells)
    case .signature: signature.resultCells
    }
  }
}
