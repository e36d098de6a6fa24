import WasmBinary

/// A value type as the loader's stacks hold it; the high half of the code is the number of 4-byte
/// cells that it takes.
struct OperandType: Equatable {
  let code: UInt8

  static let i32 = OperandType(code: 0x10)
  static let f32 = OperandType(code: 0x11)
  static let funcref = OperandType(code: 0x12)
  static let externref = OperandType(code: 0x13)
  /// An operand that dead code made up.
  static let any = OperandType(code: 0x14)
  static let i64 = OperandType(code: 0x20)
  static let f64 = OperandType(code: 0x21)
  static let v128 = OperandType(code: 0x40)
  /// One that the fast interpreter has only with garbage collection, or nothing at all.
  static let none = OperandType(code: 0)

  @inline(__always)
  init(code: UInt8) { self.code = code }

  init(_ type: ValueType) { self.init(byte: type.rawValue) }

  /// By the byte that stands for the type in a module.
  init(byte: UInt8) {
    switch byte {
    case 0x7F: self = .i32
    case 0x7E: self = .i64
    case 0x7D: self = .f32
    case 0x7C: self = .f64
    case 0x7B: self = .v128
    case 0x70: self = .funcref
    case 0x6F: self = .externref
    default: self = .none
    }
  }

  @inline(__always)
  var cells: Int { Int(code >> 4) }

  @inline(__always)
  static func == (left: OperandType, right: OperandType) -> Bool { left.code == right.code }
}

extension OperandType: CustomStringConvertible {
  var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    case .any: "any"
    default: "another"
    }
  }
}
