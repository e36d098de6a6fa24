/// One event of an allocator log that changes the heap.
struct HeapEvent {
  enum Operation: String, CaseIterable {
    case malloc, free, realloc, calloc, memalign, valloc, pvalloc
    case alignedAlloc = "aligned_alloc"
    case posixMemalign = "posix_memalign"
  }

  var time: UInt64
  var thread: UInt64
  var operation: Operation
  var address: UInt64
  var old: UInt64?
  var size: UInt64?
  var stack: UInt64?

  /// Whether it ends a block and begins another.
  var isReplacement: Bool { operation == .realloc && old ?? 0 != 0 && address != 0 }
}
