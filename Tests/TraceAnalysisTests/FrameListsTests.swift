import Testing

@testable import TraceAnalysis

@Suite struct FrameListsTests {
  @Test func `frames of one hash keep lists of their own`() {
    var frames = FrameLists()
    var asked = 0
    for _ in 0..<2 {
      for number in 0..<3000 {
        // Few hashes, and of a frame's length many.
        let lists = unsafe Array("f\(number)".utf8).withUnsafeBytes { frame in
          unsafe frames.lists(of: frame, hash: number % 11) {
            asked += 1
            return AttributionRules.Lists(number)
          }
        }
        #expect(lists == AttributionRules.Lists(number))
      }
    }
    #expect(asked == 3000)
  }
}
