/// What an allocator log line says happened; unknown operations are kept by name.
package enum EventOperation: Hashable, Sendable {
  case malloc
  case calloc
  case memalign
  case alignedAlloc
  case posixMemalign
  case valloc
  case pvalloc
  case realloc
  case free
  case mmap
  case munmap
  case mprotect
  case mremap
  case madvise
  case pthreadCreate
  case thread
  case threadStart
  case threadExit
  case sample
  case image
  case mark
  case exec
  case exit
  case signal
  case other(String)

  private static let known: [(EventOperation, String)] = [
    (.malloc, "malloc"), (.calloc, "calloc"), (.memalign, "memalign"),
    (.alignedAlloc, "aligned_alloc"), (.posixMemalign, "posix_memalign"), (.valloc, "valloc"),
    (.pvalloc, "pvalloc"), (.realloc, "realloc"), (.free, "free"), (.mmap, "mmap"),
    (.munmap, "munmap"), (.mprotect, "mprotect"), (.mremap, "mremap"), (.madvise, "madvise"),
    (.pthreadCreate, "pthread_create"), (.thread, "thread"), (.threadStart, "thread-start"),
    (.threadExit, "thread-exit"), (.sample, "sample"), (.image, "image"), (.mark, "mark"),
    (.exec, "exec"), (.exit, "exit"), (.signal, "signal"),
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: known.map { ($0.1, $0.0) })
  private static let names = Dictionary(uniqueKeysWithValues: known.map { ($0.0, $0.1) })

  package init(name: String) {
    self = EventOperation.byName[name] ?? .other(name)
  }

  package var name: String {
    if case .other(let name) = self { return name }
    return EventOperation.names[self] ?? ""
  }

  /// Whether a heap block may begin in its events.
  package var mayBeginBlock: Bool { isAllocation || self == .realloc }

  /// Whether it creates a heap block at `addr`.
  package var isAllocation: Bool {
    switch self {
    case .malloc, .calloc, .memalign, .alignedAlloc, .posixMemalign, .valloc, .pvalloc: true
    default: false
    }
  }
}
