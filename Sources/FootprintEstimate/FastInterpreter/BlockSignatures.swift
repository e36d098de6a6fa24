import WasmBinary

/// The parameters and results of a block or a function: a part of ``BlockSignatures/values``.
struct BlockSignature {
  var start: Int32 = 0
  var parameters: Int32 = 0
  var results: Int32 = 0
  var parameterCells: Int32 = 0
  var resultCells: Int32 = 0
  /// Some value has no cells.
  var isUnknown = false

  var parameterRange: Range<Int> { Int(start)..<Int(start + parameters) }
  var resultRange: Range<Int> { Int(start + parameters)..<Int(start + parameters + results) }
}

/// The value types of all function types of a module, one behind the other.
struct BlockSignatures {
  /// The types of one byte, then each function type's parameters and results.
  private(set) var values: [OperandType]
  /// Of each entry of the type section; nil for a struct or an array.
  private(set) var ofType: [BlockSignature?]

  init(_ module: WasmModule) {
    values = (0..<128).map { OperandType(byte: UInt8($0)) }
    ofType = []
    ofType.reserveCapacity(module.types.count)
    for definition in module.types {
      guard let type = definition.function else {
        ofType.append(nil)
        continue
      }
      var signature = BlockSignature(
        start: Int32(clamping: values.count), parameters: Int32(clamping: type.parameters.count),
        results: Int32(clamping: type.results.count))
      let known = values.count
      values.append(contentsOf: type.parameters.lazy.map { OperandType($0) })
      values.append(contentsOf: type.results.lazy.map { OperandType($0) })
      signature.parameterCells = cells(signature.parameterRange)
      signature.resultCells = cells(signature.resultRange)
      signature.isUnknown = values[known...].contains(.none)
      ofType.append(signature)
    }
  }

  private func cells(_ range: Range<Int>) -> Int32 {
    values[range].reduce(0) { $0 + Int32(truncatingIfNeeded: $1.cells) }
  }

  subscript(type index: UInt32) -> BlockSignature? {
    index < ofType.count ? ofType[Int(index)] : nil
  }

  subscript(type: BlockType) -> BlockSignature? {
    switch type {
    case .empty: BlockSignature()
    case .value(let type): giving(type)
    case .function(let index): self[type: index]
    }
  }

  private func giving(_ type: ValueType) -> BlockSignature {
    let start = Int32(type.rawValue & 0x7F)
    let type = OperandType(type)
    return BlockSignature(
      start: start, results: 1, resultCells: Int32(type.cells), isUnknown: type == .none)
  }
}
