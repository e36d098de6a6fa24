import TraceModel

/// The WASI context of an instance: copies of its arguments and a table of open files.
///
/// Source: `wasm_runtime_init_wasi` in core/iwasm/common/wasm_runtime_common.c, `fd_table_grow` and
/// `fd_prestats_grow` in core/iwasm/libraries/libc-wasi/sandboxed-system-primitives/src/posix.c,
/// the same from WAMR 1.3.3 to main.
extension RunAllocations {
  mutating func allocateWasiContext() {
    let launch = inputs.launch
    sequence.allocate(structs.wasiContext, .wasi)
    allocateStrings(launch.arguments)
    allocateStrings(launch.environment)
    sequence.allocate(structs.fileTable, .wasi)
    sequence.allocate(structs.preopenTable, .wasi)
    sequence.allocate(structs.argumentValues, .wasi)
    sequence.allocate(structs.addressPool, .wasi)
    var files = WasiTable(entryBytes: structs.fileEntry)
    // Standard input, output and error.
    for _ in 0..<3 { openFile(in: &files) }
    var preopens = WasiTable(entryBytes: structs.preopen)
    for directory in launch.directories {
      openFile(in: &files)
      // Preopened directories stand at their descriptor's place.
      preopens.grow(to: files.used - 1, &sequence)
      sequence.allocate(Int64(directory.utf8.count) + 1, .wasi)
      preopens.used += 1
    }
    // Names that may be looked up: an empty list.
    if build.version >= .v1_2 { allocateStrings([]) }
  }

  /// `copy_string_array`: pointers, from 1.2 on with a final null, then the strings.
  private mutating func allocateStrings(_ strings: [String]) {
    let final = build.version >= .v1_2 ? 1 : 0
    sequence.allocateUnlessEmpty(pointer * Int64(strings.count + final), .wasi)
    sequence.allocateUnlessEmpty(
      strings.reduce(0) { $0 + Int64($1.utf8.count) + 1 }, .wasi)
  }

  private mutating func openFile(in files: inout WasiTable) {
    sequence.allocate(structs.fileObject, .wasi)
    files.grow(to: files.used, &sequence)
    files.used += 1
  }
}

/// A table of the WASI layer, which is doubled until it has room and is half empty.
private struct WasiTable {
  let entryBytes: Int64
  var used = 0
  private var size = 0
  private var block: AllocationSequence.Block?

  init(entryBytes: Int64) {
    self.entryBytes = entryBytes
  }

  mutating func grow(to index: Int, _ sequence: inout AllocationSequence) {
    guard size <= index || size < (used + 1) * 2 else { return }
    var wanted = max(1, size)
    while wanted <= index || wanted < (used + 1) * 2 { wanted *= 2 }
    let new = sequence.allocate(entryBytes * Int64(wanted), .wasi)
    if let block { sequence.free(block, .wasi) }
    block = new
    size = wanted
  }
}
