package import TraceModel

/// Everything that is live after an event, told without call stacks, whose numbers are a store's own.
package struct LiveSet: Hashable, Sendable {
  package struct Block: Hashable, Sendable {
    package var address: UInt64
    package var size: UInt64
    package var thread: UInt64
  }

  /// Heap blocks, by address.
  package var blocks: [Block]
  /// Blocks and mappings by category and thread.
  package var cells: [CellBytes]
}

extension EventMatcher {
  /// What is live after everything matched so far.
  package var liveSet: LiveSet {
    var live: [LiveSet.Block] = []
    blocks.forEach { block in
      live.append(
        LiveSet.Block(
          address: block.address, size: block.size,
          thread: cells.cells[Int(block.cell)].thread))
    }
    return LiveSet(blocks: live.sorted { $0.address < $1.address }, cells: liveCells)
  }

  /// Live bytes by category and thread.
  package var liveCells: [CellBytes] { cells.checkpoint }

  /// The ordinals of the allocations whose blocks are live, in order.
  var liveAllocations: [UInt64] {
    var allocations: [UInt64] = []
    blocks.forEach { allocations.append($0.allocation) }
    return allocations.sorted()
  }
}
