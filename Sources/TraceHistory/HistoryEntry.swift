package import TraceModel

/// A run as a history has it.
package struct HistoryEntry: Hashable, Sendable {
  /// Its number in this history, by which points name it.
  package var number: Int64
  package var digest: RunDigest
  package var run: HistoryRun

  package var reference: RunReference {
    RunReference(id: digest.id, time: run.time, commit: run.commit)
  }
}
