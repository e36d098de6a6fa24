import CElfutils
import Glibc

/// The symbols and the debug information of one ELF file.
@safe final class ModuleSymbols {
  /// Why there are none, as a sentence's end: `has no symbols`.
  struct Reason: Error {
    var text: String
  }

  private let session: OpaquePointer
  private let module: OpaquePointer
  private var symbols: SymbolTable?
  private var debugInformation: DebugInformation?
  private var triedDebugInformation = false

  /// Opens a file.
  ///
  /// `callbacks` must outlive this object; `buildID` is what the file's must be, empty: any.
  init(
    path: String, buildID: [UInt8], callbacks: UnsafePointer<Dwfl_Callbacks>
  ) throws(Reason) {
    let descriptor = unsafe celfutils_open(path)
    guard descriptor >= 0 else {
      throw Reason(text: errno == ENOENT ? "is missing" : "cannot be read")
    }
    guard let session = unsafe dwfl_begin(callbacks) else {
      close(descriptor)
      throw Reason(text: "cannot be read: \(ModuleSymbols.lastError)")
    }
    // Its segments stand where the file says: addresses are the file's virtual addresses.
    guard
      let module = unsafe dwfl_report_elf(session, path, path, descriptor, 0, true)
    else {
      let reason = ModuleSymbols.lastError
      unsafe dwfl_end(session)
      throw Reason(text: "is no ELF file that can be read: \(reason)")
    }
    unsafe dwfl_report_end(session, nil, nil)
    guard unsafe ModuleSymbols.hasBuildID(buildID, module) else {
      unsafe dwfl_end(session)
      throw Reason(text: "is not the file that ran: its build id is another")
    }
    unsafe self.session = session
    unsafe self.module = module
  }

  deinit { unsafe dwfl_end(session) }

  /// Whether the file names its functions at all.
  var hasFunctions: Bool { !symbolTable.isEmpty || hasDebugInformation }

  /// The functions around an address, innermost first.
  func frames(at address: UInt64) -> [SymbolFrame] {
    if hasDebugInformation {
      let frames = debugInformation?.frames(at: address) { symbolTable.function(at: address) } ?? []
      if !frames.isEmpty { return frames }
    }
    return symbolTable.function(at: address).map { [SymbolFrame(function: $0)] } ?? []
  }

  /// The symbol of a name, function or data; one with a size before one without.
  func symbol(named name: String) -> (address: UInt64, size: UInt64)? {
    var found: (address: UInt64, size: UInt64)?
    let count = unsafe dwfl_module_getsymtab(module)
    for index in 0..<max(0, count) {
      var symbol = GElf_Sym()
      var address: GElf_Addr = 0
      var section: GElf_Word = 0
      guard
        let text = unsafe dwfl_module_getsym_info(
          module, index, &symbol, &address, &section, nil, nil),
        section != GElf_Word(SHN_UNDEF), unsafe strcmp(text, name) == 0
      else { continue }
      if symbol.st_size > 0 { return (address, symbol.st_size) }
      if found == nil { found = (address, 0) }
    }
    return found
  }

  private var hasDebugInformation: Bool {
    if !triedDebugInformation {
      triedDebugInformation = true
      debugInformation = unsafe DebugInformation(of: module)
    }
    return debugInformation != nil
  }

  private var symbolTable: SymbolTable {
    if let symbols { return symbols }
    let read = unsafe SymbolTable(of: module)
    symbols = read
    return read
  }

  private static func hasBuildID(_ expected: [UInt8], _ module: OpaquePointer) -> Bool {
    if expected.isEmpty { return true }
    var bytes: UnsafePointer<UInt8>?
    var address: GElf_Addr = 0
    let count = Int(unsafe dwfl_module_build_id(module, &bytes, &address))
    guard count == expected.count, let bytes = unsafe bytes else { return false }
    return unsafe UnsafeBufferPointer(start: bytes, count: count).elementsEqual(expected)
  }

  private static var lastError: String {
    unsafe dwfl_errmsg(-1).map { unsafe String(cString: $0) } ?? "unknown error"
  }
}
