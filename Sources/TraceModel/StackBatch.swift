/// Definitions of call stacks in order, as columns; frames are UTF-8 texts one behind the other.
///
/// Rationale: logs of large programs define hundreds of thousands of stacks whose frames have long
/// names. None of these becomes a String, or memory of its own, on its way into a store.
package struct StackBatch: Sendable {
  package private(set) var ids: [UInt64] = []
  /// The parent's number + 1; 0 for none.
  package private(set) var parents: [UInt64] = []
  /// The ordinals of the first events after the definitions.
  package private(set) var firstEvents: [UInt64] = []
  /// Equal for equal frames, within one run of the program.
  package private(set) var frameHashes: [Int] = []
  private var frameEnds: [Int] = []
  private var texts: [UInt8] = []

  package init() {}

  package init(_ definitions: some Sequence<StackDefinition>) {
    for definition in definitions { append(definition) }
  }

  package var count: Int { ids.count }
  package var isEmpty: Bool { ids.isEmpty }
  /// Bytes of all frames.
  package var textBytes: Int { texts.count }

  package mutating func append(_ stack: StackDefinition) {
    var frame = stack.frame
    frame.withUTF8 { utf8 in
      unsafe appendFrame(UnsafeRawBufferPointer(utf8))
    }
    ids.append(stack.id.rawValue)
    parents.append(stack.parent.map { $0.rawValue &+ 1 } ?? 0)
    firstEvents.append(stack.firstEvent)
  }

  /// Appends a definition whose frame may be any bytes; what is no UTF-8 is replaced.
  package mutating func append(
    id: UInt64, parent: UInt64?, frame: UnsafeRawBufferPointer, firstEvent: UInt64
  ) {
    if unsafe StackBatch.isASCII(frame) {
      unsafe appendFrame(frame)
    } else {
      var text = unsafe String(decoding: frame, as: UTF8.self)
      text.withUTF8 { utf8 in unsafe appendFrame(UnsafeRawBufferPointer(utf8)) }
    }
    ids.append(id)
    parents.append(parent.map { $0 &+ 1 } ?? 0)
    firstEvents.append(firstEvent)
  }

  /// Appends rows of another batch, whose events begin so much later.
  package mutating func append(_ other: StackBatch, _ rows: Range<Int>, offset: UInt64 = 0) {
    guard !rows.isEmpty else { return }
    ids += other.ids[rows]
    parents += other.parents[rows]
    frameHashes += other.frameHashes[rows]
    for row in rows { firstEvents.append(other.firstEvents[row] &+ offset) }
    let start = other.frameRange(rows.lowerBound).lowerBound
    let shift = texts.count - start
    for row in rows { frameEnds.append(other.frameEnds[row] + shift) }
    let frames = start..<other.frameEnds[rows.upperBound - 1]
    // A slice's elements would be copied one by one.
    unsafe other.texts.withUnsafeBufferPointer { others in
      unsafe texts.append(contentsOf: UnsafeBufferPointer(rebasing: others[frames]))
    }
  }

  private mutating func appendFrame(_ frame: UnsafeRawBufferPointer) {
    unsafe texts.append(contentsOf: frame)
    frameEnds.append(texts.count)
    var hasher = Hasher()
    unsafe hasher.combine(bytes: frame)
    frameHashes.append(hasher.finalize())
  }

  private func frameRange(_ row: Int) -> Range<Int> {
    (row == 0 ? 0 : frameEnds[row - 1])..<frameEnds[row]
  }

  /// The UTF-8 bytes of a row's frame.
  @inline(__always)
  package func frame(_ row: Int) -> ArraySlice<UInt8> { texts[frameRange(row)] }

  /// The definitions one by one.
  package var definitions: [StackDefinition] {
    (0..<count).map { row in
      StackDefinition(
        id: StackID(rawValue: ids[row]),
        parent: parents[row] == 0 ? nil : StackID(rawValue: parents[row] &- 1),
        frame: String(decoding: frame(row), as: UTF8.self), firstEvent: firstEvents[row])
    }
  }

  private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var all: UInt64 = 0
    var place = 0
    while place + 8 <= bytes.count {
      unsafe all |= bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      place += 8
    }
    while place < bytes.count {
      all |= unsafe UInt64(bytes[place])
      place += 1
    }
    return all & 0x8080_8080_8080_8080 == 0
  }
}
