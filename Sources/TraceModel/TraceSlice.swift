/// Which part of a trace a store holds.
package struct TraceSlice: Hashable, Sendable {
  /// The range of time that was asked for, in nanoseconds on the log's clock; nil where it is open.
  package var from: UInt64?
  package var to: UInt64?
  /// The ordinals that the range's events had in the whole trace.
  package var events: Range<UInt64>

  package init(from: UInt64? = nil, to: UInt64? = nil, events: Range<UInt64>) {
    self.from = from
    self.to = to
    self.events = events
  }
}
