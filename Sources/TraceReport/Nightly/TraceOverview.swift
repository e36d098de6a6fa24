package import TraceModel

/// Everything a page shows of one trace.
package struct TraceOverview: Hashable, Sendable {
  /// A moment of the trace that is worth a mark.
  package struct Mark: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
      case peak
      /// Linear memory grew.
      case grow
      /// A call asked for memory and got none.
      case failure
      /// The log's own `mark name=`.
      case mark
    }

    package var kind: Kind
    package var timeNanoseconds: UInt64
    /// The ordinal of the event.
    package var event: UInt64
    /// What grew by how much, what was asked for, or the mark's name.
    package var bytes: ByteCount?
    package var label: String

    package init(
      kind: Kind, timeNanoseconds: UInt64, event: UInt64, bytes: ByteCount?, label: String
    ) {
      self.kind = kind
      self.timeNanoseconds = timeNanoseconds
      self.event = event
      self.bytes = bytes
      self.label = label
    }
  }

  /// The file as the user named it.
  package var name: String
  package var labels: [RunLabel]
  package var peak: Footprint
  /// By category; nil where the store has neither events nor dumps over time.
  package var timeline: Timeline?
  package var marks: [Mark] = []
  /// Marks of a kind beyond those that are kept, by kind.
  package var marksLeftOut: [Mark.Kind: Int] = [:]
  /// At the peak; nil where the store has no events.
  package var sites: SiteSelection?
  package var threads: [ThreadReport] = []
  /// The estimate against this trace, where one was given.
  package var diff: FootprintDiff?

  package init(name: String, labels: [RunLabel], peak: Footprint) {
    self.name = name
    self.labels = labels
    self.peak = peak
  }
}
