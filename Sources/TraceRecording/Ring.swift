import CMemtraceChannel
import Glibc

/// One ring of a recorded thread: a file of the session folder, mapped.
///
/// What the program writes is not trusted: every place is taken modulo the capacity, and a record
/// is looked at again when it is taken out.
@safe final class Ring {
  /// Capacities that a ring may have.
  static let capacities: ClosedRange<UInt64> = 4096...(1 << 30)

  let pid: UInt32
  let processStart: UInt64
  let number: UInt32
  private let header: UnsafeMutablePointer<memtrace_ring>
  private let words: UnsafeMutablePointer<UInt64>
  let capacity: UInt64
  private let mask: UInt64
  private let leastWords = RecordHead.leastWords

  /// Bytes since the beginning: given back to the writer, taken out, and seen to be complete.
  private var returned: UInt64
  private(set) var taken: UInt64
  private(set) var seen: UInt64
  /// The end of what was zeroed or is zero: as far as the writer may have written.
  private var limit: UInt64 { returned &+ capacity }

  /// Every record up to this time is seen.
  var known: UInt64 = 0
  /// The time of the last record seen.
  private(set) var lastTime: UInt64 = 0
  /// The present owner, up to `taken`.
  var thread: UInt64
  /// No sense can be made of its content any more.
  private(set) var isDamaged = false
  /// What is known of its writer's progress, and since when it has been so.
  private var progress: (reserved: UInt64, seen: UInt64) = (0, 0)
  private var unchangedSince: UInt64 = 0

  enum Opening {
    case ring(Ring)
    /// Its writer has not finished it yet.
    case unfinished
    case foreign(String)
  }

  static func open(_ path: String) -> Opening {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return .foreign("cannot be opened") }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return .foreign("is no file")
    }
    let size = UInt64(max(0, status.st_size))
    let headerBytes = UInt64(MEMTRACE_RING_HEADER_BYTES)
    guard size > headerBytes else { return .unfinished }
    guard size <= headerBytes + capacities.upperBound else { return .foreign("is too large") }
    guard
      let base = unsafe mmap(
        nil, Int(size), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe base != MAP_FAILED
    else { return .foreign("cannot be mapped") }
    let header = unsafe base.assumingMemoryBound(to: memtrace_ring.self)
    let problem: String?
    let magic = unsafe memtrace_load(&header.pointee.magic)
    let capacity = unsafe header.pointee.capacity
    if magic == 0 {
      unsafe munmap(base, Int(size))
      return .unfinished
    } else if magic != MEMTRACE_CHANNEL_MAGIC {
      problem = "is no ring"
    } else if unsafe header.pointee.version != MEMTRACE_CHANNEL_VERSION {
      problem = "is of version \(unsafe header.pointee.version)"
    } else if !capacities.contains(capacity) || capacity.nonzeroBitCount != 1
      || size != headerBytes + capacity
    {
      problem = "has an impossible size"
    } else {
      problem = nil
    }
    if let problem {
      unsafe munmap(base, Int(size))
      return .foreign(problem)
    }
    return unsafe .ring(Ring(header, capacity: capacity))
  }

  private init(_ header: UnsafeMutablePointer<memtrace_ring>, capacity: UInt64) {
    unsafe self.header = unsafe header
    unsafe words =
      (UnsafeMutableRawPointer(header) + Int(MEMTRACE_RING_HEADER_BYTES))
      .assumingMemoryBound(to: UInt64.self)
    self.capacity = capacity
    mask = capacity / 8 - 1
    pid = unsafe header.pointee.pid
    processStart = unsafe header.pointee.process_start
    number = unsafe header.pointee.number
    thread = UInt64(unsafe memtrace_load32(&header.pointee.tid))
    returned = unsafe memtrace_load(&header.pointee.consumed) & ~7
    taken = returned
    seen = returned
  }

  deinit {
    unsafe munmap(header, Int(MEMTRACE_RING_HEADER_BYTES) + Int(capacity))
  }

  // MARK: Header

  var isBusy: Bool { unsafe memtrace_load(&header.pointee.busy) != 0 }
  var lost: UInt64 { unsafe memtrace_load(&header.pointee.lost) }

  /// How full it is, in bytes that are not taken out.
  var fill: UInt64 {
    min(unsafe memtrace_load(&header.pointee.reserved) &- taken, capacity)
  }

  /// Tells the writer that nobody reads any more.
  func abandon() {
    unsafe memtrace_store32(&header.pointee.reader_gone, 1)
    wakeWriter()
  }

  /// Its writer was outside of an operation.
  func rested(at now: UInt64) { unchangedSince = now }

  /// Whether a busy writer has done nothing for this long.
  func isStuck(at now: UInt64, for nanoseconds: UInt64) -> Bool {
    let present = (unsafe memtrace_load(&header.pointee.reserved), seen)
    if present != progress {
      progress = present
      unchangedSince = now
      return false
    }
    return now &- unchangedSince > nanoseconds
  }

  // MARK: Words

  @inline(__always)
  func word(_ index: UInt64, at place: UInt64) -> UInt64 {
    unsafe words[Int(truncatingIfNeeded: (place >> 3 &+ index) & mask)]
  }

  @inline(__always)
  func head(at place: UInt64) -> RecordHead {
    RecordHead(
      word: unsafe memtrace_load(words + Int(truncatingIfNeeded: place >> 3 & mask)))
  }

  /// The bytes of a text that begins at a word of a record; empty where it has none.
  func text(at place: UInt64, from index: UInt64) -> [UInt8] {
    let head = head(at: place)
    guard head.hasText, head.words > index else { return [] }
    let bytes = (head.words - index) * 8 - head.textPadding
    return (0..<min(bytes, UInt64(LogText.longestText))).map { offset in
      UInt8(truncatingIfNeeded: word(index + offset / 8, at: place) >> (offset % 8 * 8))
    }
  }

  /// A record's length in bytes; nil where none can stand here.
  @inline(__always)
  private func length(of head: RecordHead, at place: UInt64) -> UInt64? {
    let room = capacity &- (place & (capacity &- 1))
    if head.operation == RecordOperation.skip.rawValue { return room }
    let least = leastWords[Int(head.operation)]
    let bytes = head.words &* 8
    guard head.words >= least, bytes <= room else { return nil }
    return bytes
  }

  // MARK: Reading

  /// Looks at complete records up to a limit of bytes; `visit` gets those that are no events.
  ///
  /// Where the writer has ended (`isOver`), what it had claimed only is passed over. Returns
  /// whether there may be more.
  func look(
    _ bytes: UInt64, isOver: Bool, visit: (RecordHead, UInt64) -> Void
  ) -> Bool {
    // Behind what is claimed the file may have no storage yet: it is not touched there.
    let claimed = min(unsafe memtrace_load(&header.pointee.reserved), limit)
    guard seen < claimed else { return false }
    let end = seen &+ min(bytes, claimed &- seen)
    while seen < end, !isDamaged {
      let head = head(at: seen)
      let isClaimed = head.operation == RecordOperation.none.rawValue
      if isClaimed, !isOver || head.words == 0 { return false }
      guard let length = length(of: head, at: seen), length <= limit &- seen else {
        isDamaged = true
        return false
      }
      switch head.operation {
      case RecordOperation.none.rawValue, RecordOperation.skip.rawValue: break
      case RecordOperation.stack.rawValue, RecordOperation.process.rawValue: visit(head, seen)
      default: if head.words > 1 { lastTime = max(lastTime, word(1, at: seen)) }
      }
      seen &+= length
    }
    return seen < claimed && !isDamaged
  }

  /// Goes on behind the record that was taken out.
  @inline(__always)
  func take(_ head: RecordHead) {
    // It was seen whole; a writer that changes it now damages only itself.
    let length = length(of: head, at: taken) ?? 8
    taken &+= min(max(8, length), seen &- taken)
    if taken &- returned >= 1 << 16 { giveBack() }
  }

  /// Zeroes what was taken out and gives it back to the writer.
  func giveBack() {
    guard taken != returned else { return }
    let bytes = Int(truncatingIfNeeded: taken &- returned)
    let start = Int(truncatingIfNeeded: returned & (capacity &- 1))
    let first = min(bytes, Int(capacity) - start)
    let base = unsafe UnsafeMutableRawPointer(words)
    unsafe memset(base + start, 0, first)
    if first < bytes { unsafe memset(base, 0, bytes - first) }
    returned = taken
    unsafe memtrace_store(&header.pointee.consumed, returned)
    wakeWriter()
  }

  private func wakeWriter() {
    if unsafe memtrace_load32(&header.pointee.space_wanted) != 0,
      unsafe memtrace_exchange32(&header.pointee.space_wanted, 0) != 0
    {
      unsafe memtrace_wake(&header.pointee.space_wanted)
    }
  }
}
