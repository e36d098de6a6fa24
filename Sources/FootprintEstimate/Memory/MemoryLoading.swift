import TraceModel
package import WasmBinary

/// What WAMR's loader makes of a module's memories: a memory that cannot grow is shrunk to
/// `__heap_base` and becomes one page.
///
/// Source: the end of `load_from_sections` in core/iwasm/interpreter/wasm_loader.c.
package struct MemoryLoading: Hashable, Sendable {
  package private(set) var memories: [MemoryShape]
  package let isShrunk: Bool
  package let isMerged: Bool
  /// Why the memory keeps its pages, or what was made of them; a sentence for `why`.
  package let sentence: String

  /// Pages that a memory without a maximum may have: 4 GiB, and more with 64-bit addresses.
  private static func defaultMaximum(_ type: MemoryType) -> Int64 {
    type.is64Bit ? 1 << 32 : 65_536
  }

  package init(
    _ module: WasmModule, code: CodeFacts, auxiliary: AuxiliaryLayout?, build: RuntimeBuild
  ) {
    memories =
      module.importedMemories.map { MemoryLoading.shape($0, isImported: true) }
      + module.memories.map { MemoryLoading.shape($0, isImported: false) }
    guard !memories.isEmpty else {
      (isShrunk, isMerged, sentence) = (false, false, "the module has no memory")
      return
    }
    guard !code.mayGrowMemory else {
      (isShrunk, isMerged) = (false, false)
      let name = code.hasMemoryGrow ? "memory.grow" : "memory.size"
      sentence = "the code has \(name), so the loader keeps whole pages of 64 KiB"
      return
    }
    // The first imported memory and the first own one.
    let firsts = Set([
      memories.firstIndex(where: \.isImported), memories.firstIndex { !$0.isImported },
    ])
    .compactMap(\.self)
    var shrunk = false
    // An option since 2.4, and always done before.
    let shrinks = build.version < .v2_4 || build.features.has("SHRUNK_MEMORY")
    if let auxiliary, shrinks {
      let size = (auxiliary.heapBase + 7) & ~7
      for index in firsts
      where size <= memories[index].initialBytes && size <= Int64(UInt32.max) {
        memories[index].pageBytes = size
        memories[index].initialPages = 1
        shrunk = true
      }
    }
    isShrunk = shrunk
    isMerged = !build.features.has("MULTI_MODULE")
    if isMerged {
      for index in firsts { memories[index].mergePages(version: build.version) }
    }
    if shrunk {
      sentence = "the code has no memory.grow, so the loader shrinks the memory to __heap_base"
    } else if auxiliary == nil {
      sentence =
        "the code has no memory.grow, but __heap_base and __data_end are not exported, so the "
        + "loader merges the pages and shrinks nothing"
    } else {
      sentence = "the code has no memory.grow, so the loader makes one page of all"
    }
  }

  private static func shape(_ type: MemoryType, isImported: Bool) -> MemoryShape {
    let limit = defaultMaximum(type)
    let initial = Int64(clamping: type.limits.minimum)
    let maximum = type.limits.maximum.map { Int64(clamping: $0) } ?? limit
    return MemoryShape(
      pageBytes: MemoryType.pageBytes, initialPages: min(initial, limit),
      maximumPages: min(max(maximum, initial), limit),
      hasDeclaredMaximum: type.limits.maximum != nil, isShared: type.isShared,
      is64Bit: type.is64Bit, isImported: isImported)
  }
}

extension MemoryShape {
  /// All initial pages become one, which is also the maximum.
  fileprivate mutating func mergePages(version: WamrVersion) {
    if initialPages < 65_536 {
      pageBytes = LargestSize.product(pageBytes, initialPages)
    } else if version < .v2_0 {
      pageBytes = Int64(UInt32.max)
    } else {
      return
    }
    // The releases before 1.0.0 counted a page without bytes.
    let hasPage = initialPages > 0 || version < .v1_0
    initialPages = hasPage ? 1 : 0
    maximumPages = initialPages
  }
}
