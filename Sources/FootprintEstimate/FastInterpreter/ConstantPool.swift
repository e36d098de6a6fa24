/// The constants of one function, as cells before its frame.
struct ConstantPool {
  private let rules: FastCodeRules.Constants
  private let sharesPatterns: Bool
  /// So many first constants of a list are looked through before one is added.
  private let searched: Int
  /// By type; where patterns count, those of one width share the integers' list.
  private var i32 = ConstantList<UInt32>()
  private var i64 = ConstantList<UInt64>()
  private var f32 = ConstantList<UInt32>()
  private var f64 = ConstantList<UInt64>()
  /// Those of all constants; equal ones may still count more than once.
  private var cells = 0
  /// Every constant, where the end is so near that this matters.
  private var known: Set<TypedBits>?

  private struct TypedBits: Hashable {
    private var code: UInt8
    private var bits: UInt64

    init(_ type: OperandType, _ bits: UInt64) {
      code = type.code
      self.bits = type.cells == 1 ? UInt64(UInt32(truncatingIfNeeded: bits)) : bits
    }

    var cells: Int { OperandType(code: code).cells }
  }

  /// Offsets of constants are negative numbers of 16 bits.
  private static let room = 32_768

  init(_ rules: FastCodeRules.Constants) {
    self.rules = rules
    sharesPatterns = rules == .patterns || rules == .searchedPatterns
    searched = rules == .searchedPatterns ? 32 : 10
  }

  mutating func reset() {
    i32.reset()
    i64.reset()
    f32.reset()
    f64.reset()
    cells = 0
    known = nil
  }

  /// False where no cell is left, so that the constant stays in the code.
  @inline(__always)
  mutating func add(_ bits: UInt64, type: OperandType) -> Bool {
    // No rule has a limit below.
    if cells >= ConstantPool.room - 4 || known != nil { return addNearEnd(bits, type: type) }
    append(bits, type: type)
    return true
  }

  @inline(__always)
  private mutating func append(_ bits: UInt64, type: OperandType) {
    let isWide = type.cells == 2
    let isNew =
      if isWide {
        type == .i64 || sharesPatterns
          ? i64.add(bits, searching: searched) : f64.add(bits, searching: searched)
      } else if type == .i32 || sharesPatterns {
        i32.add(UInt32(truncatingIfNeeded: bits), searching: searched)
      } else {
        f32.add(UInt32(truncatingIfNeeded: bits), searching: searched)
      }
    if isNew { cells += isWide ? 2 : 1 }
  }

  @inline(never)
  private mutating func addNearEnd(_ bits: UInt64, type: OperandType) -> Bool {
    let width = type.cells
    switch rules {
    case .unboundedList: append(bits, type: type)
    case .patterns, .searchedPatterns:
      // The limit holds before equal patterns are put together.
      let limit = Int(Int16.max) - width
      let constant = TypedBits(width == 2 ? .i64 : .i32, bits)
      if cells > limit { return rules == .searchedPatterns && isKnown(constant) }
      append(bits, type: type)
      known?.insert(constant)
    case .list:
      // From here on, only what the list does not hold yet counts.
      if known == nil { collect() }
      let constant = TypedBits(type, bits)
      if isKnown(constant) { return true }
      guard cells <= ConstantPool.room - width else { return false }
      known?.insert(constant)
      cells += width
    }
    return true
  }

  private mutating func isKnown(_ constant: TypedBits) -> Bool {
    if known == nil { collect() }
    return known?.contains(constant) == true
  }

  private mutating func collect() {
    var known: Set<TypedBits> = []
    for bits in i32.values { known.insert(TypedBits(.i32, UInt64(bits))) }
    for bits in i64.values { known.insert(TypedBits(.i64, bits)) }
    for bits in f32.values { known.insert(TypedBits(.f32, UInt64(bits))) }
    for bits in f64.values { known.insert(TypedBits(.f64, bits)) }
    if rules == .list { cells = known.reduce(0) { $0 + $1.cells } }
    self.known = known
  }

  /// The cells that the function keeps.
  mutating func finish() -> Int {
    if rules == .list, known != nil { return cells }
    return i32.distinct() + f32.distinct() + 2 * (i64.distinct() + f64.distinct())
  }
}
