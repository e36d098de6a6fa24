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

/// A run without what it measured.
package struct RunOutline: Hashable, Sendable {
  package var number: Int64
  package var reference: RunReference
  package var key: RunKey
  /// Committed bytes that lie in no others; nil where the run has none.
  package var total: ByteCount?
}
