import CElfutils

/// The compilation units of a module by address.
///
/// Units and their functions are read when an address first needs them. The units' own ranges are
/// used and not `.debug_aranges`, which clang and rustc do not write.
struct DebugInformation {
  /// What is subtracted from the module's addresses for those in the debug information.
  private let bias: UInt64
  private var units: [CompilationUnit] = []
  private var ranges = AddressRanges<Int>()

  /// Nil where the module has no debug information.
  init?(of module: OpaquePointer) {
    var bias: Dwarf_Addr = 0
    guard unsafe dwfl_module_getdwarf(module, &bias) != nil else { return nil }
    self.bias = bias
    var entry: UnsafeMutablePointer<Dwarf_Die>?
    var ignored: Dwarf_Addr = 0
    while let next = unsafe dwfl_module_nextcu(module, entry, &ignored) {
      unsafe entry = next
      unsafe DwarfRanges.forEach(of: &next.pointee) { start, end in
        ranges.insert(start, end, units.count)
      }
      unsafe units.append(CompilationUnit(next.pointee))
    }
    guard !ranges.isEmpty else { return nil }
    ranges.sort()
  }

  /// The functions around an address, innermost first; `outermost` names what has no entry.
  mutating func frames(at address: UInt64, outermost: () -> String?) -> [SymbolFrame] {
    let address = address &- bias
    guard let unit = ranges.value(at: address) else { return [] }
    return units[unit].frames(at: address, outermost: outermost)
  }
}

/// The address ranges of an entry of the debug information.
enum DwarfRanges {
  /// More ranges than a real function or unit has.
  private static let most = 1 << 20

  static func forEach(of entry: inout Dwarf_Die, _ body: (UInt64, UInt64) -> Void) {
    var base: Dwarf_Addr = 0
    var start: Dwarf_Addr = 0
    var end: Dwarf_Addr = 0
    var offset = 0
    var count = 0
    while count < most {
      offset = unsafe dwarf_ranges(&entry, offset, &base, &start, &end)
      guard offset > 0 else { return }
      // Functions that the linker left out begin at 0.
      if start != 0 { body(start, end) }
      count += 1
    }
  }
}
