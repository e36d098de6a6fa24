/// The constants of one function as the fast interpreter's loader gathers them.
///
/// Source: `wasm_loader_get_const_offset` in core/iwasm/interpreter/wasm_loader.c: from WAMR 2.3 on
/// an array for each width, made unique after the first pass; before it one list of typed values.
struct LoaderConstants {
  /// 32-bit, 64-bit and 128-bit values; a list holds all of them.
  enum Width: Int, CaseIterable {
    case single
    case double
    case vector

    var bytes: Int64 { 4 << Int64(rawValue) }
    var cells: Int { 1 << rawValue }
  }

  struct Bits: Hashable {
    var low: UInt64
    var high: UInt64 = 0
    /// The type, where values of different types are kept apart.
    var type: UInt8 = 0
  }

  let areSorted: Bool
  private(set) var counts = [0, 0, 0]
  private(set) var room: [Int]
  private var known: [Set<Bits>] = [[], [], []]
  private var cells = 0

  /// A list grows by four, an array doubles.
  static let firstRoom = 8

  init(areSorted: Bool) {
    self.areSorted = areSorted
    room = Array(repeating: LoaderConstants.firstRoom, count: 3)
  }

  mutating func reset() {
    guard counts != [0, 0, 0] else { return }
    counts = [0, 0, 0]
    room = Array(repeating: LoaderConstants.firstRoom, count: 3)
    for index in known.indices { known[index].removeAll(keepingCapacity: true) }
    cells = 0
  }

  /// Which buffer must grow for this constant; nil where it has room or the value is there already.
  mutating func add(_ bits: Bits, _ width: Width) -> Int? {
    areSorted ? addSorted(bits, width) : addListed(bits, width)
  }

  private mutating func addSorted(_ bits: Bits, _ width: Width) -> Int? {
    let index = width.rawValue
    let used =
      width == .vector ? counts[2] * 4 : counts[1] * 2 + counts[0]
    // No slot is left: the constant stays in the code.
    guard used <= Int(Int16.max) - (width == .single ? 1 : 2) else { return nil }
    // Only few values are compared while they are gathered.
    if counts[index] < 10, known[index].contains(bits) { return nil }
    known[index].insert(bits)
    counts[index] += 1
    guard counts[index] > room[index] else { return nil }
    room[index] *= 2
    return index
  }

  private mutating func addListed(_ bits: Bits, _ width: Width) -> Int? {
    guard !known[0].contains(bits), cells + width.cells <= Int(Int16.max) + 1 else { return nil }
    known[0].insert(bits)
    cells += width.cells
    counts[0] += 1
    guard counts[0] > room[0] else { return nil }
    room[0] += 4
    return 0
  }

  /// How many different values an array holds.
  func distinct(_ width: Width) -> Int { known[width.rawValue].count }

  /// What a frame holds of them, in cells of four bytes.
  var cellCount: Int {
    guard areSorted else { return cells }
    return Width.allCases.reduce(0) { $0 + distinct($1) * $1.cells }
  }
}
