import CElfutils
package import TraceModel

/// What a program's file says of itself, as far as it matters for recording its runs.
package struct ExecutableFacts: Hashable, Sendable {
  /// The program that a file of text is for: its `#!` line.
  package struct Script: Hashable, Sendable {
    /// The path of the program that runs the script.
    package var interpreter: String
    /// The rest of the line, which is one argument.
    package var argument: String?
  }

  /// The sort of ELF file.
  package enum Kind: Hashable, Sendable {
    /// A program at fixed addresses (`ET_EXEC`).
    case executable
    /// A program or library that can lie anywhere (`ET_DYN`).
    case sharedObject
    /// An object file, a core dump or anything else: nothing that runs.
    case other
  }

  package var path: String
  /// Nil for an ELF file; for a script all facts from ``kind`` on are empty.
  package var script: Script?
  /// It runs as its owner or group, or with capabilities of its own: the loader ignores LD_PRELOAD.
  package var isSetUserID = false
  package var kind: Kind = .other
  /// 32 or 64; 0 for a script.
  package var bits = 0
  /// The number in `e_machine`; 62 is x86-64, 183 AArch64.
  package var machine: UInt16 = 0
  /// The dynamic loader that it names, whose lack makes a static program.
  package var interpreter: String?
  /// A symbol table other than the one for dynamic linking (`.symtab`).
  package var hasSymbolTable = false
  /// Debug information in the file itself.
  package var hasDebugInfo = false
  /// The libraries that it asks for, as it writes them, in its order.
  package var neededLibraries: [String] = []
  /// The build id's bytes; empty where it has none.
  package var buildID: [UInt8] = []

  package var isScript: Bool { script != nil }
  /// It has a dynamic loader: a static program cannot be recorded by a preloaded library.
  package var hasInterpreter: Bool { interpreter != nil }

  /// The architecture's usual name, or its number.
  package var machineName: String {
    switch Int32(machine) {
    case EM_386: "x86"
    case EM_ARM: "ARM"
    case EM_X86_64: "x86-64"
    case EM_AARCH64: "AArch64"
    case EM_RISCV: "RISC-V"
    case EM_XTENSA: "Xtensa"
    case EM_MIPS: "MIPS"
    case EM_PPC64: "PowerPC64"
    default: "machine \(machine)"
    }
  }

  /// Reads a file's head and tables; the file may be damaged or hostile.
  package init(path: String) throws(TraceError) {
    self.path = path
    let file = try ElfBytes(path: path)
    isSetUserID = unsafe file.isSetUserID || celfutils_has_capabilities(path)
    let head = try file.read(at: 0, upTo: 256)
    if head.starts(with: "#!".utf8) {
      script = try ExecutableFacts.script(head.dropFirst(2), path)
      return
    }
    guard head.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else {
      throw TraceError(
        .unknownFormat, "is neither an ELF file nor a script", at: SourceLocation(file: path))
    }
    let tables = try ElfTables(file)
    bits = tables.is64 ? 64 : 32
    machine = tables.machine
    kind =
      switch Int32(tables.type) {
      case ET_EXEC: .executable
      case ET_DYN: .sharedObject
      default: .other
      }
    interpreter = try tables.interpreter()
    hasSymbolTable = tables.sections.contains { $0.type == UInt32(SHT_SYMTAB) && $0.size > 0 }
    hasDebugInfo = tables.sections.contains {
      $0.name == ".debug_info" || $0.name == ".zdebug_info"
    }
    neededLibraries = try tables.neededLibraries()
    buildID = try tables.buildID()
  }

  /// The interpreter is the first word, all after it is one argument, as the kernel has it.
  private static func script(
    _ bytes: ArraySlice<UInt8>, _ path: String
  ) throws(TraceError) -> Script {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let trimmed = line.drop(while: isBlank)
    let word = trimmed.prefix { !isBlank($0) }
    guard !word.isEmpty else {
      throw TraceError(
        .unknownFormat, "is a script that names no interpreter",
        at: SourceLocation(file: path, line: 1))
    }
    var rest = trimmed.dropFirst(word.count).drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return Script(
      interpreter: String(decoding: word, as: UTF8.self),
      argument: rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self))
  }
}
