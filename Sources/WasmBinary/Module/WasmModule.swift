package import TraceModel

/// A `.wasm` file: everything its sections say, with where in the file it stands.
///
/// Source: WebAssembly core specification 3.0, chapter 5 (binary format), and the extensions that
/// WAMR accepts: bulk memory, reference types, multi-memory, memory64, threads, tail calls, extended
/// constant expressions; types of the garbage-collection proposal are passed over.
package struct WasmModule: Sendable {
  package let bytes: [UInt8]
  package let file: String
  package internal(set) var sections: [Section] = []
  package internal(set) var types: [TypeDefinition] = []
  package internal(set) var imports: [Import] = []
  /// The type of each own function.
  package internal(set) var functions: [UInt32] = []
  package internal(set) var tables: [TableType] = []
  package internal(set) var memories: [MemoryType] = []
  package internal(set) var globals: [Global] = []
  package internal(set) var exports: [Export] = []
  package internal(set) var start: UInt32?
  package internal(set) var elements: [ElementSegment] = []
  package internal(set) var dataSegments: [DataSegment] = []
  /// One for each own function.
  package internal(set) var bodies: [FunctionBody] = []
  package internal(set) var customSections: [CustomSection] = []

  package static let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D]

  package init(bytes: [UInt8], file: String) throws(TraceError) {
    self.bytes = bytes
    self.file = file
    try readSections()
  }

  init(unread bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }
}

extension WasmModule {
  package var importedFunctionTypes: [UInt32] {
    imports.compactMap { if case .function(let index) = $0.kind { index } else { nil } }
  }

  package var importedTables: [TableType] {
    imports.compactMap { if case .table(let type) = $0.kind { type } else { nil } }
  }

  package var importedMemories: [MemoryType] {
    imports.compactMap { if case .memory(let type) = $0.kind { type } else { nil } }
  }

  package var importedGlobals: [GlobalType] {
    imports.compactMap { if case .global(let type) = $0.kind { type } else { nil } }
  }

  /// The type of each function, imported ones first.
  package var allFunctionTypes: [UInt32] { importedFunctionTypes + functions }

  /// The type of a function type index; nil where it names none.
  package func functionType(_ index: UInt32) -> FunctionType? {
    index < types.count ? types[Int(index)].function : nil
  }

  package func export(_ name: String, _ kind: Export.Kind) -> Export? {
    exports.first { $0.kind == kind && $0.name == name }
  }

  /// The instructions of a body.
  package func instructions(of body: FunctionBody) -> InstructionCursor {
    InstructionCursor(ByteCursor(bytes: bytes, file: file, range: body.code))
  }

  /// An exported immutable i32 global's value, such as `__heap_base`.
  package func constant(exportedAs name: String) -> UInt32? {
    guard let export = export(name, .global) else { return nil }
    return constant(ofGlobal: export.index)
  }

  /// The value that a global's own expression gives it.
  package func constant(ofGlobal index: UInt32) -> UInt32? {
    let own = Int(index) - importedGlobals.count
    guard globals.indices.contains(own), globals[own].type.value == .i32,
      case .number(let value) = globals[own].initial
    else { return nil }
    return UInt32(truncatingIfNeeded: value)
  }
}
