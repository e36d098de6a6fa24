import TraceModel

/// What an `.aot` file was compiled for.
package struct AotTarget: Hashable, Sendable {
  /// Object format, width and byte order: 0 to 3 are ELF, 4 and 6 COFF; bit 0 is set for big-endian
  /// and bit 1 for 64-bit targets.
  package var binaryType: UInt16
  package var abiType: UInt16
  package var fileType: UInt16
  /// The machine, as ELF and COFF number them.
  package var machine: UInt16
  package var objectVersion: UInt32
  package var objectFlags: UInt32
  /// What the code needs of the runtime; nil before 2.0, which did not write it.
  package var features: AotFeatures?
  /// The architecture as wamrc spells it, such as `x86_64`, `thumbv7` or `riscv32`.
  package var architecture: String

  package var is64Bit: Bool { binaryType & 2 != 0 }
  package var isLittleEndian: Bool { binaryType & 1 == 0 }
  package var pointerBytes: Int { is64Bit ? 8 : 4 }
  /// The code is executed where it lies in the file (`wamrc --xip` or `--enable-indirect-mode`).
  package var isExecutedInPlace: Bool { fileType == 4 }
  /// Types, tables and functions carry what a garbage collector needs.
  package var hasGarbageCollection: Bool { features?.contains(.garbageCollection) ?? false }
}

/// The feature flags of an `.aot` file (source: `WASM_FEATURE_…` in core/iwasm/aot/aot_runtime.h).
package struct AotFeatures: OptionSet, Hashable, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  package static let simd = AotFeatures(rawValue: 1 << 0)
  package static let bulkMemory = AotFeatures(rawValue: 1 << 1)
  package static let multiThread = AotFeatures(rawValue: 1 << 2)
  package static let referenceTypes = AotFeatures(rawValue: 1 << 3)
  package static let garbageCollection = AotFeatures(rawValue: 1 << 4)
  package static let exceptionHandling = AotFeatures(rawValue: 1 << 5)
  package static let tinyStackFrame = AotFeatures(rawValue: 1 << 6)
  package static let multiMemory = AotFeatures(rawValue: 1 << 7)
  package static let dynamicLinking = AotFeatures(rawValue: 1 << 8)
  package static let componentModel = AotFeatures(rawValue: 1 << 9)
  package static let relaxedSimd = AotFeatures(rawValue: 1 << 10)
  package static let flexibleVectors = AotFeatures(rawValue: 1 << 11)
  /// A frame is kept for each function, not for each call.
  package static let framePerFunction = AotFeatures(rawValue: 1 << 12)
  /// Frames do not say which function they are of.
  package static let frameWithoutFunctionIndex = AotFeatures(rawValue: 1 << 13)
}

extension AotTarget {
  /// Reads the target info section; `hasFeatures` from 2.0 on.
  static func read(
    _ cursor: inout AotCursor, hasFeatures: Bool
  ) throws(TraceError) -> AotTarget {
    var target = AotTarget(
      binaryType: try cursor.u16(), abiType: try cursor.u16(), fileType: try cursor.u16(),
      machine: try cursor.u16(), objectVersion: try cursor.u32(), objectFlags: try cursor.u32(),
      features: nil, architecture: "")
    if hasFeatures {
      target.features = AotFeatures(rawValue: try cursor.u64())
      _ = try cursor.u64()
    } else {
      _ = try cursor.u32()
    }
    let name = try cursor.slice(16)
    let end = name.first { cursor.bytes.bytes[$0] == 0 } ?? name.upperBound
    target.architecture = String(
      decoding: cursor.bytes.bytes[name.lowerBound..<end], as: UTF8.self)
    try cursor.expectEnd()
    guard target.binaryType <= 3 || target.binaryType == 4 || target.binaryType == 6 else {
      throw cursor.failure("unknown binary type \(target.binaryType)", at: name.lowerBound)
    }
    return target
  }
}
