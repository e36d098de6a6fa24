import Testing
import TraceModel

/// Numbers of call stacks of several stores.
@Suite struct StackNumberingTests {
  private func stack(_ id: UInt64, _ frame: String, parent: UInt64? = nil) -> StackDefinition {
    StackDefinition(
      id: StackID(rawValue: id), parent: parent.map(StackID.init(rawValue:)), frame: frame,
      firstEvent: 0)
  }

  @Test func `stores that agree keep their numbers`() {
    let first = [stack(1, "a"), stack(2, "b", parent: 1)]
    let second = [stack(1, "a"), stack(3, "c", parent: 1)]
    var numbering = StackNumbering([first, second])
    #expect(numbering.add(first).isEmpty)
    let renumbering = numbering.add(second)
    #expect(renumbering.isEmpty)
    #expect(renumbering.definitions == second)
  }

  @Test func `a number that means other frames is another stack, and so is what lies on it`() {
    let first = [stack(1, "a"), stack(2, "b", parent: 1)]
    let second = [stack(1, "x"), stack(2, "b", parent: 1), stack(7, "y")]
    var numbering = StackNumbering([first, second])
    _ = numbering.add(first)
    let renumbering = numbering.add(second)
    #expect(renumbering.definitions == [stack(8, "x"), stack(9, "b", parent: 8), stack(7, "y")])
    #expect([1, 2, 7, 4].map(renumbering.number) == [8, 9, 7, 4])
  }

  @Test func `a stack that is known by another number gets that one`() {
    let first = [stack(1, "a"), stack(2, "b", parent: 1)]
    let second = [stack(2, "a"), stack(1, "b", parent: 2)]
    var numbering = StackNumbering([first, second])
    _ = numbering.add(first)
    let renumbering = numbering.add(second)
    #expect([1, 2].map(renumbering.number) == [2, 1])
  }

  @Test func `batches have the new numbers`() {
    var numbering = StackNumbering([[stack(0, "a")], [stack(0, "b")]])
    _ = numbering.add([stack(0, "a")])
    let renumbering = numbering.add([stack(0, "b")])
    var batch = EventBatch()
    batch.shapeTable = [
      EventShape(.malloc, [EventShape.address, EventShape.stack]),
      EventShape(.malloc, [EventShape.address]),
    ]
    batch.shapes = [0, 1]
    batch.stacks = [0, 0]
    renumbering.apply(to: &batch)
    #expect(batch.stacks.first == 1)
  }
}
