/// Definitions of call stacks in order; each distinct frame stands in a table once.
///
/// Rationale: logs of large programs define hundreds of thousands of stacks whose frames have long
/// names. None of these becomes a String, or memory of its own, on its way into a store.
package struct StackBatch: Sendable {
  /// A definition whose frame stands in a table.
  package struct Row: Hashable, Sendable, BitwiseCopyable {
    package let id: UInt64
    /// The parent's number + 1; 0 for none.
    package let parentAndOne: UInt64
    /// The ordinal of the first event after the definition.
    package var firstEvent: UInt64
    /// The frame's place in the table.
    package var frame: UInt32

    package init(id: UInt64, parentAndOne: UInt64, firstEvent: UInt64, frame: UInt32) {
      self.id = id
      self.parentAndOne = parentAndOne
      self.firstEvent = firstEvent
      self.frame = frame
    }

    package var parent: UInt64? { parentAndOne == 0 ? nil : parentAndOne &- 1 }
  }

  package private(set) var rows: [Row] = []
  package private(set) var frames = FrameTable()

  package init() {}

  /// Each row's frame is one of the table's.
  package init(rows: [Row], frames: FrameTable) {
    self.rows = rows
    self.frames = frames
  }

  package init(_ definitions: some Sequence<StackDefinition>) {
    for definition in definitions { append(definition) }
  }

  package var count: Int { rows.count }
  package var isEmpty: Bool { rows.isEmpty }

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
    rows.append(
      Row(
        id: id, parentAndOne: parent.map { $0 &+ 1 } ?? 0, firstEvent: firstEvent,
        frame: UInt32(unsafe frames.place(of: frame))))
  }

  /// The rows from one on that are at most so many with at most so many bytes of distinct frames; one,
  /// if any, whatever it has.
  package func range(from first: Int, count limit: Int, textBytes: Int) -> Range<Int> {
    if count - first <= limit, frames.textBytes <= textBytes { return first..<count }
    var isCounted = [Bool](repeating: false, count: frames.count)
    var bytes = 0
    var end = first
    while end < count, end - first < max(1, limit) {
      let place = Int(rows[end].frame)
      if !isCounted[place] { bytes += frames.textBytes(place) }
      if bytes > textBytes, end > first { break }
      isCounted[place] = true
      end += 1
    }
    return first..<end
  }

  /// Some of the rows, whose events begin so much later.
  package func part(_ part: Range<Int>, offset: UInt64) -> StackBatch {
    var batch = StackBatch()
    guard part == rows.indices else {
      batch.append(self, part, offset: offset)
      return batch
    }
    batch = self
    for row in part { batch.rows[row].firstEvent &+= offset }
    return batch
  }

  /// Appends rows of another batch, whose events begin so much later.
  package mutating func append(_ other: StackBatch, _ part: Range<Int>, offset: UInt64 = 0) {
    guard !part.isEmpty else { return }
    var places = [UInt32](repeating: .max, count: other.frames.count)
    for index in part {
      var row = other.rows[index]
      let place = Int(row.frame)
      if places[place] == .max { places[place] = UInt32(frames.place(of: place, in: other.frames)) }
      row.frame = places[place]
      row.firstEvent &+= offset
      rows.append(row)
    }
  }

  package func frame(_ row: Int) -> String { frames[Int(rows[row].frame)] }

  /// The definitions one by one.
  package var definitions: [StackDefinition] {
    let texts = (0..<frames.count).map { frames[$0] }
    return rows.map { row in
      StackDefinition(
        id: StackID(rawValue: row.id), parent: row.parent.map(StackID.init(rawValue:)),
        frame: texts[Int(row.frame)], firstEvent: row.firstEvent)
    }
  }
}
