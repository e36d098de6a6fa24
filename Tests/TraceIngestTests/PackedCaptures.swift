import MemtraceTestSupport
import TraceIngest
import TraceModel

/// The captures in `dumps/all-captures.zst`, which Tools/pack-captures made.
enum PackedCaptures {
  static func all() throws -> [String: [UInt8]] {
    var captures: [String: [UInt8]] = [:]
    let bytes = try contents(of: "dumps/all-captures.zst")
    var position = 0
    while position < bytes.count {
      guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { break }
      let words = String(decoding: bytes[position..<end], as: UTF8.self).split(separator: " ")
      guard words.count == 3, words[0] == "#capture", let count = Int(words[2]) else { break }
      captures[String(words[1])] = Array(bytes[(end + 1)..<(end + 1 + count)])
      position = end + 1 + count
    }
    return captures
  }

  /// All bytes of a sample, decompressed.
  static func contents(of name: String) throws -> [UInt8] {
    let input = try InputFile(path: Samples.path(name))
    var bytes: [UInt8] = []
    while try input.read(into: &bytes) {}
    return bytes
  }
}

/// The rows of `facts.tsv`: one for each complete dump of the captures, in order.
enum DumpFacts {
  struct LoaderBytes {
    var bytes: Int64
    var page: Int64
  }

  /// What each dump of a file prints.
  static func byFile() throws -> [String: [[SnapshotField: SnapshotValue]]] {
    try rows().mapValues { rows in
      rows.map { row in
        var fields: [SnapshotField: SnapshotValue] = [:]
        for (field, column) in zip(SnapshotField.allCases, columns) {
          guard let text = row[column], !text.isEmpty else { continue }
          fields[field] = Int64(text).map { .bytes($0) } ?? .notEnoughInfo
        }
        return fields
      }
    }
  }

  /// What the loader says of each dump's memory; nil where it printed nothing.
  static func loaderMemory() throws -> [String: [LoaderBytes?]] {
    try rows().mapValues { rows in
      rows.map { row in
        guard let page = row["log_page_bytes"].flatMap({ Int64($0) }),
          let pages = row["log_init_pages"].flatMap({ Int64($0) })
        else { return nil }
        return LoaderBytes(bytes: page * pages, page: page)
      }
    }
  }

  private static func rows() throws -> [String: [[String: String]]] {
    let text = String(decoding: try PackedCaptures.contents(of: "facts.tsv"), as: UTF8.self)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { return [:] }
    let rows = lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
    return Dictionary(grouping: rows) { $0["file"] ?? "" }
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
}
