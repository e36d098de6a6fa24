package import TraceModel

/// An `.aot` file: everything its sections say, with where in the file it stands.
///
/// Source: core/iwasm/aot/aot_loader.c and core/iwasm/compilation/aot_emit_aot_file.c of WAMR-1.0.0
/// to WAMR-2.4.5 and main. Versions 3 to 6, all architectures; the file's own integers are
/// little-endian for every target.
package struct AotModule: Sendable {
  package let bytes: [UInt8]
  package let file: String
  /// The version of the file format, which a runtime must know.
  package internal(set) var version: UInt32
  package internal(set) var layout: AotLayout
  package internal(set) var target: AotTarget
  package internal(set) var sections: [AotSection] = []

  package internal(set) var importedMemoryCount: UInt32 = 0
  package internal(set) var memories: [AotMemory] = []
  package internal(set) var dataSegments: [AotDataSegment] = []
  package internal(set) var importedTables: [AotTable] = []
  package internal(set) var tables: [AotTable] = []
  package internal(set) var elementSegments: [AotElementSegment] = []
  package internal(set) var types: [AotType] = []
  package internal(set) var importedGlobals: [AotImportedGlobal] = []
  package internal(set) var globals: [Global] = []
  package internal(set) var importedFunctions: [AotImportedFunction] = []
  /// How many own functions the init data section announces; `functions` has as many.
  package internal(set) var functionCount: UInt32 = 0
  package internal(set) var start: UInt32?
  package internal(set) var auxiliary = AotAuxiliaryMemory(stackBytes: 0)
  package internal(set) var objectSections: [AotObjectSection] = []

  package internal(set) var text = AotText(literal: 0..<0, code: 0..<0)
  package internal(set) var functions: [AotFunction] = []
  package internal(set) var exports: [Export] = []
  /// The names that relocations use: sections and functions of the file or of the runtime.
  package internal(set) var symbols: [String] = []
  package internal(set) var relocationGroups: [AotRelocationGroup] = []
  /// The own functions whose address x86-64 code takes from a table (`R_X86_64_GOTPCREL` and its
  /// relaxable forms), each once, so many have a slot in it.
  package internal(set) var indirectlyAddressedFunctions: Set<UInt32> = []
  /// What code to execute in place finds in a table of addresses, in the order of the file.
  package internal(set) var nativeSymbols: [String] = []
  package internal(set) var customSections: [AotCustomSection] = []
  /// The names of functions, by index, where the file keeps them.
  package internal(set) var functionNames: [UInt32: String] = [:]

  package static let magic: [UInt8] = [0x00, 0x61, 0x6F, 0x74]

  package init(bytes: [UInt8], file: String) throws(TraceError) {
    self.bytes = bytes
    self.file = file
    version = try AotModule.readHeader(ByteCursor(bytes: bytes, file: file))
    layout = .release2_4
    target = AotTarget(
      binaryType: 0, abiType: 0, fileType: 0, machine: 0, objectVersion: 0, objectFlags: 0,
      features: nil, architecture: "")
    sections = try readSectionList()
    try readSections()
  }
}

extension AotModule {
  package var importedFunctionCount: Int { importedFunctions.count }

  /// The type of a function type index; nil where it names none.
  package func functionType(_ index: UInt32) -> FunctionType? {
    index < types.count ? types[Int(index)].function : nil
  }

  package func export(_ name: String, _ kind: Export.Kind) -> Export? {
    exports.first { $0.kind == kind && $0.name == name }
  }

  package func objectSection(_ name: String) -> AotObjectSection? {
    objectSections.first { $0.name == name }
  }

  /// Where the code of each own function lies in the file, to the next function's first byte.
  ///
  /// With checks of the native stack that is the short function that checks; the functions that
  /// these call stand between or behind them and count to the one before.
  package func functionCode() -> [Range<Int>] {
    let size = UInt64(text.code.count)
    let starts = functions.map { min($0.textOffset, size) }
    let ordered = Set(starts).sorted() + [size]
    var next: [UInt64: UInt64] = [:]
    for (start, end) in zip(ordered, ordered.dropFirst()) { next[start] = end }
    return starts.map { start in
      let end = next[start] ?? size
      return text.code.lowerBound + Int(start)..<text.code.lowerBound + Int(end)
    }
  }
}
