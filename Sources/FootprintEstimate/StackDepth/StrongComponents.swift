/// Groups of nodes that reach each other, by Tarjan's algorithm with its own stack instead of
/// recursion: linear in nodes and edges.
struct StrongComponents: Sendable {
  /// The nodes, those of one component next to each other; a component comes after all that it
  /// reaches.
  private var nodes: [Int32] = []
  private var starts: [Int32] = [0]
  /// The component of each node.
  private(set) var component: [Int32]

  var count: Int { starts.count - 1 }

  func members(_ index: Int) -> ArraySlice<Int32> {
    nodes[Int(starts[index])..<Int(starts[index + 1])]
  }

  init(_ graph: CallGraph) {
    let count = graph.nodeCount
    component = [Int32](repeating: -1, count: count)
    nodes.reserveCapacity(count)
    var order = [Int32](repeating: -1, count: count)
    var lowest = [Int32](repeating: 0, count: count)
    var cursor = [Int32](repeating: 0, count: count)
    var open: [Int32] = []
    var path: [Int32] = []
    var time: Int32 = 0
    for root in 0..<count where order[root] < 0 {
      path.append(Int32(truncatingIfNeeded: root))
      while let last = path.last {
        let node = Int(last)
        if order[node] < 0 {
          order[node] = time
          lowest[node] = time
          time += 1
          cursor[node] = graph.starts[node]
          open.append(last)
        }
        var descends = false
        while cursor[node] < graph.starts[node + 1] {
          let target = Int(graph.edges[Int(cursor[node])].target)
          cursor[node] += 1
          if order[target] < 0 {
            path.append(Int32(truncatingIfNeeded: target))
            descends = true
            break
          }
          if component[target] < 0 { lowest[node] = min(lowest[node], order[target]) }
        }
        if descends { continue }
        path.removeLast()
        if let parent = path.last {
          lowest[Int(parent)] = min(lowest[Int(parent)], lowest[node])
        }
        if lowest[node] == order[node] { close(last, &open) }
      }
    }
  }

  private mutating func close(_ root: Int32, _ open: inout [Int32]) {
    let number = Int32(truncatingIfNeeded: count)
    while let node = open.popLast() {
      component[Int(node)] = number
      nodes.append(node)
      if node == root { break }
    }
    starts.append(Int32(truncatingIfNeeded: nodes.count))
  }
}
