import WasmBinary

/// A function's parameters and locals: their types and places in the frame, in 4-byte cells.
struct LocalSlots {
  /// Type in the low 8 bits, the first cell above.
  private var packed: [UInt32] = []
  /// By cell, the lowest entry of the offset stack that may refer to the local there.
  private var lowest: [Int32] = []
  private(set) var cells = 0

  var count: Int { packed.count }

  /// False where they take too many cells, or where one has a type without cells.
  mutating func set(_ parameters: ArraySlice<OperandType>, _ groups: [LocalGroup]) -> Bool {
    packed.removeAll(keepingCapacity: true)
    cells = 0
    for type in parameters {
      guard add(type, 1) else { return false }
    }
    for group in groups {
      guard add(OperandType(group.type), Int(group.count)) else { return false }
    }
    lowest.removeAll(keepingCapacity: true)
    lowest.append(contentsOf: repeatElement(Int32.max, count: cells))
    return true
  }

  private mutating func add(_ type: OperandType, _ count: Int) -> Bool {
    let width = type.cells
    guard width > 0 || count == 0, cells + width * count < Int(Int16.max) else { return false }
    for _ in 0..<count {
      packed.append(UInt32(cells) << 8 | UInt32(type.code))
      cells += width
    }
    return true
  }

  @inline(__always)
  subscript(index: UInt64) -> (type: OperandType, cell: Int)? {
    guard index < UInt64(packed.count) else { return nil }
    let local = packed[Int(index)]
    return (OperandType(code: UInt8(truncatingIfNeeded: local)), Int(local >> 8))
  }

  @inline(__always)
  mutating func refer(to cell: Int, at entry: Int) {
    if entry < Int(lowest[cell]) { lowest[cell] = Int32(truncatingIfNeeded: entry) }
  }

  /// The lowest entry that may refer to the local; nil where none does.
  @inline(__always)
  func lowestReference(to cell: Int) -> Int? {
    lowest[cell] == .max ? nil : Int(lowest[cell])
  }

  mutating func setLowest(_ cell: Int, _ entry: Int?) {
    lowest[cell] = entry.map { Int32(truncatingIfNeeded: $0) } ?? .max
  }
}
