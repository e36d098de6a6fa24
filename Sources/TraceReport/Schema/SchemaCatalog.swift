/// The JSON Schemas of memtrace's documents (`memtrace schema NAME`).
package enum SchemaCatalog {
  private static let schemas: [(name: String, bytes: [UInt8])] = [
    ("categories", PackageResources.categories_json),
    ("check", PackageResources.check_json),
    ("diff", PackageResources.diff_json),
    ("doctor", PackageResources.doctor_json),
    ("estimate", PackageResources.estimate_json),
    ("explain", PackageResources.explain_json),
    ("history-decisions", PackageResources.history_decisions_json),
    ("history-run", PackageResources.history_run_json),
    ("history-runs", PackageResources.history_runs_json),
    ("history-selftest", PackageResources.history_selftest_json),
    ("history-series", PackageResources.history_series_json),
    ("info", PackageResources.info_json),
    ("leaks", PackageResources.leaks_json),
    ("peak", PackageResources.peak_json),
    ("report", PackageResources.report_json),
    ("sites", PackageResources.sites_json),
    ("snapshots", PackageResources.snapshots_json),
    ("threads", PackageResources.threads_json),
    ("timeline", PackageResources.timeline_json),
  ]

  package static var names: [String] { schemas.map(\.name) }

  /// The schema's text; nil where no document has the name.
  package static func text(_ name: String) -> String? {
    schemas.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
