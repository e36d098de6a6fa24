import CMemtraceChannel

/// What a record of a ring says; the numbers of `memtrace_op` in the channel's header.
package enum RecordOperation: UInt8, CaseIterable, Sendable {
  case none = 0
  case skip = 1
  case process = 2
  case owner = 3
  case stack = 4
  case image = 5
  case imageGone = 6

  case malloc = 16
  case calloc = 17
  case memalign = 18
  case alignedAlloc = 19
  case posixMemalign = 20
  case valloc = 21
  case pvalloc = 22
  case realloc = 23
  case free = 24

  case mmap = 32
  case munmap = 33
  case mprotect = 34
  case mremap = 35
  case madvise = 36
  case brk = 37

  case pthreadCreate = 48
  case threadStart = 49
  case threadExit = 50
  case threadName = 51

  case fork = 64
  case exec = 65
  case execFailed = 66
  case exit = 67
  case signal = 68

  /// How many arguments stand behind the time.
  package var argumentCount: Int {
    switch self {
    case .none, .skip, .stack, .threadExit, .threadName, .exec: 0
    case .owner, .free, .fork, .execFailed, .exit, .signal: 1
    case .imageGone, .malloc, .calloc, .valloc, .pvalloc, .munmap, .brk, .pthreadCreate: 2
    case .process, .memalign, .alignedAlloc, .posixMemalign: 3
    case .image, .realloc, .mprotect, .madvise, .threadStart: 4
    case .mremap: 5
    case .mmap: 6
    }
  }

  /// Whether its time was read before what it says happened.
  package var isRelease: Bool { self == .free || self == .munmap }
}
