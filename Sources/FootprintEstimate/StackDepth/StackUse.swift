/// One kind of stack, solved for every function of a module.
package struct StackUse: Sendable {
  private let worst: WorstPath
  private let isUnknown: [Bool]
  private let weight: WorstPath.Weight
  /// The cycles that are named.
  private static let namedCycles = 16

  /// Solves a graph: `own` is what each node needs without calls, `isUnknown` whether that is only a
  /// part of it, `weight` what is in use in a node when it takes an edge.
  package init(
    _ graph: CallGraph, own: [Int64], isUnknown: [Bool],
    weight: @escaping @Sendable (_ node: Int, _ edge: CallGraph.Edge) -> Int64
  ) {
    worst = WorstPath(graph, own: own, isUnknown: isUnknown, weight: weight)
    self.isUnknown = isUnknown
    self.weight = weight
  }

  /// What a call of the function needs, all that it calls included; nil where nothing limits it.
  package func bytes(from function: Int) -> Int64? {
    guard worst.values.indices.contains(function), worst.isBounded[function] else { return nil }
    return worst.values[function]
  }

  /// The most that one of the entries needs.
  package func bound(from entries: [Int]) -> StackBound {
    let entries = entries.filter { (0..<worst.graph.functionCount).contains($0) }
    let reached = reachable(from: entries)
    let deepest = entries.max { worst.values[$0] < worst.values[$1] }
    let bytes = deepest.map { worst.values[$0] } ?? 0
    return StackBound(
      bytes: entries.allSatisfy { worst.isBounded[$0] } ? bytes : nil,
      bytesWithoutRecursion: bytes,
      path: deepest.map { worst.path(from: $0) } ?? [],
      recursions: recursions(among: reached),
      unknownFrames: reached.filter { isUnknown[$0] }.sorted(),
      throughImports: reached.filter { mayCallBack($0) }.sorted(),
      entries: entries)
  }

  private func mayCallBack(_ node: Int) -> Bool {
    node < worst.graph.callingBack.count && worst.graph.callingBack[node]
  }

  private func recursions(among reached: [Int]) -> [[Int]] {
    var seen: Set<Int32> = []
    var result: [[Int]] = []
    for node in reached where worst.cycles[node] >= 0 && seen.insert(worst.cycles[node]).inserted {
      result.append(worst.cycle(Int(worst.cycles[node]), weight))
      if result.count == StackUse.namedCycles { break }
    }
    return result
  }

  /// Nodes in the order in which calls reach them first, the nearest first.
  private func reachable(from entries: [Int]) -> [Int] {
    let graph = worst.graph
    var isReached = [Bool](repeating: false, count: graph.nodeCount)
    var queue: [Int] = []
    for entry in entries where !isReached[entry] {
      isReached[entry] = true
      queue.append(entry)
    }
    var head = 0
    while head < queue.count {
      for position in graph.edgeRange(queue[head]) {
        let target = Int(graph.edges[position].target)
        if isReached[target] { continue }
        isReached[target] = true
        queue.append(target)
      }
      head += 1
    }
    return queue
  }
}
