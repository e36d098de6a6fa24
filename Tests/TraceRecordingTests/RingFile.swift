import CMemtraceChannel
import Glibc
import TraceRecording

/// A ring file as a recorded program would write it, by hand.
@safe final class RingFile {
  let path: String
  private let header: UnsafeMutablePointer<memtrace_ring>
  private let words: UnsafeMutablePointer<UInt64>
  private let capacity: Int
  private var reserved: UInt64 = 0

  struct Failure: Error {}

  init(
    in folder: String, pid: UInt32 = 100, start: UInt64 = 1, number: UInt32 = 0, tid: UInt32 = 100,
    capacity: Int = 1 << 16
  ) throws {
    path = "\(folder)/\(pid)-\(start)-\(number).ring"
    self.capacity = capacity
    let size = Int(MEMTRACE_RING_HEADER_BYTES) + capacity
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(size)) == 0,
      let base = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      unsafe base != MAP_FAILED
    else { throw Failure() }
    close(descriptor)
    unsafe header = base.assumingMemoryBound(to: memtrace_ring.self)
    unsafe words = (base + Int(MEMTRACE_RING_HEADER_BYTES)).assumingMemoryBound(to: UInt64.self)
    unsafe header.pointee.version = MEMTRACE_CHANNEL_VERSION
    unsafe header.pointee.pid = pid
    unsafe header.pointee.process_start = start
    unsafe header.pointee.capacity = UInt64(capacity)
    unsafe header.pointee.number = number
    unsafe header.pointee.tid = tid
    unsafe header.pointee.magic = MEMTRACE_CHANNEL_MAGIC
  }

  deinit { unsafe munmap(header, Int(MEMTRACE_RING_HEADER_BYTES) + capacity) }

  // MARK: Header

  var isBusy: Bool {
    get { unsafe header.pointee.busy != 0 }
    set { unsafe header.pointee.busy = newValue ? 1 : 0 }
  }
  var consumed: UInt64 { unsafe memtrace_load(&header.pointee.consumed) }
  var isAbandoned: Bool { unsafe memtrace_load32(&header.pointee.reader_gone) != 0 }

  func setHeader(_ change: (inout memtrace_ring) -> Void) { unsafe change(&header.pointee) }

  func setWord(_ index: Int, _ value: UInt64) { unsafe words[index] = value }

  // MARK: Records

  /// A claimed place for a record.
  struct Claim {
    var index: Int
    var operation: RecordOperation
    var flags: UInt8
    var stack: UInt32
    var words: Int
  }

  /// Claims and writes a record, all but its first word.
  func claim(
    _ operation: RecordOperation, at time: UInt64, _ arguments: [UInt64] = [], text: String? = nil,
    stack: UInt32 = 0
  ) -> Claim {
    var content = arguments
    var flags: UInt8 = 0
    if let text {
      var bytes = Array(text.utf8)
      let padding = (8 - bytes.count % 8) % 8
      bytes += [UInt8](repeating: 0, count: padding)
      flags = 8 | UInt8(padding)
      for start in stride(from: 0, to: bytes.count, by: 8) {
        content.append((0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64($1 * 8) })
      }
    }
    let count = 2 + content.count
    var offset = Int(reserved) % capacity / 8
    if offset + count > capacity / 8 {
      unsafe words[offset] = memtrace_record_word(
        RecordOperation.skip.rawValue, 0, UInt16(capacity / 8 - offset), 0)
      reserved += UInt64(capacity - offset * 8)
      offset = 0
    }
    reserved += UInt64(count * 8)
    unsafe header.pointee.reserved = reserved
    unsafe words[offset] = memtrace_record_word(0, 0, UInt16(count), 0)
    unsafe words[offset + 1] = time
    for (index, word) in content.enumerated() { unsafe words[offset + 2 + index] = word }
    return Claim(
      index: offset, operation: operation, flags: flags, stack: stack, words: count)
  }

  func complete(_ claim: Claim) {
    unsafe words[claim.index] = memtrace_record_word(
      claim.operation.rawValue, claim.flags, UInt16(claim.words), claim.stack)
  }

  func write(
    _ operation: RecordOperation, at time: UInt64, _ arguments: [UInt64] = [], text: String? = nil,
    stack: UInt32 = 0
  ) {
    complete(claim(operation, at: time, arguments, text: text, stack: stack))
  }
}
