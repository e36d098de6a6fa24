import MemtraceTestSupport
import TraceModel

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
        SampleFacts.fields(row)
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
    Dictionary(grouping: try SampleFacts.rows.get()) { $0["file"] ?? "" }
  }
}
