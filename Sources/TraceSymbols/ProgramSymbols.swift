import CElfutils
import Glibc
package import TraceModel

/// Which of some names a program defines, and where the names of its functions come from.
///
/// Its own symbol tables, and on this machine its separate debug file and `.gnu_debugdata`.
package struct ProgramSymbols: Hashable, Sendable {
  /// Of the names that were asked for, those that it defines.
  package private(set) var defined: Set<String> = []
  /// Functions with a name, those that it only imports apart.
  package private(set) var functionCount = 0
  /// DWARF, in the file or in its debug file.
  package private(set) var hasDebugInfo = false
  /// The separate debug file; nil where there is none, or nothing in it is needed.
  package private(set) var debugFile: String?

  /// A symbol table of functions in `.gnu_debugdata`.
  package private(set) var hasMiniDebugInfo = false

  /// Looks a program's symbols through once.
  package init(path: String, names: Set<String>) throws(TraceError) {
    hasMiniDebugInfo = try ElfTables(ElfBytes(path: path)).sections.contains {
      $0.name == ".gnu_debugdata"
    }
    let folders = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: 1)
    unsafe folders.initialize(to: strdup("/usr/lib/debug"))
    let callbacks = UnsafeMutablePointer<Dwfl_Callbacks>.allocate(capacity: 1)
    unsafe callbacks.initialize(to: celfutils_callbacks(folders))
    defer {
      unsafe callbacks.deallocate()
      unsafe free(folders.pointee)
      unsafe folders.deallocate()
    }
    let descriptor = unsafe celfutils_open(path)
    guard descriptor >= 0 else { throw ProgramSymbols.failure(path) }
    guard let session = unsafe dwfl_begin(callbacks) else {
      close(descriptor)
      throw ProgramSymbols.failure(path)
    }
    defer { unsafe dwfl_end(session) }
    guard let module = unsafe dwfl_report_elf(session, path, path, descriptor, 0, true) else {
      throw ProgramSymbols.failure(path)
    }
    unsafe dwfl_report_end(session, nil, nil)
    unsafe lookThrough(module, for: names)
    var bias: Dwarf_Addr = 0
    hasDebugInfo = unsafe dwfl_module_getdwarf(module, &bias) != nil
    var file: UnsafePointer<CChar>?
    _ = unsafe dwfl_module_info(module, nil, nil, nil, nil, nil, nil, &file)
    debugFile = unsafe file.map { unsafe String(cString: $0) }
    if debugFile == path { debugFile = nil }
  }

  private mutating func lookThrough(_ module: OpaquePointer, for names: Set<String>) {
    let count = max(0, unsafe dwfl_module_getsymtab(module))
    for index in 0..<count {
      var symbol = GElf_Sym()
      var address: GElf_Addr = 0
      var section: GElf_Word = 0
      guard
        let text = unsafe dwfl_module_getsym_info(
          module, index, &symbol, &address, &section, nil, nil),
        section != GElf_Word(SHN_UNDEF), unsafe text[0] != 0
      else { continue }
      if symbol.st_info & 0xf == UInt8(STT_FUNC) { functionCount += 1 }
      let name = unsafe String(cString: text)
      if names.contains(name) { defined.insert(name) }
    }
  }

  private static func failure(_ path: String) -> TraceError {
    TraceError(.malformed, "is no ELF file that can be read", at: SourceLocation(file: path))
  }
}
