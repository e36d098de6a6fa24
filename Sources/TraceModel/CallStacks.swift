/// The call stacks that a log defines, by their number.
package struct CallStacks: Sendable {
  private static let depthLimit = 256
  private let definitions: StackBatch
  /// The places of stacks; nil where numbers ascend, as recorders give them.
  private let places: [UInt64: Int]?

  /// Of two definitions of one number the first holds.
  package init(_ definitions: StackBatch) {
    self.definitions = definitions
    let rows = definitions.rows
    let ascend = rows.indices.dropFirst().allSatisfy { rows[$0 - 1].id < rows[$0].id }
    places =
      ascend
      ? nil
      : Dictionary(
        zip(rows.lazy.map(\.id), rows.indices), uniquingKeysWith: { first, _ in first })
  }

  /// A stack's frames, innermost first; none where the log defines none.
  package func frames(of id: StackID?) -> [String] {
    var frames: [String] = []
    var next = id?.rawValue
    // A chain that runs in a circle ends.
    while let id = next, let place = place(of: id), frames.count < CallStacks.depthLimit {
      frames.append(definitions.frame(place))
      next = definitions.rows[place].parent
    }
    return frames
  }

  private func place(of id: UInt64) -> Int? {
    if let places { return places[id] }
    let rows = definitions.rows
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low].id == id ? low : nil
  }
}
