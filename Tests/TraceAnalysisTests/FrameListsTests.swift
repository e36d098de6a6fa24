import Testing
import TraceModel

@testable import TraceAnalysis

@Suite struct FrameListsTests {
  @Test func `a frame's lists are found out once, whatever table it comes in`() {
    var frames = FrameLists()
    var asked: [String] = []
    for texts in [["a", "b"], ["b", "c", "a"], ["c"], []] {
      let stacks = StackBatch(
        texts.map { text in
          StackDefinition(id: StackID(rawValue: 0), parent: nil, frame: text, firstEvent: 0)
        })
      let lists = unsafe frames.lists(of: stacks.frames) { frame in
        asked.append(unsafe String(decoding: frame, as: UTF8.self))
        return unsafe AttributionRules.Lists(frame[0])
      }
      #expect(lists == texts.map { AttributionRules.Lists($0.utf8.first ?? 0) })
    }
    #expect(asked == ["a", "b", "c"])
  }
}
