import WasmBinary

/// The parameters and results of every type, in cells of 4 bytes, laid out flat.
struct FunctionSignatures {
  struct Signature {
    var first: Int32 = 0
    var parameters: Int32 = 0
    var results: Int32 = 0
    var parameterCells: Int32 = 0
    var resultCells: Int32 = 0
    /// Types of equal parameters and results share it: an indirect call takes one for the other.
    var shape: Int32 = -1
  }

  /// By type index; no parameters and results where the type is no function's.
  private let signatures: [Signature]
  private let cells: [UInt8]
  private let referenceCells: UInt8

  init(_ module: WasmModule, referenceCells: UInt8) {
    var signatures: [Signature] = []
    signatures.reserveCapacity(module.types.count)
    var cells: [UInt8] = []
    var shapes: [[UInt8]: Int32] = [:]
    for type in module.types {
      guard case .function(let function) = type else {
        signatures.append(Signature())
        continue
      }
      var signature = Signature(
        first: Int32(clamping: cells.count), parameters: Int32(clamping: function.parameters.count),
        results: Int32(clamping: function.results.count))
      // References count as one: subtypes may stand in for each other.
      var shape: [UInt8] = []
      shape.reserveCapacity(function.parameters.count + function.results.count + 1)
      for type in function.parameters {
        let count = FunctionSignatures.cells(of: type, reference: referenceCells)
        signature.parameterCells += Int32(count)
        cells.append(count)
        shape.append(type.isReference ? 0x70 : type.rawValue)
      }
      shape.append(0)
      for type in function.results {
        let count = FunctionSignatures.cells(of: type, reference: referenceCells)
        signature.resultCells += Int32(count)
        cells.append(count)
        shape.append(type.isReference ? 0x70 : type.rawValue)
      }
      let next = Int32(clamping: shapes.count)
      signature.shape = shapes[shape] ?? next
      if signature.shape == next { shapes[shape] = next }
      signatures.append(signature)
    }
    self.signatures = signatures
    self.cells = cells
    self.referenceCells = referenceCells
  }

  @inline(__always)
  subscript(_ type: UInt32) -> Signature {
    Int(type) < signatures.count ? signatures[Int(type)] : Signature()
  }

  @inline(__always)
  func parameter(_ index: Int, of signature: Signature) -> UInt8 {
    cells[Int(signature.first) + index]
  }

  @inline(__always)
  func result(_ index: Int, of signature: Signature) -> UInt8 {
    cells[Int(signature.first + signature.parameters) + index]
  }

  func cells(of type: ValueType) -> UInt8 {
    FunctionSignatures.cells(of: type, reference: referenceCells)
  }

  /// `wasm_value_type_cell_num` of core/iwasm/interpreter/wasm.h.
  private static func cells(of type: ValueType, reference: UInt8) -> UInt8 {
    switch type {
    case .i32, .f32: 1
    case .i64, .f64: 2
    case .v128: 4
    default: reference
    }
  }
}
