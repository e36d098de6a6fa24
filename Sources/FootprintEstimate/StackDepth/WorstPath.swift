/// The heaviest path down a call graph from each of its nodes.
///
/// Without recursion that is the longest path of an acyclic graph. A cycle that adds nothing changes
/// nothing. Any other makes whoever reaches it unbounded; the value is then that of the worst path on
/// which no function is active twice.
///
/// Every step works on arrays in linear time, so that no depth of calls can overflow a stack; only
/// the paths through a cycle of few functions are tried one by one, within a budget.
struct WorstPath: Sendable {
  /// What is in use in a node when it takes an edge.
  typealias Weight = @Sendable (_ node: Int, _ edge: CallGraph.Edge) -> Int64

  let graph: CallGraph
  /// Bytes that are needed from each node on.
  private(set) var values: [Int64]
  /// Whether `values` is a bound: nothing unknown and no growing cycle is reached.
  private(set) var isBounded: [Bool]
  /// Which growing cycle a node is on; -1 for none.
  private(set) var cycles: [Int32]
  /// The component of each growing cycle.
  private(set) var cycleComponents: [Int] = []
  let components: StrongComponents
  /// The next node of the worst path; -1 where it ends.
  private var next: [Int32]
  /// The worst path from a function to others of its cycle.
  private var detours: [Int32: [Int32]] = [:]
  private var budget = 100_000

  /// Solves the graph.
  ///
  /// `own`: what each node needs by itself, without calls. `isUnknown`: that is only a part of it.
  init(_ graph: CallGraph, own: [Int64], isUnknown: [Bool], weight: Weight) {
    self.graph = graph
    values = own
    isBounded = isUnknown.map { !$0 }
    next = [Int32](repeating: -1, count: graph.nodeCount)
    cycles = [Int32](repeating: -1, count: graph.nodeCount)
    components = StrongComponents(graph)
    for index in 0..<components.count {
      let members = components.members(index)
      for node in members { leave(Int(node), index, weight) }
      if !grows(index, weight) {
        if members.count > 1 { level(index) }
        continue
      }
      for node in members {
        cycles[Int(node)] = Int32(clamping: cycleComponents.count)
        isBounded[Int(node)] = false
      }
      cycleComponents.append(index)
      if members.count > 1 { goRound(index, weight) }
    }
  }

  /// Takes into account what lies behind a component's node outside of the component.
  private mutating func leave(_ node: Int, _ index: Int, _ weight: Weight) {
    for position in graph.edgeRange(node) {
      let edge = graph.edges[position]
      let target = Int(edge.target)
      if components.component[target] == index { continue }
      if !isBounded[target] { isBounded[node] = false }
      let value = weight(node, edge) + values[target]
      if value > values[node] {
        values[node] = value
        next[node] = edge.target
      }
    }
  }

  private func grows(_ index: Int, _ weight: Weight) -> Bool {
    heaviestEdge(inComponent: index, weight) != nil
  }

  /// The heaviest edge inside of a component, where one weighs anything.
  private func heaviestEdge(
    inComponent index: Int, _ weight: Weight
  ) -> (from: Int, to: Int, weight: Int64)? {
    var heaviest: (from: Int, to: Int, weight: Int64)?
    for node in components.members(index) {
      for position in graph.edgeRange(Int(node)) {
        let edge = graph.edges[position]
        guard components.component[Int(edge.target)] == index else { continue }
        let bytes = weight(Int(node), edge)
        if bytes > heaviest?.weight ?? 0 { heaviest = (Int(node), Int(edge.target), bytes) }
      }
    }
    return heaviest
  }

  /// Nodes that reach each other for nothing all need what the worst of them needs.
  private mutating func level(_ index: Int) {
    let members = components.members(index)
    guard let worst = members.max(by: { values[Int($0)] < values[Int($1)] }) else { return }
    let allBounded = members.allSatisfy { isBounded[Int($0)] }
    let tree = callers(of: worst, inComponent: index)
    for node in members {
      isBounded[Int(node)] = allBounded
      guard node != worst else { continue }
      values[Int(node)] = values[Int(worst)]
      next[Int(node)] = tree[node] ?? -1
    }
  }

  /// The next node on a shortest way to `goal` from each other node of the component.
  private func callers(of goal: Int32, inComponent index: Int) -> [Int32: Int32] {
    var incoming: [Int32: [Int32]] = [:]
    for node in components.members(index) {
      for position in graph.edgeRange(Int(node)) {
        let target = graph.edges[position].target
        if components.component[Int(target)] == index { incoming[target, default: []].append(node) }
      }
    }
    var tree: [Int32: Int32] = [:]
    var queue = [goal]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for caller in incoming[node] ?? [] where caller != goal && tree[caller] == nil {
        tree[caller] = node
        queue.append(caller)
      }
    }
    return tree
  }

  private mutating func goRound(_ index: Int, _ weight: Weight) {
    let round = CycleRound(graph, components, index, values: values, next: next, weight)
    for (function, worst) in round.worstPaths(budget: &budget) {
      values[Int(function)] = worst.bytes
      if !worst.functions.isEmpty { detours[function] = worst.functions }
    }
    // What leaves the cycle through an indirect call does so as a step of its function.
    for (function, exit) in round.exits { next[Int(function)] = exit }
    for node in components.members(index) where !graph.isFunction(Int(node)) {
      for position in graph.edgeRange(Int(node)) {
        let edge = graph.edges[position]
        let value = weight(Int(node), edge) + values[Int(edge.target)]
        guard value > values[Int(node)] || next[Int(node)] < 0 else { continue }
        values[Int(node)] = max(values[Int(node)], value)
        next[Int(node)] = edge.target
      }
    }
  }

  /// The functions of the worst path, the first one included.
  func path(from node: Int) -> [Int] {
    var result: [Int] = []
    var node = Int32(truncatingIfNeeded: node)
    while node >= 0, result.count <= graph.nodeCount {
      if graph.isFunction(Int(node)) { result.append(Int(node)) }
      if let detour = detours[node], let last = detour.last {
        result += detour.map { Int($0) }
        node = last
      }
      node = next[Int(node)]
    }
    return result
  }

  /// The functions of a growing cycle, through its heaviest call.
  func cycle(_ number: Int, _ weight: Weight) -> [Int] {
    let index = cycleComponents[number]
    guard let heaviest = heaviestEdge(inComponent: index, weight) else { return [] }
    let goal = Int32(truncatingIfNeeded: heaviest.from)
    let tree = callers(of: goal, inComponent: index)
    var result = [heaviest.from]
    var node = Int32(truncatingIfNeeded: heaviest.to)
    while node != goal, result.count <= graph.nodeCount {
      result.append(Int(node))
      guard let following = tree[node] else { break }
      node = following
    }
    return result.filter { graph.isFunction($0) }
  }
}
