package import TraceModel

/// Values of one series with the runs that have them, oldest first.
package struct SeriesListing: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    package var run: RunReference
    package var bytes: ByteCount

    package init(run: RunReference, bytes: ByteCount) {
      self.run = run
      self.bytes = bytes
    }
  }

  package var id: SeriesID
  package var kind: SeriesKind
  package var points: [Point]

  package init(id: SeriesID, kind: SeriesKind, points: [Point]) {
    self.id = id
    self.kind = kind
    self.points = points
  }
}
