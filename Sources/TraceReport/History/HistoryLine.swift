package import TraceModel

/// A run as one line of JSON: what `memtrace history import` reads and `export` writes.
package struct HistoryLine: Hashable, Sendable {
  package var run: HistoryRun
  /// What tells the run from others, in hexadecimal digits, where it is not its content.
  package var digest: String?

  package init(run: HistoryRun, digest: String? = nil) {
    self.run = run
    self.digest = digest
  }
}
