/// The call stacks that a log defines, by their number.
package struct CallStacks: Sendable {
  private static let depthLimit = 256
  private var definitions: [StackID: StackDefinition] = [:]

  /// Of two definitions of one number the first holds.
  package init(_ definitions: [StackDefinition]) {
    for stack in definitions where self.definitions[stack.id] == nil {
      self.definitions[stack.id] = stack
    }
  }

  /// A stack's frames, innermost first; none where the log defines none.
  package func frames(of id: StackID?) -> [String] {
    var frames: [String] = []
    var next = id
    // A chain that runs in a circle ends.
    while let id = next, let stack = definitions[id], frames.count < CallStacks.depthLimit {
      frames.append(stack.frame)
      next = stack.parent
    }
    return frames
  }
}
