/// What WAMR's allocator adds to each block and to the pool itself.
///
/// Source: core/shared/mem-alloc/ems/ems_gc_internal.h and `gc_init_with_pool` in ems_kfc.c, the same
/// from WAMR 1.0.0 to main.
package struct EmsLayout: Hashable, Sendable {
  /// `gc_heap_t`, which stands at the pool's begin.
  package var heapStructBytes: Int
  package var pointerBytes: Int
  /// The build checks blocks (`GC_HEAP_VERIFY`): a file name, a line and marks around each.
  package var marksBlocks: Bool

  package init(heapStructBytes: Int, pointerBytes: Int, marksBlocks: Bool = false) {
    self.heapStructBytes = max(0, min(heapStructBytes, 65_536))
    self.pointerBytes = pointerBytes
    self.marksBlocks = marksBlocks
  }

  /// The header before a block, and what a build that checks blocks puts around it.
  package var blockOverhead: Int { marksBlocks ? 4 + 24 + 16 : 4 }

  /// What lies between a chunk's begin and the block that its user gets.
  package var blockOffset: Int { marksBlocks ? 4 + 24 : 4 }

  /// The smallest chunk; a rest that is smaller stays with the block before it.
  package var smallestChunk: Int { (blockOverhead + 8 + 7) & ~7 }

  /// Where the first chunk begins: chunks begin 4 bytes before a multiple of 8.
  package var firstChunk: Int { (heapStructBytes + 7) & ~7 + 4 }

  /// Free chunks below this size are kept in lists by size, larger ones in a tree.
  package static let smallestTreeChunk = 248

  /// `APP_HEAP_SIZE_MIN`: a smaller pool is refused.
  package static let smallestPool = 256

  /// A chunk's size has 27 bits, in units of 8 bytes.
  package static let largestChunk = (1 << 30) - 8

  /// The chunk that a block of `bytes` needs; a block of none gets one byte.
  package func chunk(for bytes: Int) -> Int {
    max(smallestChunk, (max(1, bytes) + blockOverhead + 7) & ~7)
  }

  /// What of a pool can hold blocks; 0 where the pool is too small to be one.
  package func capacity(ofPool bytes: Int) -> Int {
    guard bytes >= EmsLayout.smallestPool else { return 0 }
    return max(0, (bytes - firstChunk) & ~7)
  }
}
