/// Guesses where an allocator puts a block, from what it did before: both the writer and the reader
/// of a store run it, and the store keeps only what the guess lacks.
///
/// For each thread and class of sizes it keeps the addresses that the thread freed last, and the
/// last address that was none of these. Classes are those of the GNU C library: what is asked for
/// and 8 bytes, in steps of 16, at least 32. Lists of different threads and classes may share a
/// place, and so may threads: guesses then are worse, never wrong.
///
/// Rationale: memory of fixed size, reached by masked places, so that no file makes it grow or
/// reach beyond.
@safe struct AddressModel: @unchecked Sendable {
  /// What the writer keeps of an address: up to 15 the place in the list of freed blocks.
  enum Code {
    static let inPlace: UInt8 = 16
    /// Where the thread's block before ends.
    static let next: UInt8 = 17
    /// Where the highest small block of the thread ends.
    static let top: UInt8 = 18
    /// So many steps of 16 bytes, or of one byte, from the list's last address of this kind.
    static let steps: UInt8 = 19
    static let bytes: UInt8 = 20
  }

  private static let listCount = 1024
  private static let listLength = 16
  private static let threadCount = 256
  /// Larger blocks are mappings of their own, mostly.
  private static let smallBytes: UInt64 = 131_072

  private struct Thread {
    var next: UInt64 = 0
    var top: UInt64 = 0
  }

  /// The lists, which a copy of the model shares.
  @safe private final class Lists {
    let addresses: UnsafeMutablePointer<UInt64>
    let references: UnsafeMutablePointer<UInt64>
    let heads: UnsafeMutablePointer<UInt8>
    let counts: UnsafeMutablePointer<UInt8>
    let threads: UnsafeMutablePointer<Thread>

    init() {
      unsafe threads = .allocate(capacity: threadCount)
      unsafe threads.initialize(repeating: Thread(), count: threadCount)
      unsafe addresses = .allocate(capacity: listCount * listLength)
      unsafe addresses.initialize(repeating: 0, count: listCount * listLength)
      unsafe references = .allocate(capacity: listCount)
      unsafe references.initialize(repeating: 0, count: listCount)
      unsafe heads = .allocate(capacity: listCount)
      unsafe heads.initialize(repeating: 0, count: listCount)
      unsafe counts = .allocate(capacity: listCount)
      unsafe counts.initialize(repeating: 0, count: listCount)
    }

    deinit {
      unsafe threads.deallocate()
      unsafe addresses.deallocate()
      unsafe references.deallocate()
      unsafe heads.deallocate()
      unsafe counts.deallocate()
    }
  }

  private let lists = Lists()
  private let addresses: UnsafeMutablePointer<UInt64>
  private let references: UnsafeMutablePointer<UInt64>
  /// The place of the address that was freed last, and how many there are.
  private let heads: UnsafeMutablePointer<UInt8>
  private let counts: UnsafeMutablePointer<UInt8>
  private let threads: UnsafeMutablePointer<Thread>

  init() {
    unsafe threads = lists.threads
    unsafe addresses = lists.addresses
    unsafe references = lists.references
    unsafe heads = lists.heads
    unsafe counts = lists.counts
  }

  /// Notes that a thread has released a block.
  @inline(__always)
  func release(_ address: UInt64, size: UInt64, thread: UInt64) {
    let list = AddressModel.list(thread: thread, chunk: AddressModel.chunk(size))
    let head = unsafe (heads[list] &+ 1) & 15
    unsafe heads[list] = head
    unsafe addresses[list << 4 | Int(head)] = address
    if unsafe counts[list] < 16 { unsafe counts[list] += 1 }
  }

  /// What to keep of a new block's address.
  @inline(__always)
  func encode(
    _ address: UInt64, size: UInt64, thread: UInt64, isInPlace: Bool
  ) -> (code: UInt8, step: UInt64) {
    let chunk = AddressModel.chunk(size)
    let list = AddressModel.list(thread: thread, chunk: chunk)
    let state = AddressModel.state(of: thread)
    if isInPlace {
      note(address, chunk: chunk, size: size, state: state)
      return (Code.inPlace, 0)
    }
    let head = unsafe Int(heads[list])
    let count = unsafe Int(counts[list])
    for depth in 0..<count where unsafe addresses[list << 4 | (head &- depth) & 15] == address {
      take(depth, of: list, head: head)
      note(address, chunk: chunk, size: size, state: state)
      return (UInt8(depth), 0)
    }
    var code = Code.steps
    var step: UInt64 = 0
    if unsafe address == threads[state].next {
      code = Code.next
    } else if unsafe address == threads[state].top {
      code = Code.top
    } else {
      let difference = unsafe Int64(bitPattern: address &- references[list])
      if difference & 15 == 0 {
        step = ZigZag.encode(difference >> 4)
      } else {
        code = Code.bytes
        step = ZigZag.encode(difference)
      }
    }
    unsafe references[list] = address
    note(address, chunk: chunk, size: size, state: state)
    return (code, step)
  }

  /// The address that was kept so, nil where the list has no such place; `old` is where the block that a `realloc` ends was.
  @inline(__always)
  func decode(
    _ code: UInt8, step: UInt64, size: UInt64, thread: UInt64, old: UInt64
  ) -> UInt64? {
    let chunk = AddressModel.chunk(size)
    let list = AddressModel.list(thread: thread, chunk: chunk)
    let state = AddressModel.state(of: thread)
    let address: UInt64
    switch code {
    case 0..<16:
      guard unsafe code < counts[list] else { return nil }
      let head = unsafe Int(heads[list])
      address = unsafe addresses[list << 4 | (head &- Int(code)) & 15]
      take(Int(code), of: list, head: head)
    case Code.inPlace: address = old
    case Code.next: address = unsafe threads[state].next
    case Code.top: address = unsafe threads[state].top
    case Code.steps:
      address = unsafe references[list] &+ UInt64(bitPattern: ZigZag.decode(step)) << 4
    default: address = unsafe references[list] &+ UInt64(bitPattern: ZigZag.decode(step))
    }
    if code > Code.inPlace { unsafe references[list] = address }
    note(address, chunk: chunk, size: size, state: state)
    return address
  }

  /// Takes an address out of a list; those freed after it move up.
  @inline(__always)
  private func take(_ depth: Int, of list: Int, head: Int) {
    var place = depth
    while place > 0 {
      unsafe addresses[list << 4 | (head &- place) & 15] =
        addresses[list << 4 | (head &- place &+ 1) & 15]
      place -= 1
    }
    unsafe heads[list] = UInt8((head &- 1) & 15)
    unsafe counts[list] -= 1
  }

  @inline(__always)
  private func note(_ address: UInt64, chunk: UInt64, size: UInt64, state: Int) {
    let end = address &+ chunk
    unsafe threads[state].next = end
    if size < AddressModel.smallBytes, unsafe end > threads[state].top {
      unsafe threads[state].top = end
    }
  }

  @inline(__always)
  private static func chunk(_ size: UInt64) -> UInt64 { max(32, (size &+ 23) & ~15) }

  @inline(__always)
  private static func list(thread: UInt64, chunk: UInt64) -> Int {
    let hash = (thread &* 0x9E37_79B9_7F4A_7C15 &+ chunk) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: hash >> 54)
  }

  @inline(__always)
  private static func state(of thread: UInt64) -> Int {
    Int(truncatingIfNeeded: (thread &* 0x9E37_79B9_7F4A_7C15) >> 56)
  }
}
