/// Addresses as glibc's thread caches give them.
///
/// Classes have 16 bytes; for each thread and class the block that was freed last is given first. No
/// two live blocks ever share an address; new memory is taken only where no thread has a free block of
/// the class.
struct SimulatedHeap {
  /// A place for blocks of one class; the number of a live block.
  typealias Place = UInt32

  private static let none = Place.max
  private static let header: UInt64 = 16

  private struct Region {
    var address: UInt64
    /// The live block's bytes.
    var size: UInt32
    /// The next free place of the list it is on.
    var next: Place
  }

  private var regions: [Region] = []
  /// For each class, each thread's last freed place.
  private var firstFree: [Place]
  /// Where each thread's arena ends.
  private var tops: [UInt64]

  init(threads: Int) {
    let classes = Self.sizeClass(of: UInt32(SizeDistribution.largest)) + 1
    firstFree = Array(repeating: Self.none, count: classes * threads)
    // The main thread's heap lies behind the executable, the others' in mappings.
    tops = (0..<threads).map { 0x7000_0000_0000 + UInt64($0) << 36 }
    tops[0] = 0x5581_0000_0000
  }

  static func sizeClass(of size: UInt32) -> Int { (Int(size) + 15) >> 4 }

  func address(of place: Place) -> UInt64 { regions[Int(place)].address }

  func size(of place: Place) -> UInt32 { regions[Int(place)].size }

  mutating func allocate(_ size: UInt32, thread: Int) -> Place {
    let sizeClass = Self.sizeClass(of: size)
    guard let place = takeFree(sizeClass, thread) else {
      let address = tops[thread] + Self.header
      tops[thread] = address + UInt64(sizeClass) << 4
      regions.append(Region(address: address, size: size, next: Self.none))
      return Place(regions.count - 1)
    }
    regions[Int(place)].size = size
    return place
  }

  private mutating func takeFree(_ sizeClass: Int, _ thread: Int) -> Place? {
    let lists = sizeClass * tops.count
    var owner = thread
    repeat {
      let place = firstFree[lists + owner]
      if place != Self.none {
        firstFree[lists + owner] = regions[Int(place)].next
        return place
      }
      owner = owner + 1 == tops.count ? 0 : owner + 1
    } while owner != thread
    return nil
  }

  mutating func free(_ place: Place, thread: Int) {
    let list = Self.sizeClass(of: regions[Int(place)].size) * tops.count + thread
    regions[Int(place)].next = firstFree[list]
    firstFree[list] = place
  }

  /// The block's place with another size: the same one where the class is.
  mutating func reallocate(_ place: Place, size: UInt32, thread: Int) -> Place {
    if Self.sizeClass(of: size) == Self.sizeClass(of: regions[Int(place)].size) {
      regions[Int(place)].size = size
      return place
    }
    let moved = allocate(size, thread: thread)
    free(place, thread: thread)
    return moved
  }
}
