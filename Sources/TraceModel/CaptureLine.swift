/// Facts that a capture prints beside its dumps, each with the line it stands on.
package enum CaptureLine: Hashable, Sendable {
  /// The loader's `Memory instantiate` lines: pages after shrinking, and the app heap.
  case loader(LoaderMemory)
  /// The `/proc/self/status` lines of a wasm-c-api debug build.
  case process(ProcessSample)
  /// `Read file, total size:` of a memory-tracing build.
  case fileRead(FileRead)
  /// `Heap created, total size:` of a memory-tracing build.
  case heapCreated(HeapCreated)
  /// The lines of `gc_dump_heap_stats`.
  case heapStatistics(HeapStatistics)
}

package struct LoaderMemory: Hashable, Sendable {
  package var source: Int
  package var line: Int
  package var thread: String?
  package var pageBytes: Int64
  package var initialPages: Int64
  package var maxPages: Int64
  package var heapOffset: Int64?
  package var heapSize: Int64?

  package init(
    source: Int, line: Int, thread: String?, pageBytes: Int64, initialPages: Int64,
    maxPages: Int64, heapOffset: Int64? = nil, heapSize: Int64? = nil
  ) {
    self.source = source
    self.line = line
    self.thread = thread
    self.pageBytes = pageBytes
    self.initialPages = initialPages
    self.maxPages = maxPages
    self.heapOffset = heapOffset
    self.heapSize = heapSize
  }
}

package struct ProcessSample: Hashable, Sendable {
  package var source: Int
  package var line: Int
  /// The text behind `[MEM]`, such as `wasm_store_new(...) L664`; nil where it is not printed.
  package var label: String?
  /// Name (`VmRSS`) and bytes (printed kB x 1024), in the order printed.
  package var values: [NamedBytes]

  package init(source: Int, line: Int, label: String?, values: [NamedBytes]) {
    self.source = source
    self.line = line
    self.label = label
    self.values = values
  }
}

package struct NamedBytes: Hashable, Sendable {
  package var name: String
  package var bytes: Int64

  package init(_ name: String, _ bytes: Int64) {
    self.name = name
    self.bytes = bytes
  }
}

package struct FileRead: Hashable, Sendable {
  package var source: Int
  package var line: Int
  package var bytes: Int64

  package init(source: Int, line: Int, bytes: Int64) {
    self.source = source
    self.line = line
    self.bytes = bytes
  }
}

package struct HeapCreated: Hashable, Sendable {
  package var source: Int
  package var line: Int
  package var totalBytes: Int64
  package var structBytes: Int64?
  package var actualBytes: Int64?
  package var paddingBytes: Int64?

  package init(
    source: Int, line: Int, totalBytes: Int64, structBytes: Int64? = nil,
    actualBytes: Int64? = nil, paddingBytes: Int64? = nil
  ) {
    self.source = source
    self.line = line
    self.totalBytes = totalBytes
    self.structBytes = structBytes
    self.actualBytes = actualBytes
    self.paddingBytes = paddingBytes
  }
}

package struct HeapStatistics: Hashable, Sendable {
  package var source: Int
  package var line: Int
  /// The heap's address as printed.
  package var heap: String?
  package var freeBytes: Int64
  package var currentBytes: Int64
  package var highmarkBytes: Int64
  /// Allocated less freed since creation; WAMR prints a wrapped value where this is negative.
  package var occupiedBytes: Int64?

  package init(
    source: Int, line: Int, heap: String?, freeBytes: Int64, currentBytes: Int64,
    highmarkBytes: Int64, occupiedBytes: Int64? = nil
  ) {
    self.source = source
    self.line = line
    self.heap = heap
    self.freeBytes = freeBytes
    self.currentBytes = currentBytes
    self.highmarkBytes = highmarkBytes
    self.occupiedBytes = occupiedBytes
  }
}
