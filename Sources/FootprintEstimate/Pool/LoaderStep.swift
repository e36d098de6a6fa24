/// One thing that the loader does with its short-lived buffers while it goes through a function.
struct LoaderStep: Hashable {
  enum Kind: UInt32 {
    /// The types of operands need more room.
    case growOperands
    /// The open blocks need more room.
    case growBlocks
    /// The slots of operands need more room (fast interpreter).
    case growSlots
    /// Constants need more room: the number says which ones.
    case growConstants
    /// A block opens; the number is the size of a copy of its parameters' slots, 0 for none.
    case open
    /// A branch notes that it waits for the end of a block: the number is the block's depth.
    case waitForEnd
    /// An `if` notes that it waits for its `else`.
    case waitForElse
    /// The innermost block's `else`.
    case meetElse
    /// The innermost block's `end`.
    case meetEnd
    /// A buffer that is freed at once; the number is its size.
    case borrow
    /// A permanent table of the labels of a `br_table` that reach further than 255 blocks
    /// (classic interpreter); the number is that of its labels.
    case keepLabels
  }

  private let bits: UInt32

  init(_ kind: Kind, _ number: Int = 0) {
    bits = kind.rawValue << 28 | UInt32(clamping: min(max(0, number), 0x0FFF_FFFF))
  }

  var kind: Kind { Kind(rawValue: bits >> 28) ?? .borrow }
  var number: Int { Int(bits & 0x0FFF_FFFF) }

  /// The second pass over a function has all the room that the first one made.
  var isGrowth: Bool { kind.rawValue <= Kind.growConstants.rawValue }
}
