package import TraceModel
package import WasmBinary

/// The memory that the loader takes from the system for an `.aot` file's code.
///
/// Source: core/iwasm/aot/aot_loader.c (`create_sections`, `load_object_data_sections`,
/// `try_merge_data_and_text`, `load_relocation_section`), `os_mmap` in
/// core/shared/platform/common/posix/posix_memmap.c, and iwasm's main.c, WAMR-1.0.0 to main.
package struct AotMappings: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Literals, code and the jumps to the runtime.
    case text
    case dataSections
    /// Both in one mapping.
    case textAndDataSections
    /// Addresses of own functions that x86-64 code takes from a table.
    case addressTable
  }

  package struct Mapping: Hashable, Sendable {
    package var kind: Kind
    /// Rounded to what the system maps.
    package var bytes: Int64
    /// What of it is used.
    package var usedBytes: Int64
  }

  /// What stays mapped as long as the module is loaded.
  package private(set) var mappings: [Mapping] = []
  /// The most that is mapped at one time while the module is loaded.
  package private(set) var peakBytes: Int64 = 0
  /// The code is executed where it lies in the buffer that the embedder loads the file from, which
  /// must then be executable: iwasm maps the whole file for it, and it counts as the file's.
  package let isTextInFile: Bool

  package var mappedBytes: Int64 { mappings.reduce(0) { $0 + $1.bytes } }

  /// How a platform maps memory.
  package struct Rules: Hashable, Sendable {
    /// `os_getpagesize()`, by which data sections are kept apart.
    package var pageBytes: Int64
    /// What a mapping is rounded up to; 1 where mappings are plain allocations.
    package var unitBytes: Int64
    /// Code and data sections move into one mapping.
    package var mergesSections: Bool
    /// Mappings of 2 MiB and more ask for as much again to be aligned to it, and give it back.
    package var alignsLargeMappings: Bool

    package init(
      pageBytes: Int64, unitBytes: Int64, mergesSections: Bool, alignsLargeMappings: Bool
    ) {
      self.pageBytes = max(1, pageBytes)
      self.unitBytes = max(1, unitBytes)
      self.mergesSections = mergesSections
      self.alignsLargeMappings = alignsLargeMappings
    }

    /// A platform as WAMR's own port of it is; `isFileFreeable` as for the dump's fields.
    ///
    /// Ports without pages keep data sections 4 KiB apart all the same, RIOT's 1 KiB.
    package init(
      platform: Platform, version: WamrVersion, isFileFreeable: Bool = false,
      pageBytes: Int64 = 4096
    ) {
      let merges = WamrVersion("2.2.0").map { $0 <= version } ?? false
      let mayMerge = platform != .nuttx && platform != .espIDF && !isFileFreeable
      self.init(
        pageBytes: platform == .riot ? 1024 : max(pageBytes, 4096),
        unitBytes: platform.mapsPages ? pageBytes : 1, mergesSections: merges && mayMerge,
        alignsLargeMappings: platform == .linux || platform == .android)
    }
  }

  package init(
    _ module: AotModule, version: WamrVersion, features: BuildFeatures, rules: Rules
  ) {
    isTextInFile = module.target.isExecutedInPlace
    let code = AotCodeSize(module, version: version, features: features, sectionStruct: 0)
    var loading = Loading(rules: rules)
    let text = module.textSectionBytes + code.pltBytes
    let sizes = module.objectSections.map { Int64($0.range.count) }.filter { $0 > 0 }
    let used = sizes.reduce(0, +)
    let apart = sizes.reduce(0) { $0 + Loading.round($1, to: rules.pageBytes) }

    let hasText = !isTextInFile && module.textSectionBytes > 0
    if hasText { loading.map(.text, text, used: text) }
    if let since = WamrVersion("2.2.0"), version >= since {
      if apart > 0 { loading.map(.dataSections, apart, used: used) }
      if hasText, rules.mergesSections {
        let together = Loading.round(text, to: rules.pageBytes) + apart
        loading.replaceAll(.textAndDataSections, together, used: text + used)
      }
    } else {
      for size in sizes { loading.map(.dataSections, size, used: size) }
    }
    let slots = Int64(module.indirectlyAddressedFunctions.count)
    if slots > 0, let since = WamrVersion("1.2.3"), version >= since {
      loading.map(.addressTable, 8 * slots, used: 8 * slots)
    }
    mappings = loading.mappings
    peakBytes = loading.peak
  }
}

/// The mappings in the order in which the loader makes them.
private struct Loading {
  let rules: AotMappings.Rules
  var mappings: [AotMappings.Mapping] = []
  var peak: Int64 = 0

  static func round(_ bytes: Int64, to unit: Int64) -> Int64 { (bytes + unit - 1) / unit * unit }

  mutating func map(_ kind: AotMappings.Kind, _ bytes: Int64, used: Int64) {
    let large: Int64 = 2 << 20
    let rounded = Loading.round(bytes, to: rules.unitBytes)
    mappings.append(AotMappings.Mapping(kind: kind, bytes: rounded, usedBytes: used))
    let extra = rules.alignsLargeMappings && rounded >= large ? large : 0
    peak = max(peak, mappings.reduce(extra) { $0 + $1.bytes })
  }

  /// Maps one for all and then unmaps those before it.
  mutating func replaceAll(_ kind: AotMappings.Kind, _ bytes: Int64, used: Int64) {
    map(kind, bytes, used: used)
    mappings = mappings.suffix(1)
  }
}
