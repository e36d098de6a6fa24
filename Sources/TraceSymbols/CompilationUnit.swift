import CElfutils

/// One compilation unit: its functions by address, the functions inlined in them, its lines.
@safe struct CompilationUnit {
  private var own: Dwarf_Die
  private var functions: AddressRanges<Dwarf_Die>?

  /// Deeper nesting and more entries than compilers write: they bound the walk in hostile files.
  private static let deepest = 256
  private static let mostEntries = 1 << 26
  private static let mostEntriesOfFunction = 1 << 20

  init(_ entry: Dwarf_Die) {
    unsafe own = entry
  }

  /// The functions around an address, innermost first.
  ///
  /// `outermost` names a function of which only lines are known.
  mutating func frames(at address: UInt64, outermost: () -> String?) -> [SymbolFrame] {
    var position = line(at: address)
    if unsafe functions == nil { unsafe functions = readFunctions() }
    guard var function = unsafe functions?.value(at: address) else {
      // Between functions the line table still covers the padding.
      guard let name = outermost() else { return [] }
      return [SymbolFrame(function: name, file: position.file, line: position.line)]
    }
    var frames: [SymbolFrame] = []
    var calls = unsafe inlined(in: &function, around: address)
    while var call = unsafe calls.popLast() {
      frames.append(
        SymbolFrame(
          function: unsafe CompilationUnit.name(&call), file: position.file, line: position.line))
      position = unsafe callSite(&call)
    }
    let name = unsafe CompilationUnit.name(&function) ?? outermost()
    frames.append(SymbolFrame(function: name, file: position.file, line: position.line))
    return frames
  }

  /// The entries of inlined functions that hold the address, outermost first.
  private func inlined(in function: inout Dwarf_Die, around address: UInt64) -> [Dwarf_Die] {
    var found: [Dwarf_Die] = unsafe []
    var left = CompilationUnit.mostEntriesOfFunction
    unsafe CompilationUnit.descend(&function, address, 0, &left, &found)
    return unsafe found
  }

  /// Adds the inlined functions below an entry that hold the address; true where there are any.
  @discardableResult
  private static func descend(
    _ parent: inout Dwarf_Die, _ address: UInt64, _ depth: Int, _ left: inout Int,
    _ found: inout [Dwarf_Die]
  ) -> Bool {
    var child = unsafe Dwarf_Die()
    guard depth < deepest, unsafe dwarf_child(&parent, &child) == 0 else { return false }
    repeat {
      left -= 1
      switch Int(unsafe dwarf_tag(&child)) {
      case DW_TAG_inlined_subroutine:
        if unsafe dwarf_haspc(&child, address) > 0 {
          unsafe found.append(child)
          unsafe descend(&child, address, depth + 1, &left, &found)
          return true
        }
      case DW_TAG_lexical_block, DW_TAG_try_block, DW_TAG_catch_block:
        // A block without ranges of its own holds what its children hold. The blocks of optimised
        // code overlap: where this one holds no inlined function, a later one may.
        if unsafe dwarf_haspc(&child, address) > 0 || hasNoRanges(&child),
          unsafe descend(&child, address, depth + 1, &left, &found)
        {
          return true
        }
      default: break
      }
    } while unsafe left > 0 && celfutils_next(&child)
    return false
  }

  private static func hasNoRanges(_ block: inout Dwarf_Die) -> Bool {
    unsafe dwarf_hasattr(&block, UInt32(DW_AT_ranges)) == 0
      && dwarf_hasattr(&block, UInt32(DW_AT_low_pc)) == 0
  }

  /// The unit's functions that have code.
  private func readFunctions() -> AddressRanges<Dwarf_Die> {
    var functions = unsafe AddressRanges<Dwarf_Die>()
    var unit = unsafe own
    var content = unsafe Dwarf_Die()
    if unsafe celfutils_unit(&unit, &content) {
      var left = CompilationUnit.mostEntries
      unsafe CompilationUnit.collect(&content, 0, &left, &functions)
    }
    unsafe functions.sort()
    return unsafe functions
  }

  private static func collect(
    _ parent: inout Dwarf_Die, _ depth: Int, _ left: inout Int,
    _ functions: inout AddressRanges<Dwarf_Die>
  ) {
    var child = unsafe Dwarf_Die()
    guard depth < deepest, unsafe dwarf_child(&parent, &child) == 0 else { return }
    repeat {
      left -= 1
      switch Int(unsafe dwarf_tag(&child)) {
      case DW_TAG_subprogram:
        let entry = unsafe child
        unsafe DwarfRanges.forEach(of: &child) { unsafe functions.insert($0, $1, entry) }
        // Functions within functions, as GNU C, Ada, Rust and Swift have them.
        unsafe collect(&child, depth + 1, &left, &functions)
      case DW_TAG_namespace, DW_TAG_module, DW_TAG_lexical_block, DW_TAG_structure_type,
        DW_TAG_class_type, DW_TAG_union_type, DW_TAG_enumeration_type, DW_TAG_variant_part:
        unsafe collect(&child, depth + 1, &left, &functions)
      default: break
      }
    } while unsafe left > 0 && celfutils_next(&child)
  }

  private static func name(_ entry: inout Dwarf_Die) -> String? {
    if let name = unsafe celfutils_linkage_name(&entry), unsafe name[0] != 0 {
      return unsafe FunctionName.shown(name)
    }
    guard let name = unsafe celfutils_name(&entry), unsafe name[0] != 0 else { return nil }
    return unsafe String(cString: name)
  }

  // MARK: - Lines

  private typealias Position = (file: String?, line: Int?)

  /// The line table's row for an address.
  private func line(at address: UInt64) -> Position {
    var unit = unsafe own
    guard let row = unsafe dwarf_getsrc_die(&unit, address) else { return (nil, nil) }
    var number: CInt = 0
    let file = unsafe dwarf_linesrc(row, nil, nil).map { unsafe CompilationUnit.baseName($0) }
    guard unsafe dwarf_lineno(row, &number) == 0, number > 0 else { return (file, nil) }
    return (file, Int(number))
  }

  /// Where an inlined function was called.
  private func callSite(_ entry: inout Dwarf_Die) -> Position {
    var position: Position = (nil, nil)
    var number: Dwarf_Word = 0
    if unsafe celfutils_number(&entry, UInt32(DW_AT_call_line), &number), number > 0 {
      position.line = Int(exactly: number)
    }
    var unit = unsafe own
    var files: OpaquePointer?
    if unsafe celfutils_number(&entry, UInt32(DW_AT_call_file), &number),
      unsafe dwarf_getsrcfiles(&unit, &files, nil) == 0, let files = unsafe files,
      let index = Int(exactly: number)
    {
      position.file = unsafe dwarf_filesrc(files, index, nil, nil).map {
        unsafe CompilationUnit.baseName($0)
      }
    }
    return position
  }

  private static func baseName(_ path: UnsafePointer<CChar>) -> String {
    let text = unsafe String(cString: path)
    return text.split(separator: "/").last.map(String.init) ?? text
  }
}
