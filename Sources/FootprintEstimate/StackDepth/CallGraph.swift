/// Who calls whom: functions by their index (imported ones first), then one node for each group of
/// functions that an indirect call may reach.
///
/// An indirect call has one edge to its group, and the group one edge to each member, so that the edges
/// stay linear in the size of the code.
package struct CallGraph: Sendable {
  package struct Edge: Hashable, Sendable {
    package var target: Int32
    /// Bytes of C shadow stack in use by the caller when it calls.
    package var shadowBytes: Int32
    /// The caller's own frame is gone by then.
    package var isTail: Bool

    package init(target: Int32, shadowBytes: Int32 = 0, isTail: Bool = false) {
      self.target = target
      self.shadowBytes = shadowBytes
      self.isTail = isTail
    }
  }

  /// Imported and own functions.
  package let functionCount: Int
  package let importCount: Int
  /// For each imported function whether it may call functions of the module.
  package let callingBack: [Bool]
  /// The edges of node N lie from `starts[N]` to `starts[N + 1]`.
  package let starts: [Int32]
  package let edges: [Edge]

  package var nodeCount: Int { starts.count - 1 }

  /// `starts` has one entry more than there are nodes; targets outside of the nodes are dropped by
  /// whoever makes the edges.
  package init(
    functionCount: Int, importCount: Int, callingBack: [Bool] = [], starts: [Int32], edges: [Edge]
  ) {
    self.callingBack = callingBack
    self.functionCount = functionCount
    self.importCount = importCount
    self.starts = starts
    self.edges = edges
  }

  @inline(__always)
  package func edgeRange(_ node: Int) -> Range<Int> { Int(starts[node])..<Int(starts[node + 1]) }

  package func isFunction(_ node: Int) -> Bool { node < functionCount }

  package func isImport(_ node: Int) -> Bool { node < importCount }
}
