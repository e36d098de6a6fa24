/// An instruction's code: its only byte, or prefix << 16 | second code.
///
/// Public, so that other targets inline it.
public struct Opcode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The code.
  public let rawValue: UInt32

  /// Any code, known or not.
  @inlinable @inline(__always)
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// `0x41`, `0xfc 0x08`.
  public var description: String {
    let prefix = UInt8(truncatingIfNeeded: rawValue >> 16)
    guard prefix != 0 else { return WasmModule.hex(UInt8(truncatingIfNeeded: rawValue)) }
    return "\(WasmModule.hex(prefix)) 0x\(String(rawValue & 0xFFFF, radix: 16))"
  }

  @inlinable @inline(__always)
  init(_ code: UInt32) { rawValue = code }

  @inlinable @inline(__always)
  init(_ prefix: UInt32, _ code: UInt32) { rawValue = prefix << 16 | code }

  /// The same code.
  @inlinable @inline(__always)
  public static func == (left: Opcode, right: Opcode) -> Bool { left.rawValue == right.rawValue }

  /// The same code, in a `switch`.
  @inlinable @inline(__always)
  public static func ~= (pattern: Opcode, value: Opcode) -> Bool {
    pattern.rawValue == value.rawValue
  }
}

/// The names of the WebAssembly specification.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Opcode {
  @inlinable public static var unreachable: Opcode { Opcode(0x00) }
  @inlinable public static var nop: Opcode { Opcode(0x01) }
  @inlinable public static var block: Opcode { Opcode(0x02) }
  @inlinable public static var loop: Opcode { Opcode(0x03) }
  @inlinable public static var `if`: Opcode { Opcode(0x04) }
  @inlinable public static var `else`: Opcode { Opcode(0x05) }
  @inlinable public static var tryLegacy: Opcode { Opcode(0x06) }
  @inlinable public static var `catch`: Opcode { Opcode(0x07) }
  @inlinable public static var `throw`: Opcode { Opcode(0x08) }
  @inlinable public static var rethrow: Opcode { Opcode(0x09) }
  @inlinable public static var throwRef: Opcode { Opcode(0x0A) }
  @inlinable public static var end: Opcode { Opcode(0x0B) }
  @inlinable public static var branch: Opcode { Opcode(0x0C) }
  @inlinable public static var branchIf: Opcode { Opcode(0x0D) }
  @inlinable public static var branchTable: Opcode { Opcode(0x0E) }
  @inlinable public static var `return`: Opcode { Opcode(0x0F) }
  @inlinable public static var call: Opcode { Opcode(0x10) }
  @inlinable public static var callIndirect: Opcode { Opcode(0x11) }
  @inlinable public static var returnCall: Opcode { Opcode(0x12) }
  @inlinable public static var returnCallIndirect: Opcode { Opcode(0x13) }
  @inlinable public static var callRef: Opcode { Opcode(0x14) }
  @inlinable public static var returnCallRef: Opcode { Opcode(0x15) }
  @inlinable public static var delegate: Opcode { Opcode(0x18) }
  @inlinable public static var catchAll: Opcode { Opcode(0x19) }
  @inlinable public static var drop: Opcode { Opcode(0x1A) }
  @inlinable public static var select: Opcode { Opcode(0x1B) }
  @inlinable public static var selectTyped: Opcode { Opcode(0x1C) }
  @inlinable public static var tryTable: Opcode { Opcode(0x1F) }
  @inlinable public static var localGet: Opcode { Opcode(0x20) }
  @inlinable public static var localSet: Opcode { Opcode(0x21) }
  @inlinable public static var localTee: Opcode { Opcode(0x22) }
  @inlinable public static var globalGet: Opcode { Opcode(0x23) }
  @inlinable public static var globalSet: Opcode { Opcode(0x24) }
  @inlinable public static var tableGet: Opcode { Opcode(0x25) }
  @inlinable public static var tableSet: Opcode { Opcode(0x26) }
  @inlinable public static var memorySize: Opcode { Opcode(0x3F) }
  @inlinable public static var memoryGrow: Opcode { Opcode(0x40) }
  @inlinable public static var i32Const: Opcode { Opcode(0x41) }
  @inlinable public static var i64Const: Opcode { Opcode(0x42) }
  @inlinable public static var f32Const: Opcode { Opcode(0x43) }
  @inlinable public static var f64Const: Opcode { Opcode(0x44) }
  @inlinable public static var i32Add: Opcode { Opcode(0x6A) }
  @inlinable public static var i32Sub: Opcode { Opcode(0x6B) }
  @inlinable public static var i32Mul: Opcode { Opcode(0x6C) }
  @inlinable public static var i32And: Opcode { Opcode(0x71) }
  @inlinable public static var i64Add: Opcode { Opcode(0x7C) }
  @inlinable public static var i64Sub: Opcode { Opcode(0x7D) }
  @inlinable public static var i64Mul: Opcode { Opcode(0x7E) }
  @inlinable public static var refNull: Opcode { Opcode(0xD0) }
  @inlinable public static var refIsNull: Opcode { Opcode(0xD1) }
  @inlinable public static var refFunc: Opcode { Opcode(0xD2) }

  @inlinable public static var structNew: Opcode { Opcode(0xFB, 0) }
  @inlinable public static var structNewDefault: Opcode { Opcode(0xFB, 1) }
  @inlinable public static var arrayNew: Opcode { Opcode(0xFB, 6) }
  @inlinable public static var arrayNewDefault: Opcode { Opcode(0xFB, 7) }
  @inlinable public static var arrayNewFixed: Opcode { Opcode(0xFB, 8) }
  @inlinable public static var anyConvertExtern: Opcode { Opcode(0xFB, 26) }
  @inlinable public static var externConvertAny: Opcode { Opcode(0xFB, 27) }
  @inlinable public static var refI31: Opcode { Opcode(0xFB, 28) }

  @inlinable public static var memoryInit: Opcode { Opcode(0xFC, 8) }
  @inlinable public static var dataDrop: Opcode { Opcode(0xFC, 9) }
  @inlinable public static var memoryCopy: Opcode { Opcode(0xFC, 10) }
  @inlinable public static var memoryFill: Opcode { Opcode(0xFC, 11) }
  @inlinable public static var tableInit: Opcode { Opcode(0xFC, 12) }
  @inlinable public static var elementDrop: Opcode { Opcode(0xFC, 13) }
  @inlinable public static var tableCopy: Opcode { Opcode(0xFC, 14) }
  @inlinable public static var tableGrow: Opcode { Opcode(0xFC, 15) }
  @inlinable public static var tableSize: Opcode { Opcode(0xFC, 16) }
  @inlinable public static var tableFill: Opcode { Opcode(0xFC, 17) }

  @inlinable public static var v128Const: Opcode { Opcode(0xFD, 12) }
}
