/// A block that has begun and not ended.
struct OpenBlock {
  enum Kind {
    case function
    case block
    case loop
    case `if`
    /// An `if` behind its `else`.
    case `else`
  }

  var kind: Kind
  var signature: BlockSignature
  /// The cells on the type stack below its parameters.
  var base: Int
  /// Code behind an instruction that never goes on.
  var isDead = false
  /// The operand slots in use where it began, as the loader's 16 bits hold them.
  var slots: UInt16
  /// Those in use behind the parameters of an `if`.
  var startSlots: UInt16 = 0
  /// Where the offsets of an `if`'s parameters were put aside.
  var savedStart = 0
}
