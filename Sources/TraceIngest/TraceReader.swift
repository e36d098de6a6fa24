package import ThreadPool
package import TraceModel

/// How sure a reader is that an input is its own.
package enum Confidence: Int, Comparable, Sendable {
  case none
  /// Any text could be this: taken where nobody is surer.
  case possible
  case certain

  package static func < (left: Confidence, right: Confidence) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What a reader is told about an input, and whom it tells.
package struct ReadContext {
  /// The input's ordinal in the trace.
  package var source: Int
  /// The input's name in messages.
  package var file: String
  /// The ordinal that the next event gets.
  package var firstEvent: UInt64
  package var diagnostics: DiagnosticCollector
  /// Facts about the run that the input shows, such as a log header's `exe`.
  package var labels: [RunLabel] = []
  /// What the input's header says; readers of inputs without one leave it.
  package var scope: TraceScope?
  /// The input breaks off.
  package var isIncomplete = false
  /// How long events of an input that others still write wait for a full batch; nil for ever.
  package var patience: Duration?
  /// What works on the input's lines.
  package let pool: ThreadPool

  package init(
    source: Int, file: String, firstEvent: UInt64, isStrict: Bool,
    pool: ThreadPool = ThreadPool(threads: 1)
  ) {
    self.pool = pool
    self.source = source
    self.file = file
    self.firstEvent = firstEvent
    diagnostics = DiagnosticCollector(file: file, isStrict: isStrict)
  }
}

/// Reads one input format into trace records, in input order.
package protocol TraceReader: Sendable {
  /// The name for `--input-format`, and what it reads.
  var format: TraceFormat { get }

  /// How sure this reader is that an input starting with `head` is its own.
  func confidence(inHead head: [UInt8]) -> Confidence

  /// Hands every record to `sink`; throws where the input holds nothing that this format names.
  func read(
    _ lines: inout LineBlocks, context: inout ReadContext,
    sink: (consuming TraceRecord) throws -> Void
  ) throws
}

/// An input format's name in options and messages.
package struct TraceFormat: Sendable, Hashable {
  package var name: String
  package var summary: String

  package init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }
}
