package import TraceModel

/// The rows of `facts.tsv`: what each complete dump of the captures printed, and sizes of its
/// module's sections, read out by other means than memtrace.
package enum SampleFacts {
  /// By column; in the order of the file.
  package static let rows = Result { () throws -> [[String: String]] in
    let text = String(decoding: try PackedSamples.contents(of: "facts.tsv"), as: UTF8.self)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
  }

  /// The columns of the fields, in the order of ``SnapshotField``.
  private static let columns = [
    "mod_total", "mod_struct", "mod_types", "mod_imports", "mod_funcs", "mod_tables",
    "mod_memories", "mod_globals", "mod_exports", "mod_table_segs", "mod_data_segs",
    "mod_const_strs", "mod_custom_sections", "mod_aot_code", "inst_total", "inst_struct",
    "inst_memories", "inst_app_heap", "inst_tables", "inst_functions", "inst_globals",
    "inst_exports", "env_total", "env_struct", "env_block_cache", "env_stack", "grand_total",
    "interp_stack_used", "aux_stack_used", "native_stack_left", "app_heap_used",
  ]

  /// What a row's dump printed.
  package static func fields(_ row: [String: String]) -> [SnapshotField: SnapshotValue] {
    var fields: [SnapshotField: SnapshotValue] = [:]
    for (field, column) in zip(SnapshotField.allCases, columns) {
      guard let text = row[column], !text.isEmpty else { continue }
      fields[field] = Int64(text).map { .bytes($0) } ?? .notEnoughInfo
    }
    return fields
  }
}
