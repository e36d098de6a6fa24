import CElfutils

/// The functions of an ELF symbol table by address.
///
/// `.symtab` of the file or of its separate debug file, else `.dynsym`, with `.gnu_debugdata`
/// (minidebuginfo) where there is one: what libdwfl finds.
struct SymbolTable {
  /// A symbol's name, which lives as long as the module, and how good a name it is.
  @safe private struct Symbol {
    var name: UnsafePointer<CChar>
    /// Lower is better: global, weak, local; with few leading underscores; short.
    var rank: Int
  }

  private var ranges = AddressRanges<Symbol>()

  /// No function has a name.
  var isEmpty: Bool { ranges.isEmpty }

  init(of module: OpaquePointer) {
    let count = max(0, unsafe dwfl_module_getsymtab(module))
    /// Symbols without a size, as hand-written assembly has them, and where their sections end.
    var open: [(start: UInt64, limit: UInt64, symbol: Symbol)] = []
    var starts: [UInt64] = []
    for index in 0..<count {
      var symbol = GElf_Sym()
      var value: GElf_Addr = 0
      var section: GElf_Word = 0
      var elf: OpaquePointer?
      guard
        let name = unsafe dwfl_module_getsym_info(
          module, index, &symbol, &value, &section, &elf, nil), unsafe name[0] != 0
      else { continue }
      let type = symbol.st_info & 0xf
      let isFunction = type == UInt8(STT_FUNC) || type == UInt8(STT_GNU_IFUNC)
      guard isFunction || type == UInt8(STT_NOTYPE), section != GElf_Word(SHN_UNDEF) else {
        continue
      }
      let entry = unsafe Symbol(name: name, rank: SymbolTable.rank(symbol.st_info, name))
      if symbol.st_size > 0 {
        let (end, overflow) = value.addingReportingOverflow(symbol.st_size)
        ranges.insert(value, overflow ? .max : end, entry)
        starts.append(value)
      } else if let limit = unsafe SymbolTable.codeEnd(elf, section, around: value) {
        open.append((value, limit, entry))
        starts.append(value)
      }
    }
    starts.sort()
    for entry in open {
      let next = SymbolTable.first(of: starts, after: entry.start)
      ranges.insert(entry.start, min(entry.limit, next ?? .max), entry.symbol)
    }
    ranges.sort { $0.rank < $1.rank }
  }

  /// The function that the address lies in.
  func function(at address: UInt64) -> String? {
    ranges.value(at: address).map { unsafe FunctionName.shown($0.name) }
  }

  private static func rank(_ info: UInt8, _ name: UnsafePointer<CChar>) -> Int {
    let binding =
      switch Int32(info >> 4) {
      case STB_GLOBAL: 0
      case STB_WEAK: 1
      default: 2
      }
    var underscores = 0
    while underscores < 7, unsafe name[underscores] == CChar(UInt8(ascii: "_")) {
      underscores += 1
    }
    return unsafe (binding << 32) + (underscores << 24) + min(strnlen(name, 1 << 20), 1 << 20)
  }

  /// The end of the executable section that a symbol names, where the address lies in it.
  private static func codeEnd(
    _ elf: OpaquePointer?, _ section: GElf_Word, around address: UInt64
  ) -> UInt64? {
    guard section < GElf_Word(SHN_LORESERVE), let elf = unsafe elf,
      let entry = unsafe elf_getscn(elf, Int(section))
    else { return nil }
    var header = GElf_Shdr()
    guard unsafe gelf_getshdr(entry, &header) != nil,
      header.sh_flags & GElf_Xword(SHF_EXECINSTR) != 0, header.sh_addr <= address
    else { return nil }
    let (end, overflow) = header.sh_addr.addingReportingOverflow(header.sh_size)
    return !overflow && address < end ? end : nil
  }

  private static func first(of sorted: [UInt64], after value: UInt64) -> UInt64? {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count ? sorted[low] : nil
  }
}
