/// Gives the call stacks of several stores one numbering.
///
/// A number keeps its meaning where the stores agree on it; where a later store means other frames by
/// it, that store's stack gets another number.
package struct StackNumbering: Sendable {
  private struct Node: Hashable {
    var parent: StackID?
    var frame: [UInt8]
  }

  private var known: [StackID: Node] = [:]
  private var numbers: [Node: StackID] = [:]
  private var next: UInt64

  /// `stores` are the definitions of all of them: new numbers lie beyond theirs.
  package init(_ stores: [[StackDefinition]]) {
    next = (stores.joined().map(\.id.rawValue).max() ?? 0) &+ 1
  }

  /// What the numbers of one store become.
  package struct Renumbering: Sendable {
    fileprivate var changed: [UInt64: UInt64] = [:]
    /// The store's definitions with their new numbers, in order; of two of one number the first.
    package fileprivate(set) var definitions: [StackDefinition] = []

    package var isEmpty: Bool { changed.isEmpty }

    package func number(_ old: UInt64) -> UInt64 { changed[old] ?? old }

    /// Gives the stacks of a batch their new numbers.
    package func apply(to batch: inout EventBatch) {
      guard !isEmpty else { return }
      for row in batch.stacks.indices { batch.stacks[row] = number(batch.stacks[row]) }
    }
  }

  /// Takes the definitions of the next store.
  package mutating func add(_ definitions: [StackDefinition]) -> Renumbering {
    var renumbering = Renumbering()
    var seen: Set<StackID> = []
    for var stack in definitions where seen.insert(stack.id).inserted {
      let old = stack.id
      stack.parent = stack.parent.map { StackID(rawValue: renumbering.number($0.rawValue)) }
      stack.id = number(of: stack)
      if stack.id != old { renumbering.changed[old.rawValue] = stack.id.rawValue }
      renumbering.definitions.append(stack)
    }
    return renumbering
  }

  private mutating func number(of stack: StackDefinition) -> StackID {
    let node = Node(parent: stack.parent, frame: Array(stack.frame.utf8))
    if let meaning = known[stack.id], meaning != node {
      if let number = numbers[node] { return number }
      let number = StackID(rawValue: next)
      next &+= 1
      known[number] = node
      numbers[node] = number
      return number
    }
    known[stack.id] = node
    if numbers[node] == nil { numbers[node] = stack.id }
    return stack.id
  }
}
