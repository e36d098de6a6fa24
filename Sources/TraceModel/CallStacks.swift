/// The call stacks that a log defines, by their number.
package struct CallStacks: Sendable {
  private static let depthLimit = 256
  private let definitions: StackBatch
  /// The rows of stacks; nil where numbers ascend, as recorders give them.
  private let rows: [UInt64: Int]?

  /// Of two definitions of one number the first holds.
  package init(_ definitions: StackBatch) {
    self.definitions = definitions
    let ids = definitions.ids
    let ascend = ids.indices.dropFirst().allSatisfy { ids[$0 - 1] < ids[$0] }
    rows =
      ascend
      ? nil : Dictionary(zip(ids, ids.indices), uniquingKeysWith: { first, _ in first })
  }

  /// A stack's frames, innermost first; none where the log defines none.
  package func frames(of id: StackID?) -> [String] {
    var frames: [String] = []
    var next = id?.rawValue
    // A chain that runs in a circle ends.
    while let id = next, let row = row(of: id), frames.count < CallStacks.depthLimit {
      frames.append(definitions.frame(row))
      next = definitions.parent(row)
    }
    return frames
  }

  private func row(of id: UInt64) -> Int? {
    if let rows { return rows[id] }
    let ids = definitions.ids
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? low : nil
  }
}
