import Testing
import TraceModel

@Suite struct StackBatchTests {
  private static func batch(_ frames: [[UInt8]]) -> StackBatch {
    var batch = StackBatch()
    for (number, frame) in frames.enumerated() {
      let id = UInt64(number)
      unsafe frame.withUnsafeBytes { bytes in
        unsafe batch.append(
          id: id, parent: id % 2 == 0 ? nil : id - 1, frame: bytes, firstEvent: id * 10)
      }
    }
    return batch
  }

  private static let frames = ["main", "", "gr\u{FC}n", "main", "long enough for a word and more"]

  @Test func `definitions come back as they were`() {
    let batch = StackBatchTests.batch(StackBatchTests.frames.map { Array($0.utf8) })
    let definitions = StackBatchTests.frames.enumerated().map { number, frame in
      let id = UInt64(number)
      return StackDefinition(
        id: StackID(rawValue: id),
        parent: id % 2 == 0 ? nil : StackID(rawValue: id - 1), frame: frame, firstEvent: id * 10)
    }
    #expect(batch.definitions == definitions)
    #expect(StackBatch(definitions).definitions == definitions)
    #expect(batch.rows.map(\.frame) == [0, 1, 2, 0, 3])
    #expect((0..<batch.count).map(batch.frame) == StackBatchTests.frames)
    #expect(batch.rows[0].parent == nil && batch.rows[1].parent == 0)
  }

  @Test func `bytes that are no UTF-8 are replaced wherever they stand`() {
    for place in 0..<20 {
      var bytes = Array("abcdefghijklmnopqrst".utf8)
      bytes[place] = 0xFF
      let batch = StackBatchTests.batch([bytes])
      let kept = unsafe batch.frames.withFrame(0) { unsafe Array($0) }
      #expect(kept == Array(String(decoding: bytes, as: UTF8.self).utf8))
    }
  }

  @Test func `rows are taken until their number or their frames are too many`() {
    let batch = StackBatchTests.batch([3, 0, 4, 20, 1].map { Array(repeating: 0x61, count: $0) })
    #expect(batch.range(from: 0, count: 9, textBytes: 7) == 0..<3)
    #expect(batch.range(from: 0, count: 2, textBytes: 7) == 0..<2)
    #expect(batch.range(from: 2, count: 9, textBytes: 24) == 2..<4)
    #expect(batch.range(from: 3, count: 9, textBytes: 5) == 3..<4)
    #expect(batch.range(from: 4, count: 9, textBytes: 5) == 4..<5)
    // A frame counts once.
    let same = StackBatchTests.batch([5, 5, 2, 5, 1].map { Array(repeating: 0x61, count: $0) })
    #expect(same.range(from: 0, count: 9, textBytes: 7) == 0..<4)
    #expect(same.range(from: 1, count: 9, textBytes: 4) == 1..<2)
  }

  @Test func `any rows of a batch can be appended to another`() {
    let all = StackBatchTests.batch(StackBatchTests.frames.map { Array($0.utf8) })
    for start in 0...all.count {
      for end in start...all.count {
        var joined = all
        joined.append(all, start..<end, offset: 7)
        let expected = all.definitions[start..<end].map { stack in
          var stack = stack
          stack.firstEvent += 7
          return stack
        }
        #expect(joined.definitions == all.definitions + expected)
        let frames = all.rows.map(\.frame)
        #expect(joined.rows.map(\.frame) == frames + frames[start..<end])
        var moved = StackBatch()
        moved.append(all, start..<end)
        #expect(moved.frames.count == Set(frames[start..<end]).count)
        #expect(all.part(start..<end, offset: 7).definitions == expected)
      }
    }
  }
}
