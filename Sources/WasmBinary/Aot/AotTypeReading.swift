import TraceModel

/// The types of functions and, for the garbage collector, of structures and arrays.
extension AotModule {
  mutating func readTypes(_ cursor: inout AotCursor) throws(TraceError) {
    let count = try cursor.count(of: "types", entryBytes: layout.isRelease2 ? 6 : 8)
    types.reserveCapacity(count)
    for _ in 0..<count {
      try cursor.align(4)
      if target.hasGarbageCollection {
        types.append(try readCollectedType(&cursor))
      } else {
        types.append(
          AotType(shape: .function(try readFunctionType(&cursor)), sameAs: nil, groupCount: 0))
      }
    }
  }

  private func readFunctionType(_ cursor: inout AotCursor) throws(TraceError) -> FunctionType {
    guard layout.isRelease2 else {
      let parameters = try cursor.u32()
      return try readValues(&cursor, parameters: parameters, results: try cursor.u32())
    }
    let offset = cursor.position
    let tag = try cursor.u16()
    guard tag == 0 else { throw cursor.failure("unknown kind of type \(tag)", at: offset) }
    let parameters = UInt32(try cursor.u16())
    return try readValues(&cursor, parameters: parameters, results: UInt32(try cursor.u16()))
  }

  private func readValues(
    _ cursor: inout AotCursor, parameters: UInt32, results: UInt32
  ) throws(TraceError) -> FunctionType {
    // Both counts are checked against the bytes before anything is made of them.
    let parameters = try cursor.slice(parameters)
    let results = try cursor.slice(results)
    return FunctionType(
      parameters: bytes[parameters].map { ValueType(rawValue: $0) },
      results: bytes[results].map { ValueType(rawValue: $0) })
  }

  /// A type with its place among the subtypes and in its recursion group.
  private func readCollectedType(_ cursor: inout AotCursor) throws(TraceError) -> AotType {
    let offset = cursor.position
    let tag = try cursor.u16()
    let isSame = try cursor.u8() != 0
    // Padding, or whether the type is final.
    _ = try cursor.u8()
    if isSame {
      let index = try cursor.u32()
      guard index < types.count else {
        throw cursor.failure("a type that is said to be the later type \(index)", at: offset)
      }
      var type = types[Int(index)]
      type.sameAs = Int(index)
      return type
    }
    // The parent.
    _ = try cursor.u32()
    let groupCount = try cursor.u16()
    _ = try cursor.u16()
    let shape: AotType.Shape
    switch tag {
    case 0: shape = .function(try readCollectedFunctionType(&cursor))
    case 1: shape = .structure(try readFields(&cursor))
    case 2: shape = try readArray(&cursor)
    default: throw cursor.failure("unknown kind of type \(tag)", at: offset)
    }
    return AotType(shape: shape, sameAs: nil, groupCount: groupCount)
  }

  private func readCollectedFunctionType(
    _ cursor: inout AotCursor
  ) throws(TraceError) -> FunctionType {
    let parameters = UInt32(try cursor.u16())
    let results = UInt32(try cursor.u16())
    let references = Int(try cursor.u16())
    let type = try readValues(&cursor, parameters: parameters, results: results)
    try skipReferences(&cursor, references)
    return type
  }

  private func readFields(_ cursor: inout AotCursor) throws(TraceError) -> [ValueType] {
    let count = Int(try cursor.u16())
    let references = Int(try cursor.u16())
    let fields = try cursor.slice(2 * count)
    try skipReferences(&cursor, references)
    // Flags, then the type.
    return stride(from: fields.lowerBound + 1, to: fields.upperBound, by: 2).map {
      ValueType(rawValue: bytes[$0])
    }
  }

  private func readArray(_ cursor: inout AotCursor) throws(TraceError) -> AotType.Shape {
    let flags = try cursor.u16()
    let element = ValueType(rawValue: try cursor.u8())
    if !element.isComplete {
      _ = try cursor.u8()
      _ = try cursor.u32()
    }
    return .array(flags: flags, element: element)
  }

  /// The heap types of references that one byte does not say: 8 bytes each.
  private func skipReferences(
    _ cursor: inout AotCursor, _ count: Int
  ) throws(TraceError) {
    guard count > 0 else { return }
    try cursor.align(4)
    try cursor.skip(8 * count)
  }
}
