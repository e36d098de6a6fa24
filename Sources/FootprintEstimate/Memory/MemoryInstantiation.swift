import TraceModel

/// The first memory of an instance, with the app heap that the runtime puts into it.
///
/// Source: `memory_instantiate` in core/iwasm/interpreter/wasm_runtime.c and in
/// core/iwasm/aot/aot_runtime.c.
package struct MemoryInstantiation: Hashable, Sendable {
  /// Where the app heap went.
  package enum HeapPlace: Hashable, Sendable {
    case none
    /// The module has `malloc` and `free` of its own, which serve the host as well.
    case servedByModule
    /// The only page was enlarged.
    case enlargedPage
    /// Before what `__heap_base` began, which was moved up.
    case beforeHeapBase
    /// In new pages behind the last one.
    case appendedPages
  }

  package let shape: MemoryShape
  package let heapPlace: HeapPlace
  /// Where the app heap begins.
  package let heapOffset: Int64
  package let heapBytes: Int64
  /// How far `__heap_base` was moved up.
  package let heapBaseShift: Int64

  /// `heapBytes` is what was asked for; `index` the memory's place: later memories have no heap.
  package init(
    _ loaded: MemoryShape, index: Int, heapBytes requested: Int64, auxiliary: AuxiliaryLayout?,
    exportsAllocator: Bool, build: RuntimeBuild
  ) {
    var shape = loaded
    if let limit = build.configuration.maxMemoryPages, limit > 0, build.version >= .v2_0 {
      shape.maximumPages = min(shape.maximumPages, max(limit, shape.initialPages))
    }
    var heap = min((max(0, requested) + 7) & ~7, MemoryInstantiation.maximumHeap(build))
    // Versions before 2.0 gave every memory a heap, and there was only one.
    let mayHaveHeap = index == 0 || build.version < .v2_0
    var place = HeapPlace.none
    var offset = shape.initialBytes
    var shift: Int64 = 0
    if heap > 0, exportsAllocator { place = .servedByModule }
    if !mayHaveHeap || exportsAllocator { heap = 0 }
    if shape.initialPages == 1, shape.maximumPages == 1 {
      offset = shape.pageBytes
      shape.pageBytes += heap
      if heap > 0 { place = .enlargedPage }
    } else if heap > 0 {
      let added: Int64
      if shape.initialPages == 0, shape.maximumPages == 0 {
        shape.pageBytes = heap
        (offset, added, place) = (0, 1, .enlargedPage)
      } else if let auxiliary, auxiliary.heapBase < shape.initialBytes {
        let insertion = HeapInsertion(at: auxiliary.heapBase, bytes: heap, page: shape.pageBytes)
        (offset, added, place) = (auxiliary.heapBase, insertion.pages, .beforeHeapBase)
        shift = insertion.shift
      } else {
        added = (heap + shape.pageBytes - 1) / max(1, shape.pageBytes)
        // Whole pages, of which the last KiB stays free.
        heap = LargestSize.product(shape.pageBytes, added) - 1024
        place = .appendedPages
      }
      shape.initialPages += added
      shape.maximumPages = min(shape.maximumPages + added, max(65_536, loaded.maximumPages))
    }
    if shape.initialPages == 65_536, shape.pageBytes == 65_536, build.version < .v2_0,
      build.version >= .v1_2 || heap > 0
    {
      shape.pageBytes = Int64(UInt32.max)
      shape.initialPages = 1
      shape.maximumPages = 1
    }
    self.shape = shape
    heapPlace = place
    heapOffset = offset
    self.heapBytes = heap
    heapBaseShift = shift
  }

  /// `APP_HEAP_SIZE_MAX` of core/config.h.
  private static func maximumHeap(_ build: RuntimeBuild) -> Int64 {
    build.profile.sizes["APP_HEAP_SIZE_MAX"] ?? 1 << 30
  }

  /// The bytes that instantiation commits, before any growth.
  package var initialBytes: Int64 { shape.initialBytes }

  /// The most that `memory.grow` can make of it.
  package var maximumBytes: Int64 { LargestSize.product(shape.pageBytes, shape.maximumPages) }
}

/// Pages that are added when the app heap moves what is above `__heap_base`.
private struct HeapInsertion {
  let pages: Int64
  let shift: Int64

  init(at base: Int64, bytes: Int64, page: Int64) {
    var added = (bytes - HeapInsertion.room(after: base, page: page) + page - 1) / page
    var moved = bytes
    // Less than a KiB before the page's end: one more page, and the data begin in it.
    if HeapInsertion.room(after: base + bytes, page: page) < 1024 {
      moved += 1024
      added += 1
    }
    pages = added
    shift = moved
  }

  private static func room(after offset: Int64, page: Int64) -> Int64 {
    let used = offset % page
    return used == 0 ? 0 : page - used
  }
}
