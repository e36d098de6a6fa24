/// The call stacks of a process as one tree of return addresses.
///
/// A stack is a path from the outermost caller; stacks that begin alike share nodes, and a stack
/// that two threads define is one node.
@safe struct StackTree {
  /// What the recorder's id of a stack may be at most: a table of them has to fit in memory.
  static let mostStacks = 1 << 24

  struct Node {
    var address: UInt64
    /// A parent stands before its children; node 0 is the root, which is no frame.
    var parent: UInt32
    /// The number of the innermost frame in the log; 0 where none is defined.
    var frame: UInt64
  }

  private(set) var nodes = [Node(address: 0, parent: 0, frame: 0)]
  /// The recorder's id to the node of the innermost frame; 0 where it is not defined.
  private var leaves: [UInt32] = [0]
  /// The recorder's id to the number in the log; 0 where it is not known.
  private var frames: [UInt64] = [0]

  /// Open addressing: nodes by parent and address; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 12)

  // MARK: Definitions

  /// Takes a stack's return addresses, innermost first; false where the id is impossible.
  mutating func define(_ id: UInt32, count: Int, address: (Int) -> UInt64) -> Bool {
    let id = Int(id)
    guard id > 0, id < StackTree.mostStacks else { return false }
    var node: UInt32 = 0
    for index in stride(from: count - 1, through: 0, by: -1) {
      node = child(of: node, at: address(index))
    }
    if id >= leaves.count {
      let missing = max(id + 1, min(leaves.count * 2, StackTree.mostStacks)) - leaves.count
      leaves.append(contentsOf: repeatElement(0, count: missing))
      frames.append(contentsOf: repeatElement(0, count: missing))
    }
    leaves[id] = node
    frames[id] = nodes[Int(node)].frame
    return true
  }

  private mutating func child(of parent: UInt32, at address: UInt64) -> UInt32 {
    var slot = StackTree.hash(parent, address) & (slots.count - 1)
    while slots[slot] != 0 {
      let node = nodes[Int(slots[slot])]
      if node.parent == parent, node.address == address { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let node = UInt32(truncatingIfNeeded: nodes.count)
    nodes.append(Node(address: address, parent: parent, frame: 0))
    slots[slot] = node
    if nodes.count * 2 > slots.count { grow() }
    return node
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    for (index, node) in nodes.enumerated().dropFirst() {
      var slot = StackTree.hash(node.parent, node.address) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(truncatingIfNeeded: index)
    }
  }

  private static func hash(_ parent: UInt32, _ address: UInt64) -> Int {
    var mixed = address ^ UInt64(parent) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 32) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) >> 1)
  }

  // MARK: Use

  /// The number in the log of a stack that is defined there; 0 where it is not.
  @inline(__always)
  func frame(of id: UInt32) -> UInt64 {
    let id = Int(id)
    return id < frames.count ? frames[id] : 0
  }

  /// The node of a stack's innermost frame; nil where the recorder has not defined it.
  func leaf(of id: UInt32) -> UInt32? {
    let id = Int(id)
    guard id < leaves.count, leaves[id] != 0 else { return nil }
    return leaves[id]
  }

  mutating func setFrame(_ frame: UInt64, ofNode node: UInt32) {
    nodes[Int(node)].frame = frame
  }

  mutating func setFrame(_ frame: UInt64, ofStack id: UInt32) {
    frames[Int(id)] = frame
  }

  /// Forgets what the log says of stacks through these addresses: other code stands there now.
  mutating func forgetFrames(in range: Range<UInt64>) {
    var isGone = [Bool](repeating: false, count: nodes.count)
    for index in nodes.indices.dropFirst()
    where range.contains(nodes[index].address) || isGone[Int(nodes[index].parent)] {
      isGone[index] = true
      nodes[index].frame = 0
    }
    for id in leaves.indices { frames[id] = nodes[Int(leaves[id])].frame }
  }
}
