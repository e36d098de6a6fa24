/// What is to be said of heap blocks by their call stack alone, by the stack's id: what most events
/// ask.
struct PlainCategories {
  /// No rule speaks: the block keeps the category that it has.
  static let own: UInt8 = .max
  /// More must be asked.
  static let notPlain: UInt8 = .max - 1

  /// A category's code, or one of the above; ids are small.
  private(set) var codes: [UInt8] = []
  /// Of larger ids.
  private(set) var codeBeyond = PlainCategories.own
  /// Whether no stack has frames.
  private(set) var isEmpty = true

  /// Takes a stack that has frames.
  mutating func define(_ stack: UInt64, as code: UInt8, isNear: Bool) {
    isEmpty = false
    guard isNear else {
      codeBeyond = PlainCategories.notPlain
      return
    }
    codes.set(code, at: Int(stack), filling: PlainCategories.own)
  }

  /// Whether nothing is said yet of a stack of which something can be.
  func awaits(_ stack: UInt64) -> Bool {
    stack < UInt64(codes.count) && codes[Int(stack)] == PlainCategories.notPlain
  }

  mutating func note(_ code: UInt8, of stack: UInt64) {
    if stack < UInt64(codes.count) { codes[Int(stack)] = code }
  }
}

extension Array {
  /// Sets what is at a place, with `filler` at those before it that there were none of yet.
  mutating func set(_ element: Element, at place: Int, filling filler: Element) {
    if place < count {
      self[place] = element
    } else {
      while count < place { append(filler) }
      append(element)
    }
  }
}
