import TraceModel
import TraceStore

/// What several stores say of themselves, joined.
struct MergedMetadata {
  private(set) var metadata = TraceMetadata()
  private var labelPaths: [String: String] = [:]

  /// Takes what a part says; the places of its inputs among all are returned.
  ///
  /// `base` is the number of events before it, of which `dropped` of its own are left out. A part that
  /// continues the one before it shares that one's inputs.
  mutating func add(
    _ part: MergedPart, base: UInt64, dropped: UInt64
  ) throws(TraceError) -> [Int] {
    let own = part.store.metadata
    for label in own.labels { try add(label, of: part.path) }
    let oddities = TraceIngestion.oddityMessages
    for diagnostic in own.diagnostics
    where !oddities.contains(diagnostic.message) && !metadata.diagnostics.contains(diagnostic) {
      metadata.diagnostics.append(diagnostic)
    }
    if own.isIncomplete { metadata.isIncomplete = true }
    var places: [Int] = []
    for source in own.sources {
      var placed = source
      placed.firstEvent = base + (source.firstEvent > dropped ? source.firstEvent - dropped : 0)
      let shared = metadata.sources.indices.first { index in
        part.continues && !places.contains(index) && metadata.sources[index].isSameInput(as: source)
      }
      if let shared {
        // Nothing of it came before.
        if metadata.sources[shared].firstEvent >= base { metadata.sources[shared] = placed }
        places.append(shared)
      } else {
        places.append(metadata.sources.count)
        metadata.sources.append(placed)
      }
    }
    return places
  }

  /// What all parts are of the trace that they are slices of.
  mutating func setRange(of parts: [MergedPart]) {
    let logs = parts.filter(\.hasEvents)
    guard let first = logs.first, logs.contains(where: { $0.slice != nil }) else { return }
    metadata.openingEvents = first.store.metadata.openingEvents
    let start = first.slice?.events.lowerBound ?? 0
    let count = logs.reduce(0) {
      $0 + $1.store.summary.eventCount - $1.store.metadata.openingEvents
    }
    metadata.slice = TraceSlice(
      from: first.slice?.from, to: logs.last?.slice?.to, events: start..<start + count)
  }

  private mutating func add(_ label: RunLabel, of path: String) throws(TraceError) {
    guard let index = metadata.labels.firstIndex(where: { $0.name == label.name }) else {
      metadata.labels.append(label)
      labelPaths[label.name] = path
      return
    }
    let known = metadata.labels[index]
    guard known.value == label.value else {
      throw TraceError(
        .malformed,
        "label \(label.name) is \(label.value), and \(known.value) in "
          + "\(labelPaths[label.name] ?? ""): these are not of one run",
        at: SourceLocation(file: path))
    }
    if !label.isInferred { metadata.labels[index].isInferred = false }
  }
}

extension TraceSource {
  fileprivate func isSameInput(as other: TraceSource) -> Bool {
    var other = other
    other.firstEvent = firstEvent
    return self == other
  }
}
