import TraceModel

/// The entries of each section.
extension WasmModule {
  /// How large the vectors may be before they grow by themselves: a count alone reserves no more.
  private static let reservation = 4096

  mutating func readTypes(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "types")
    types.reserveCapacity(min(count, WasmModule.reservation))
    for _ in 0..<count { try readRecursionGroup(&cursor) }
    return count
  }

  /// One type, or a recursion group of several.
  private mutating func readRecursionGroup(_ cursor: inout ByteCursor) throws(TraceError) {
    guard cursor.position < cursor.end, cursor.bytes[cursor.position] == 0x4E else {
      types.append(try WasmModule.readSubtype(&cursor))
      return
    }
    try cursor.skip(1)
    let count = try cursor.count(of: "types of a recursion group")
    guard types.count + count <= ModuleLimits.entries else {
      throw cursor.failure("more than \(ModuleLimits.entries) types")
    }
    for _ in 0..<count { types.append(try WasmModule.readSubtype(&cursor)) }
  }

  private static func readSubtype(_ cursor: inout ByteCursor) throws(TraceError) -> TypeDefinition {
    var form = try cursor.u8()
    if form == 0x50 || form == 0x4F {
      let supertypes = try cursor.count(of: "supertypes")
      for _ in 0..<supertypes { _ = try cursor.u32() }
      form = try cursor.u8()
    }
    switch form {
    case 0x60:
      let parameters = try readValueTypes(&cursor, "parameters")
      return .function(
        FunctionType(parameters: parameters, results: try readValueTypes(&cursor, "results")))
    case 0x5F:
      let fields = try cursor.count(of: "fields", entryBytes: 2)
      for _ in 0..<fields { try skipField(&cursor) }
      return .aggregate(fields: fields)
    case 0x5E:
      try skipField(&cursor)
      return .aggregate(fields: 1)
    default:
      throw cursor.failure("unknown form of type \(hex(form))", at: cursor.position - 1)
    }
  }

  private static func readValueTypes(
    _ cursor: inout ByteCursor, _ what: String
  ) throws(TraceError) -> [ValueType] {
    let count = try cursor.count(of: what, limit: ModuleLimits.typeValues)
    var types: [ValueType] = []
    types.reserveCapacity(count)
    for _ in 0..<count { types.append(try readValueType(&cursor)) }
    return types
  }

  static func readValueType(_ cursor: inout ByteCursor) throws(TraceError) -> ValueType {
    let type = ValueType(rawValue: try cursor.u8())
    guard type.isKnown else {
      throw cursor.failure("unknown value type \(hex(type.rawValue))", at: cursor.position - 1)
    }
    if !type.isComplete { _ = try cursor.s33() }
    return type
  }

  private static func skipField(_ cursor: inout ByteCursor) throws(TraceError) {
    // Packed fields: i8 and i16.
    if cursor.position < cursor.end, [0x78, 0x77].contains(cursor.bytes[cursor.position]) {
      try cursor.skip(1)
    } else {
      _ = try readValueType(&cursor)
    }
    try cursor.skip(1)
  }

  mutating func readImports(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "imports", entryBytes: 4)
    imports.reserveCapacity(min(count, WasmModule.reservation))
    for _ in 0..<count {
      let module = try cursor.name()
      let name = try cursor.name()
      imports.append(
        Import(module: module, name: name, kind: try WasmModule.readImportKind(&cursor)))
    }
    return count
  }

  private static func readImportKind(_ cursor: inout ByteCursor) throws(TraceError) -> Import.Kind {
    switch try cursor.u8() {
    case 0: return .function(typeIndex: try cursor.u32())
    case 1: return .table(try readTableType(&cursor))
    case 2: return .memory(try readMemoryType(&cursor))
    case 3: return .global(try readGlobalType(&cursor))
    case 4:
      try cursor.skip(1)
      return .tag(typeIndex: try cursor.u32())
    case let kind:
      throw cursor.failure("unknown kind of import \(kind)", at: cursor.position - 1)
    }
  }

  mutating func readFunctions(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "functions")
    functions.reserveCapacity(min(count, WasmModule.reservation))
    for _ in 0..<count { functions.append(try cursor.u32()) }
    return count
  }

  mutating func readTables(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "tables", entryBytes: 3)
    for _ in 0..<count {
      // A table with an initial value of its own.
      let hasValue = cursor.position < cursor.end && cursor.bytes[cursor.position] == 0x40
      if hasValue { try cursor.skip(2) }
      tables.append(try WasmModule.readTableType(&cursor))
      if hasValue { _ = try ConstantExpression.read(&cursor) }
    }
    return count
  }

  mutating func readMemories(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "memories", entryBytes: 2)
    for _ in 0..<count { memories.append(try WasmModule.readMemoryType(&cursor)) }
    return count
  }

  mutating func readGlobals(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "globals", entryBytes: 3)
    globals.reserveCapacity(min(count, WasmModule.reservation))
    for _ in 0..<count {
      let type = try WasmModule.readGlobalType(&cursor)
      globals.append(Global(type: type, initial: try ConstantExpression.read(&cursor)))
    }
    return count
  }

  mutating func readExports(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "exports", entryBytes: 3)
    exports.reserveCapacity(min(count, WasmModule.reservation))
    for _ in 0..<count {
      let name = try cursor.name()
      let code = try cursor.u8()
      guard let kind = Export.Kind(rawValue: code) else {
        throw cursor.failure("unknown kind of export \(code)", at: cursor.position - 1)
      }
      exports.append(Export(name: name, kind: kind, index: try cursor.u32()))
    }
    return count
  }

  mutating func readData(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "data segments")
    dataSegments.reserveCapacity(min(count, WasmModule.reservation))
    for _ in 0..<count {
      let start = cursor.position
      let mode: SegmentMode
      switch try cursor.u32() {
      case 0: mode = .active(index: 0, offset: try ConstantExpression.read(&cursor))
      case 1: mode = .passive
      case 2:
        let index = try cursor.u32()
        mode = .active(index: index, offset: try ConstantExpression.read(&cursor))
      case let flags: throw cursor.failure("unknown kind of data segment \(flags)", at: start)
      }
      dataSegments.append(DataSegment(mode: mode, range: try cursor.slice(try cursor.u32())))
    }
    return count
  }

  mutating func readBodies(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "function bodies", entryBytes: 2)
    guard count == functions.count else {
      throw cursor.failure("\(functions.count) functions, but \(count) bodies")
    }
    bodies.reserveCapacity(count)
    for _ in 0..<count { bodies.append(try WasmModule.readBody(&cursor)) }
    return count
  }

  private static func readBody(_ cursor: inout ByteCursor) throws(TraceError) -> FunctionBody {
    let size = try cursor.u32()
    let range = try cursor.slice(size)
    var body = cursor.cursor(over: range)
    let groupCount = try body.count(of: "groups of locals", entryBytes: 2)
    var groups: [LocalGroup] = []
    var total = 0
    for _ in 0..<groupCount {
      let start = body.position
      let count = try body.u32()
      total += Int(count)
      guard total <= ModuleLimits.locals else {
        throw body.failure("more than \(ModuleLimits.locals) locals in one function", at: start)
      }
      groups.append(LocalGroup(count: count, type: try readValueType(&body)))
    }
    return FunctionBody(range: range, locals: groups, code: body.position..<range.upperBound)
  }

  static func readTableType(_ cursor: inout ByteCursor) throws(TraceError) -> TableType {
    let element = try readValueType(&cursor)
    let flags = try cursor.u8()
    return TableType(element: element, limits: try readLimits(&cursor, flags))
  }

  static func readMemoryType(_ cursor: inout ByteCursor) throws(TraceError) -> MemoryType {
    let flags = try cursor.u8()
    guard flags < 8 else {
      throw cursor.failure("unknown flags of a memory \(hex(flags))", at: cursor.position - 1)
    }
    return MemoryType(
      limits: try readLimits(&cursor, flags), isShared: flags & 2 != 0, is64Bit: flags & 4 != 0)
  }

  private static func readLimits(
    _ cursor: inout ByteCursor, _ flags: UInt8
  ) throws(TraceError) -> Limits {
    guard flags < 8 else {
      throw cursor.failure("unknown flags of limits \(hex(flags))", at: cursor.position - 1)
    }
    let minimum = try cursor.u64()
    return Limits(minimum: minimum, maximum: flags & 1 != 0 ? try cursor.u64() : nil)
  }

  static func readGlobalType(_ cursor: inout ByteCursor) throws(TraceError) -> GlobalType {
    let value = try readValueType(&cursor)
    let mutability = try cursor.u8()
    guard mutability < 2 else {
      throw cursor.failure("unknown mutability \(mutability)", at: cursor.position - 1)
    }
    return GlobalType(value: value, isMutable: mutability == 1)
  }

  static func hex(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
