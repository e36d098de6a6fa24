/// Definitions of call stacks in order, as columns; each distinct frame stands in a table once.
///
/// Rationale: logs of large programs define hundreds of thousands of stacks whose frames have long
/// names. None of these becomes a String, or memory of its own, on its way into a store.
package struct StackBatch: Sendable {
  package private(set) var ids: [UInt64] = []
  /// The parent's number + 1; 0 for none.
  package private(set) var parents: [UInt64] = []
  /// The ordinals of the first events after the definitions.
  package private(set) var firstEvents: [UInt64] = []
  /// For each row the place of its frame in `frames`.
  package private(set) var framePlaces: [UInt32] = []
  package private(set) var frames = FrameTable()

  package init() {}

  /// Columns with a value for each row; each place is one of the table's.
  package init(
    ids: [UInt64], parents: [UInt64], firstEvents: [UInt64], framePlaces: [UInt32],
    frames: FrameTable
  ) {
    self.ids = ids
    self.parents = parents
    self.firstEvents = firstEvents
    self.framePlaces = framePlaces
    self.frames = frames
  }

  package init(_ definitions: some Sequence<StackDefinition>) {
    for definition in definitions { append(definition) }
  }

  package var count: Int { ids.count }
  package var isEmpty: Bool { ids.isEmpty }

  package mutating func append(_ stack: StackDefinition) {
    var frame = stack.frame
    frame.withUTF8 { utf8 in
      unsafe append(
        id: stack.id.rawValue, parent: stack.parent?.rawValue, frame: UnsafeRawBufferPointer(utf8),
        firstEvent: stack.firstEvent)
    }
  }

  /// Appends a definition whose frame may be any bytes; what is no UTF-8 is replaced.
  package mutating func append(
    id: UInt64, parent: UInt64?, frame: UnsafeRawBufferPointer, firstEvent: UInt64
  ) {
    framePlaces.append(UInt32(unsafe frames.place(of: frame)))
    ids.append(id)
    parents.append(parent.map { $0 &+ 1 } ?? 0)
    firstEvents.append(firstEvent)
  }

  /// The rows from one on that are at most so many with at most so many bytes of distinct frames; one,
  /// if any, whatever it has.
  package func rows(from first: Int, count limit: Int, textBytes: Int) -> Range<Int> {
    var isCounted = [Bool](repeating: false, count: frames.count)
    var bytes = 0
    var end = first
    while end < count, end - first < max(1, limit) {
      let place = Int(framePlaces[end])
      if !isCounted[place] { bytes += frames.textBytes(place) }
      if bytes > textBytes, end > first { break }
      isCounted[place] = true
      end += 1
    }
    return first..<end
  }

  /// Appends rows of another batch, whose events begin so much later.
  package mutating func append(_ other: StackBatch, _ rows: Range<Int>, offset: UInt64 = 0) {
    guard !rows.isEmpty else { return }
    ids += other.ids[rows]
    parents += other.parents[rows]
    for row in rows { firstEvents.append(other.firstEvents[row] &+ offset) }
    var places = [UInt32](repeating: .max, count: other.frames.count)
    for row in rows {
      let place = Int(other.framePlaces[row])
      if places[place] == .max { places[place] = UInt32(frames.place(of: place, in: other.frames)) }
      framePlaces.append(places[place])
    }
  }

  /// Keeps the memory, where nobody else has the batch.
  package mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    parents.removeAll(keepingCapacity: true)
    firstEvents.removeAll(keepingCapacity: true)
    framePlaces.removeAll(keepingCapacity: true)
    frames.removeAll()
  }

  /// The number of a row's parent.
  package func parent(_ row: Int) -> UInt64? { parents[row] == 0 ? nil : parents[row] &- 1 }

  package func frame(_ row: Int) -> String { frames[Int(framePlaces[row])] }

  /// The definitions one by one.
  package var definitions: [StackDefinition] {
    let texts = (0..<frames.count).map { frames[$0] }
    return (0..<count).map { row in
      StackDefinition(
        id: StackID(rawValue: ids[row]), parent: parent(row).map(StackID.init(rawValue:)),
        frame: texts[Int(framePlaces[row])], firstEvent: firstEvents[row])
    }
  }
}
