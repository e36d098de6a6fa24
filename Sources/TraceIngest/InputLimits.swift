/// Every limit on text inputs; an input beyond one of them gets an error or a diagnostic.
package enum InputLimits {
  /// A longer line is no event and no dump line: it is skipped, and said.
  package static let lineBytes = 1 << 20
  /// A line of this length means that the input is no text.
  package static let endlessLineBytes: UInt64 = 1 << 28
  /// Bytes of text that are cut into lines at once: few enough to stay, with what is read of them,
  /// in a processor's cache.
  package static let blockBytes = 1 << 18
  /// Bytes of a compressed input asked for at once.
  static let compressedBytes = 1 << 18
  /// What detection is shown.
  package static let headBytes = 1 << 16
  /// Rows of one batch of events: as many as a processor keeps in its cache.
  package static let batchRows = 1 << 15
  /// Blocks that one job reads: few enough for their events to fit one batch, mostly.
  package static let batchBlocks = 6
  /// Distinct event shapes in one batch; hostile keys make the batch end early.
  package static let batchShapes = 4096
  /// Bytes of text values in one batch.
  package static let batchTextBytes = 1 << 24
  /// Kinds of diagnostics kept; more of one kind only raise its count.
  package static let diagnostics = 200
  /// zstd windows larger than this are refused.
  package static let zstdWindowLog: Int32 = 27
}
