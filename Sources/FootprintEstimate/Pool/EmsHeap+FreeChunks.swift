/// The lists and the tree of free chunks.
extension EmsHeap {
  /// Takes out the chunk in which `wanted` bytes go; nil where there is none.
  mutating func findFree(_ wanted: Int) throws(Refusal) -> Int32? {
    if wanted < EmsLayout.smallestTreeChunk {
      for list in (wanted / 8)..<lists.count where lists[list] != EmsHeap.none {
        let index = lists[list]
        removeFromList(index)
        return index
      }
    }
    var best = EmsHeap.none
    var next = root
    while next != EmsHeap.none {
      try step()
      if chunks[Int(next)].size < wanted {
        next = chunks[Int(next)].right
      } else {
        best = next
        next = chunks[Int(next)].left
      }
    }
    guard best != EmsHeap.none else { return nil }
    try removeFromTree(best)
    return best
  }

  /// `gci_add_fc`.
  mutating func addFree(_ index: Int32) throws(Refusal) {
    chunks[Int(index)].isFree = true
    chunks[Int(index)].left = EmsHeap.none
    chunks[Int(index)].right = EmsHeap.none
    chunks[Int(index)].parent = EmsHeap.none
    let size = chunks[Int(index)].size
    if size < EmsLayout.smallestTreeChunk {
      let head = lists[size / 8]
      chunks[Int(index)].right = head
      if head != EmsHeap.none { chunks[Int(head)].left = index }
      lists[size / 8] = index
      return
    }
    guard root != EmsHeap.none else {
      root = index
      return
    }
    var node = root
    while true {
      try step()
      if chunks[Int(node)].size < size {
        guard chunks[Int(node)].right != EmsHeap.none else {
          chunks[Int(node)].right = index
          break
        }
        node = chunks[Int(node)].right
      } else {
        guard chunks[Int(node)].left != EmsHeap.none else {
          chunks[Int(node)].left = index
          break
        }
        node = chunks[Int(node)].left
      }
    }
    chunks[Int(index)].parent = node
  }

  /// `unlink_hmu`: the initial chunk, too, may be a small one that stands in the tree.
  mutating func unlink(_ index: Int32) throws(Refusal) {
    let isInTree =
      chunks[Int(index)].size >= EmsLayout.smallestTreeChunk || index == root
    if isInTree { try removeFromTree(index) } else { removeFromList(index) }
  }

  private mutating func removeFromList(_ index: Int32) {
    let (previous, next) = (chunks[Int(index)].left, chunks[Int(index)].right)
    if previous == EmsHeap.none {
      lists[chunks[Int(index)].size / 8] = next
    } else {
      chunks[Int(previous)].right = next
    }
    if next != EmsHeap.none { chunks[Int(next)].left = previous }
  }

  /// `remove_tree_node`: a node with two children is replaced by the largest one on its left.
  private mutating func removeFromTree(_ index: Int32) throws(Refusal) {
    let (left, right) = (chunks[Int(index)].left, chunks[Int(index)].right)
    guard left != EmsHeap.none, right != EmsHeap.none else {
      replace(index, by: left == EmsHeap.none ? right : left)
      return
    }
    var heir = left
    while chunks[Int(heir)].right != EmsHeap.none {
      try step()
      heir = chunks[Int(heir)].right
    }
    replace(heir, by: chunks[Int(heir)].left)
    replace(index, by: heir)
    // The heir may have been the left child itself.
    let newLeft = chunks[Int(index)].left
    chunks[Int(heir)].left = newLeft
    chunks[Int(heir)].right = right
    if newLeft != EmsHeap.none { chunks[Int(newLeft)].parent = heir }
    chunks[Int(right)].parent = heir
  }

  /// Puts `child`, which may be none, where `index` hangs.
  private mutating func replace(_ index: Int32, by child: Int32) {
    let parent = chunks[Int(index)].parent
    if parent == EmsHeap.none {
      root = child
    } else if chunks[Int(parent)].right == index {
      chunks[Int(parent)].right = child
    } else {
      chunks[Int(parent)].left = child
    }
    if child != EmsHeap.none { chunks[Int(child)].parent = parent }
  }

  private mutating func step() throws(Refusal) {
    guard stepsLeft > 0 else { throw .tooMuchWork }
    stepsLeft -= 1
  }
}
