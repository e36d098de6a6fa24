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

  /// A list's words: first how many addresses there are and the place of the one that was freed last,
  /// then the last address that was none of these, then the places.
  private enum Word {
    static let state = 0
    static let reference = 1
    static let places = 2
    static let count = 2 + listLength
  }

  /// The lists, which a copy of the model shares.
  @safe private final class Lists {
    let words: UnsafeMutablePointer<UInt64>
    let threads: UnsafeMutablePointer<Thread>

    init() {
      unsafe threads = .allocate(capacity: threadCount)
      unsafe threads.initialize(repeating: Thread(), count: threadCount)
      unsafe words = .allocate(capacity: listCount * Word.count)
      unsafe words.initialize(repeating: 0, count: listCount * Word.count)
    }

    deinit {
      unsafe threads.deallocate()
      unsafe words.deallocate()
    }
  }

  private let lists = Lists()
  private let words: UnsafeMutablePointer<UInt64>
  private let threads: UnsafeMutablePointer<Thread>

  init() {
    unsafe threads = lists.threads
    unsafe words = lists.words
  }

  /// Notes that a thread has released a block.
  @inline(__always)
  func release(_ address: UInt64, size: UInt64, thread: UInt64) {
    let list = unsafe list(thread: thread, chunk: AddressModel.chunk(size))
    let state = unsafe list[Word.state]
    let head = AddressModel.head(state &+ 1)
    unsafe list[Word.state] = UInt64(head) | min(state >> 8 &+ 1, 16) << 8
    unsafe list[Word.places + head] = address
  }

  /// What to keep of a new block's address.
  @inline(__always)
  func encode(
    _ address: UInt64, size: UInt64, thread: UInt64, isInPlace: Bool
  ) -> (code: UInt8, step: UInt64) {
    let chunk = AddressModel.chunk(size)
    let place = AddressModel.place(of: thread)
    if isInPlace {
      note(address, chunk: chunk, size: size, place: place)
      return (Code.inPlace, 0)
    }
    let list = unsafe list(thread: thread, chunk: chunk)
    let state = unsafe list[Word.state]
    // Mostly what was freed last.
    if state >> 8 > 0, unsafe list[Word.places + AddressModel.head(state)] == address {
      unsafe list[Word.state] = AddressModel.withoutOne(state)
      note(address, chunk: chunk, size: size, place: place)
      return (0, 0)
    }
    if state >> 8 > 1, let depth = unsafe AddressModel.depth(of: address, in: list) {
      unsafe AddressModel.take(depth, of: list)
      note(address, chunk: chunk, size: size, place: place)
      return (UInt8(truncatingIfNeeded: depth), 0)
    }
    var code = Code.steps
    var step: UInt64 = 0
    if unsafe address == threads[place].next {
      code = Code.next
    } else if unsafe address == threads[place].top {
      code = Code.top
    } else {
      let difference = unsafe Int64(bitPattern: address &- list[Word.reference])
      if difference & 15 == 0 {
        step = ZigZag.encode(difference >> 4)
      } else {
        code = Code.bytes
        step = ZigZag.encode(difference)
      }
    }
    unsafe list[Word.reference] = address
    note(address, chunk: chunk, size: size, place: place)
    return (code, step)
  }

  /// The address that was kept so, nil where the list has no such place; `old` is where the block
  /// that a `realloc` ends was.
  @inline(__always)
  func decode(
    _ code: UInt8, step: UInt64, size: UInt64, thread: UInt64, old: UInt64
  ) -> UInt64? {
    let chunk = AddressModel.chunk(size)
    let list = unsafe list(thread: thread, chunk: chunk)
    let place = AddressModel.place(of: thread)
    let address: UInt64
    switch code {
    case 0..<16:
      let state = unsafe list[Word.state]
      guard UInt64(code) < state >> 8 else { return nil }
      address = unsafe list[Word.places + AddressModel.head(state &- UInt64(code))]
      unsafe AddressModel.take(Int(code), of: list)
    case Code.inPlace: address = old
    case Code.next: address = unsafe threads[place].next
    case Code.top: address = unsafe threads[place].top
    case Code.steps:
      address = unsafe list[Word.reference] &+ UInt64(bitPattern: ZigZag.decode(step)) << 4
    default: address = unsafe list[Word.reference] &+ UInt64(bitPattern: ZigZag.decode(step))
    }
    if code > Code.inPlace { unsafe list[Word.reference] = address }
    note(address, chunk: chunk, size: size, place: place)
    return address
  }

  /// How many addresses of a list were freed after this one; nil where it is not in the list.
  ///
  /// Rationale: a long list mostly lacks what is not its first; to compare with all places, in the
  /// order of memory, takes two instructions a place. Few blocks get here, and the loop over the
  /// others has more registers without it.
  @inline(never)
  private static func depth(of address: UInt64, in list: UnsafeMutablePointer<UInt64>) -> Int? {
    let state = unsafe list[Word.state]
    let count = Int(truncatingIfNeeded: state >> 8)
    let places = unsafe list + Word.places
    if count > 4, unsafe !isOneOfEight(address, places), unsafe !isOneOfEight(address, places + 8) {
      return nil
    }
    for depth in 1..<count
    where unsafe places[head(state &- UInt64(truncatingIfNeeded: depth))] == address {
      return depth
    }
    return nil
  }

  /// Whether an address is in one of these places, even one that is not in use.
  @inline(__always)
  private static func isOneOfEight(
    _ address: UInt64, _ places: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    unsafe places[0] == address || places[1] == address || places[2] == address
      || places[3] == address || places[4] == address || places[5] == address
      || places[6] == address || places[7] == address
  }

  /// Takes an address out of a list; those freed after it move up.
  @inline(__always)
  private static func take(_ depth: Int, of list: UnsafeMutablePointer<UInt64>) {
    let state = unsafe list[Word.state]
    let places = unsafe list + Word.places
    var place = depth
    while place > 0 {
      let offset = UInt64(truncatingIfNeeded: place)
      unsafe places[head(state &- offset)] = places[head(state &- offset &+ 1)]
      place -= 1
    }
    unsafe list[Word.state] = withoutOne(state)
  }

  @inline(__always)
  private func note(_ address: UInt64, chunk: UInt64, size: UInt64, place: Int) {
    let end = address &+ chunk
    unsafe threads[place].next = end
    if size < AddressModel.smallBytes, unsafe end > threads[place].top {
      unsafe threads[place].top = end
    }
  }

  @inline(__always)
  private static func chunk(_ size: UInt64) -> UInt64 { max(32, (size &+ 23) & ~15) }

  /// The place of the address that was freed last.
  @inline(__always)
  private static func head(_ state: UInt64) -> Int { Int(truncatingIfNeeded: state & 15) }

  /// A list's state when it has one address less.
  @inline(__always)
  private static func withoutOne(_ state: UInt64) -> UInt64 {
    (state &- 1) & 15 | (state >> 8 &- 1) << 8
  }

  @inline(__always)
  private func list(thread: UInt64, chunk: UInt64) -> UnsafeMutablePointer<UInt64> {
    let hash = (thread &* 0x9E37_79B9_7F4A_7C15 &+ chunk) &* 0x9E37_79B9_7F4A_7C15
    return unsafe words + Int(truncatingIfNeeded: hash >> 54) * Word.count
  }

  @inline(__always)
  private static func place(of thread: UInt64) -> Int {
    Int(truncatingIfNeeded: (thread &* 0x9E37_79B9_7F4A_7C15) >> 56)
  }
}
