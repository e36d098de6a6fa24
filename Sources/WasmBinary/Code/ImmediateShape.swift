/// What follows an opcode.
@usableFromInline
enum ImmediateShape: UInt8 {
  case none
  case index
  case twoIndexes
  case byte
  case i32
  case i64
  case f32
  case f64
  case v128
  case blockType
  case heapType
  case memoryAccess
  case memoryAccessAndLane
  case branchTable
  case types
  case tryTable
  case castBranch
  /// A second opcode.
  case prefix
  case unknown

  /// By the opcode's only byte.
  @inlinable @inline(__always)
  init(oneByte: UInt8) {
    switch oneByte {
    case 0x00...0x01, 0x05, 0x0A...0x0B, 0x0F, 0x19...0x1B, 0x45...0xC4, 0xD1, 0xD3...0xD4:
      self = .none
    // block, loop, if; try of the legacy exceptions.
    case 0x02...0x04, 0x06: self = .blockType
    // catch, throw, rethrow, br, br_if, calls, delegate, locals, globals, tables, the memory's size.
    case 0x07...0x09, 0x0C...0x0D, 0x10, 0x12, 0x14...0x15, 0x18, 0x20...0x26, 0x3F...0x40, 0xD2,
      0xD5...0xD6:
      self = .index
    case 0x0E: self = .branchTable
    case 0x11, 0x13: self = .twoIndexes
    case 0x1C: self = .types
    case 0x1F: self = .tryTable
    case 0x28...0x3E: self = .memoryAccess
    case 0x41: self = .i32
    case 0x42: self = .i64
    case 0x43: self = .f32
    case 0x44: self = .f64
    case 0xD0: self = .heapType
    case 0xFB...0xFE: self = .prefix
    default: self = .unknown
    }
  }

  /// By prefix and second opcode; nil where there is no such instruction.
  static func prefixed(_ prefix: UInt8, _ code: UInt32) -> ImmediateShape? {
    switch prefix {
    case 0xFB: aggregate(code)
    case 0xFC: miscellaneous(code)
    case 0xFD: vector(code)
    default: atomic(code)
    }
  }

  private static func aggregate(_ code: UInt32) -> ImmediateShape? {
    switch code {
    case 0...1, 6...7, 11...14, 16: .index
    case 2...5, 8...10, 17...19: .twoIndexes
    case 15, 26...30: ImmediateShape.none
    case 20...23: .heapType
    case 24...25: .castBranch
    default: nil
    }
  }

  private static func miscellaneous(_ code: UInt32) -> ImmediateShape? {
    switch code {
    case 0...7: ImmediateShape.none
    case 8, 10, 12, 14: .twoIndexes
    case 9, 11, 13, 15...17: .index
    default: nil
    }
  }

  private static func vector(_ code: UInt32) -> ImmediateShape? {
    switch code {
    case 0...11, 92...93: .memoryAccess
    case 12, 13: .v128
    case 21...34: .byte
    case 84...91: .memoryAccessAndLane
    case 0...0x113: ImmediateShape.none
    default: nil
    }
  }

  private static func atomic(_ code: UInt32) -> ImmediateShape? {
    switch code {
    case 0...2, 0x10...0x4E: .memoryAccess
    case 3: .byte
    default: nil
    }
  }
}
