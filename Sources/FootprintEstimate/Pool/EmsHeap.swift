/// A simulation of WAMR's allocator on a pool: which block lies where, and when nothing fits.
///
/// It keeps the places of chunks, not their bytes. Small free chunks stand in lists by size, the
/// last freed first; larger ones in an unbalanced binary tree by size. A block takes the first chunk
/// of the smallest list that is large enough, else the best one of the tree, and gives back the rest.
/// Neighbouring free chunks are always joined.
///
/// Source: `alloc_hmu`, `gci_add_fc`, `gc_free_vo` and `gc_realloc_vo` in
/// core/shared/mem-alloc/ems/ems_alloc.c, the same from WAMR 1.0.0 to main.
package struct EmsHeap: Sendable {
  /// A block: the index of its chunk.
  package typealias Block = Int32

  /// Why a block was not given.
  package enum Refusal: Error, Hashable, Sendable {
    case full
    /// The tree has become so deep that the simulation was ended.
    case tooMuchWork
  }

  package let layout: EmsLayout
  /// Where the last chunk ends.
  let end: Int
  var chunks: [Chunk] = []
  /// Chunks that stand for no place now.
  var spare: [Int32] = []
  /// The first chunk of each list, by size / 8.
  var lists: [Int32]
  /// The tree's root; its own size is below all others, so all chunks are on its right.
  var root: Int32 = EmsHeap.none
  /// Bytes in chunks that are in use.
  package internal(set) var usedBytes = 0
  /// The most that `usedBytes` was.
  package internal(set) var highestUse = 0
  /// The end of the highest chunk that was ever used.
  package internal(set) var highestEnd = 0
  /// Steps through the tree that are left.
  var stepsLeft: Int

  static let none: Int32 = -1

  struct Chunk: Sendable {
    var start: Int
    var size: Int
    var isFree: Bool
    /// The neighbours in the pool.
    var before: Int32
    var after: Int32
    /// In a list the previous and next one; in the tree the children.
    var left: Int32 = EmsHeap.none
    var right: Int32 = EmsHeap.none
    var parent: Int32 = EmsHeap.none
  }

  /// `steps` bounds the work: an unbalanced tree can be as deep as it has chunks.
  package init(poolBytes: Int, layout: EmsLayout, steps: Int = 50_000_000) {
    self.layout = layout
    stepsLeft = steps
    lists = Array(repeating: EmsHeap.none, count: EmsLayout.smallestTreeChunk / 8)
    let capacity = layout.capacity(ofPool: poolBytes)
    end = layout.firstChunk + capacity
    highestEnd = layout.firstChunk
    guard capacity > 0 else { return }
    // The first chunk stands in the tree whatever its size.
    chunks.append(
      Chunk(
        start: layout.firstChunk, size: capacity, isFree: true, before: EmsHeap.none,
        after: EmsHeap.none))
    root = 0
  }

  /// The offset of a block from the pool's begin.
  package func offset(of block: Block) -> Int {
    chunks[Int(block)].start + layout.blockOffset
  }

  package mutating func allocate(_ bytes: Int) throws(Refusal) -> Block {
    guard bytes <= EmsLayout.largestChunk - 64 else { throw .full }
    return try take(layout.chunk(for: bytes))
  }

  package mutating func free(_ block: Block) throws(Refusal) {
    var index = block
    usedBytes -= chunks[Int(index)].size
    let before = chunks[Int(index)].before
    if before != EmsHeap.none, chunks[Int(before)].isFree {
      try unlink(before)
      join(before, index)
      index = before
    }
    let after = chunks[Int(index)].after
    if after != EmsHeap.none, chunks[Int(after)].isFree {
      try unlink(after)
      join(index, after)
    }
    try addFree(index)
  }

  /// The block at its new place; the old one stays where nothing fits.
  package mutating func reallocate(_ block: Block, to bytes: Int) throws(Refusal) -> Block {
    guard bytes <= EmsLayout.largestChunk - 64 else { throw .full }
    let size = (bytes + layout.blockOverhead + 7) & ~7
    let old = chunks[Int(block)].size
    guard size > old else { return block }
    let after = chunks[Int(block)].after
    if after != EmsHeap.none, chunks[Int(after)].isFree, size <= old + chunks[Int(after)].size {
      try unlink(after)
      usedBytes += size - old
      let rest = old + chunks[Int(after)].size - size
      if rest > 0 {
        // Even a rest below the smallest chunk becomes one.
        chunks[Int(block)].size = size
        chunks[Int(after)].start += size - old
        chunks[Int(after)].size = rest
        try addFree(after)
      } else {
        join(block, after)
      }
      noteUse(of: block)
      return block
    }
    let new = try take(max(size, layout.smallestChunk))
    try free(block)
    return new
  }

  private mutating func take(_ wanted: Int) throws(Refusal) -> Block {
    guard let index = try findFree(wanted) else { throw .full }
    let rest = chunks[Int(index)].size - wanted
    chunks[Int(index)].isFree = false
    if rest >= layout.smallestChunk {
      let after = chunks[Int(index)].after
      let tail = makeChunk(
        start: chunks[Int(index)].start + wanted, size: rest, before: index, after: after)
      if after != EmsHeap.none { chunks[Int(after)].before = tail }
      chunks[Int(index)].after = tail
      chunks[Int(index)].size = wanted
      try addFree(tail)
    }
    usedBytes += chunks[Int(index)].size
    noteUse(of: index)
    return index
  }

  private mutating func noteUse(of block: Block) {
    highestUse = max(highestUse, usedBytes)
    highestEnd = max(highestEnd, chunks[Int(block)].start + chunks[Int(block)].size)
  }

  /// Makes one chunk of two neighbours; the second one stands for no place then.
  private mutating func join(_ first: Int32, _ second: Int32) {
    let after = chunks[Int(second)].after
    chunks[Int(first)].size += chunks[Int(second)].size
    chunks[Int(first)].after = after
    if after != EmsHeap.none { chunks[Int(after)].before = first }
    spare.append(second)
  }

  private mutating func makeChunk(start: Int, size: Int, before: Int32, after: Int32) -> Int32 {
    let chunk = Chunk(start: start, size: size, isFree: true, before: before, after: after)
    guard let index = spare.popLast() else {
      chunks.append(chunk)
      return Int32(chunks.count - 1)
    }
    chunks[Int(index)] = chunk
    return index
  }
}
