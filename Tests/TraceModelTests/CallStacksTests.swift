import Testing
import TraceModel

@Suite struct CallStacksTests {
  private static func stacks(_ definitions: [(UInt64, UInt64?, String)]) -> CallStacks {
    CallStacks(
      StackBatch(
        definitions.map { id, parent, frame in
          StackDefinition(
            id: StackID(rawValue: id), parent: parent.map(StackID.init(rawValue:)), frame: frame,
            firstEvent: 0)
        }))
  }

  private static func frames(_ stacks: CallStacks, _ id: UInt64) -> [String] {
    stacks.frames(of: StackID(rawValue: id))
  }

  @Test func `frames are found in any order of numbers`() {
    let ascending =
      [(1, nil, "main"), (4, 1, "a"), (9, 4, "b"), (.max, 1, "c")]
      as [(UInt64, UInt64?, String)]
    for definitions in [ascending, ascending.reversed()] {
      let stacks = CallStacksTests.stacks(definitions)
      #expect(CallStacksTests.frames(stacks, 9) == ["b", "a", "main"])
      #expect(CallStacksTests.frames(stacks, .max) == ["c", "main"])
      #expect(CallStacksTests.frames(stacks, 1) == ["main"])
      for unknown in [0, 2, 5, 10] as [UInt64] {
        #expect(CallStacksTests.frames(stacks, unknown).isEmpty)
      }
      #expect(stacks.frames(of: nil).isEmpty)
    }
    #expect(CallStacksTests.frames(CallStacksTests.stacks([]), 1).isEmpty)
  }

  @Test func `of two definitions of one number the first holds`() {
    let stacks = CallStacksTests.stacks([(1, nil, "first"), (2, 1, "b"), (1, nil, "second")])
    #expect(CallStacksTests.frames(stacks, 2) == ["b", "first"])
  }

  @Test func `a chain in a circle, or to nothing, ends`() {
    let stacks = CallStacksTests.stacks([(1, 2, "a"), (2, 1, "b"), (3, 7, "c")])
    #expect(CallStacksTests.frames(stacks, 1).count == 256)
    #expect(CallStacksTests.frames(stacks, 3) == ["c"])
  }
}
