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
      unsafe append(
        id: stack.id.rawValue, parent: stack.parent?.rawValue, frame: UnsafeRawBufferPointer(utf8),
        firstEvent: stack.firstEvent)
    }
  }

  /// Appends a definition whose frame may be any bytes; what is no UTF-8 is replaced.
  package mutating func append(
    id: UInt64, parent: UInt64?, frame: UnsafeRawBufferPointer, firstEvent: UInt64
  ) {
    let words = unsafe FrameWords(frame)
    if words.areASCII {
      unsafe texts.append(contentsOf: frame)
      frameHashes.append(words.hash)
    } else {
      var text = unsafe String(decoding: frame, as: UTF8.self)
      text.withUTF8 { utf8 in
        unsafe texts.append(contentsOf: utf8)
        frameHashes.append(unsafe FrameWords(UnsafeRawBufferPointer(utf8)).hash)
      }
    }
    frameEnds.append(texts.count)
    ids.append(id)
    parents.append(parent.map { $0 &+ 1 } ?? 0)
    firstEvents.append(firstEvent)
  }

  /// The rows from one on that are at most so many with at most so many bytes of frames; one, if any,
  /// whatever it has.
  package func rows(from first: Int, count limit: Int, textBytes: Int) -> Range<Int> {
    let start = first == 0 ? 0 : frameEnds[first - 1]
    var end = min(count, first + 1)
    while end < count, end - first < limit, frameEnds[end] - start <= textBytes { end += 1 }
    return first..<end
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

  /// Keeps the memory, where nobody else has the batch.
  package mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    parents.removeAll(keepingCapacity: true)
    firstEvents.removeAll(keepingCapacity: true)
    frameHashes.removeAll(keepingCapacity: true)
    frameEnds.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
  }

  private func frameRange(_ row: Int) -> Range<Int> {
    (row == 0 ? 0 : frameEnds[row - 1])..<frameEnds[row]
  }

  /// The UTF-8 bytes of each row's frame, in order.
  @inline(__always)
  package func forEachFrame(_ body: (_ row: Int, _ frame: UnsafeRawBufferPointer) -> Void) {
    unsafe texts.withUnsafeBytes { texts in
      var start = 0
      for row in 0..<count {
        unsafe body(row, UnsafeRawBufferPointer(rebasing: texts[start..<frameEnds[row]]))
        start = frameEnds[row]
      }
    }
  }

  /// The definitions one by one.
  package var definitions: [StackDefinition] {
    (0..<count).map { row in
      StackDefinition(
        id: StackID(rawValue: ids[row]),
        parent: parents[row] == 0 ? nil : StackID(rawValue: parents[row] &- 1),
        frame: String(decoding: texts[frameRange(row)], as: UTF8.self),
        firstEvent: firstEvents[row])
    }
  }
}

/// What one look at a frame's bytes, eight at a time, says of them.
private struct FrameWords {
  /// Each byte is below 128.
  var areASCII: Bool { highBits & 0x8080_8080_8080_8080 == 0 }
  var hash: Int { Int(truncatingIfNeeded: state) }

  private var highBits: UInt64 = 0
  private var state: UInt64

  /// Of one run of the program, so that no log can be made for its frames to have one hash.
  private static let seed = UInt64.random(in: .min ... .max)

  init(_ bytes: UnsafeRawBufferPointer) {
    state = FrameWords.seed ^ UInt64(bytes.count)
    var place = 0
    while place + 8 <= bytes.count {
      take(unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = unsafe rest << 8 | UInt64(bytes[place])
      place += 1
    }
    take(rest)
  }

  @inline(__always)
  private mutating func take(_ word: UInt64) {
    highBits |= word
    let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    state = product.high ^ product.low
  }
}
