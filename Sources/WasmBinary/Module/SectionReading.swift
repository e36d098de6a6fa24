import TraceModel

extension WasmModule {
  /// Reads the header and every section in turn.
  mutating func readSections() throws(TraceError) {
    var cursor = ByteCursor(bytes: bytes, file: file)
    try WasmModule.checkHeader(&cursor)
    var lastOrder = 0
    while !cursor.isAtEnd {
      let offset = cursor.position
      let id = try cursor.u8()
      let size = try cursor.u32()
      guard Int(size) <= cursor.remaining else {
        throw cursor.failure(
          "section \(id) of \(size) bytes where \(cursor.remaining) follow", at: offset,
          code: .truncated)
      }
      let payload = try cursor.slice(size)
      guard id != 0 else {
        try readCustomSection(payload, offset: offset)
        continue
      }
      guard let order = SectionID(rawValue: id)?.order else {
        throw cursor.failure("unknown section \(id)", at: offset)
      }
      guard order > lastOrder else {
        throw cursor.failure(
          "the \(SectionID(rawValue: id)?.name ?? "") section stands twice or in the wrong place",
          at: offset)
      }
      lastOrder = order
      try readSection(id, payload, offset: offset)
    }
    let memoryCount = importedMemories.count + memories.count
    guard memoryCount <= ModuleLimits.memories else {
      throw cursor.failure(
        "\(memoryCount) memories; at most \(ModuleLimits.memories)", code: .limitExceeded)
    }
    guard bodies.count == functions.count else {
      throw cursor.failure("\(functions.count) functions, but \(bodies.count) bodies")
    }
  }

  private static func checkHeader(_ cursor: inout ByteCursor) throws(TraceError) {
    guard cursor.remaining >= 8, cursor.bytes.starts(with: WasmModule.magic) else {
      throw cursor.failure("no WebAssembly module: it does not begin with \\0asm", at: 0)
    }
    try cursor.skip(4)
    let version = try cursor.fixed32()
    guard version == 1 else {
      throw TraceError(
        .unsupportedVersion,
        version == 0x1000D
          ? "a component, not a module" : "binary format version \(version), not 1",
        at: SourceLocation(file: cursor.file, byteOffset: 4),
        remedy: version == 0x1000D ? "WAMR runs core modules; extract one from the component" : nil)
    }
  }

  private mutating func readCustomSection(_ payload: Range<Int>, offset: Int) throws(TraceError) {
    var cursor = ByteCursor(bytes: bytes, file: file, range: payload)
    let name = try cursor.name()
    customSections.append(CustomSection(name: name, content: cursor.position..<payload.upperBound))
    sections.append(Section(id: 0, name: name, offset: offset, payload: payload, count: nil))
  }

  private mutating func readSection(
    _ id: UInt8, _ payload: Range<Int>, offset: Int
  ) throws(TraceError) {
    guard let kind = SectionID(rawValue: id) else { return }
    var cursor = ByteCursor(bytes: bytes, file: file, range: payload)
    var count: Int?
    switch kind {
    case .type: count = try readTypes(&cursor)
    case .import: count = try readImports(&cursor)
    case .function: count = try readFunctions(&cursor)
    case .table: count = try readTables(&cursor)
    case .memory: count = try readMemories(&cursor)
    case .global: count = try readGlobals(&cursor)
    case .export: count = try readExports(&cursor)
    case .start: start = try cursor.u32()
    case .element: count = try readElements(&cursor)
    case .dataCount: count = Int(try cursor.u32())
    case .code: count = try readBodies(&cursor)
    case .data: count = try readData(&cursor)
    case .tag, .strings:
      count = try cursor.count(of: "entries")
      try cursor.skip(cursor.remaining)
    }
    guard cursor.isAtEnd else {
      throw cursor.failure("\(cursor.remaining) bytes are left in the \(kind.name) section")
    }
    sections.append(
      Section(id: id, name: kind.name, offset: offset, payload: payload, count: count))
  }
}

/// The sections that may stand once.
enum SectionID: UInt8, CaseIterable {
  case type = 1
  case `import` = 2
  case function = 3
  case table = 4
  case memory = 5
  case global = 6
  case export = 7
  case start = 8
  case element = 9
  case code = 10
  case data = 11
  case dataCount = 12
  case tag = 13
  /// Of the stringref proposal.
  case strings = 14

  var name: String {
    switch self {
    case .dataCount: "data count"
    default: "\(self)"
    }
  }

  /// The place in the file: tags stand after memories, the data count before the code.
  var order: Int {
    switch self {
    case .type, .import, .function, .table, .memory: Int(rawValue) * 2
    case .tag: 11
    case .strings: 11
    case .global, .export, .start, .element: Int(rawValue) * 2
    case .dataCount: 19
    case .code, .data: Int(rawValue) * 2
    }
  }
}
