import FootprintEstimate
import MemtraceTestSupport
import Testing

/// The solver against a search that tries every path.
@Suite struct StackDepthGraphTests {
  /// Functions with their calls, and groups of functions behind indirect calls.
  struct Graph {
    var functions: Int
    var own: [Int64]
    var edges: [[CallGraph.Edge]]

    var graph: CallGraph {
      var starts: [Int32] = [0]
      for list in edges { starts.append((starts.last ?? 0) + Int32(list.count)) }
      return CallGraph(
        functionCount: functions, importCount: 0, starts: starts, edges: edges.flatMap { $0 })
    }

    init(_ seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      functions = Int(random.next() % 7) + 1
      let groups = Int(random.next() % 3)
      let isSparse = random.once(in: 2)
      own = []
      edges = []
      for function in 0..<functions {
        let frame = Int64(random.next() % 4) * 16
        own.append(frame)
        var list: [CallGraph.Edge] = []
        for _ in 0..<random.next() % (isSparse ? 2 : 4) {
          let target = Int32(random.next() % UInt64(functions + groups))
          if seed % 3 == 0, target < functions, Int(target) <= function { continue }
          let depth = Int32(random.next() % 3) * Int32(frame) / 2
          list.append(CallGraph.Edge(target: target, shadowBytes: min(depth, Int32(frame))))
        }
        edges.append(list)
      }
      for _ in 0..<groups {
        own.append(0)
        edges.append(
          (0..<random.next() % 3).map { _ in
            CallGraph.Edge(target: Int32(random.next() % UInt64(functions)))
          })
      }
    }

    /// The worst path from a node on which no function is active twice.
    func worst(from node: Int, active: Set<Int> = []) -> Int64 {
      var best = own[node]
      var active = active
      if node < functions { active.insert(node) }
      for edge in edges[node] where !active.contains(Int(edge.target)) {
        best = max(best, Int64(edge.shadowBytes) + worst(from: Int(edge.target), active: active))
      }
      return best
    }

    func reachable(from node: Int) -> Set<Int> {
      var found: Set<Int> = [node]
      var queue = [node]
      while let node = queue.popLast() {
        for edge in edges[node] where found.insert(Int(edge.target)).inserted {
          queue.append(Int(edge.target))
        }
      }
      return found
    }

    /// Whether some call that takes anything can come again.
    func grows(from node: Int) -> Bool {
      reachable(from: node).contains { caller in
        edges[caller].contains { edge in
          edge.shadowBytes > 0 && reachable(from: Int(edge.target)).contains(caller)
        }
      }
    }
  }

  @Test(arguments: SeededGenerator.seeds(1000))
  func `random graphs are solved as by trying every path`(seed: UInt64) {
    let random = Graph(seed)
    let use = StackUse(
      random.graph, own: random.own, isUnknown: random.own.map { _ in false }
    ) { _, edge in Int64(edge.shadowBytes) }
    for function in 0..<random.functions {
      let bound = use.bound(from: [function])
      let worst = random.worst(from: function)
      let grows = random.grows(from: function)
      #expect(bound.bytesWithoutRecursion == worst)
      #expect(bound.bytes == (grows ? nil : worst))
      #expect(use.bytes(from: function) == bound.bytes)
      #expect(bound.recursions.isEmpty != grows)
      #expect(bound.path.first == function)
      if grows { #expect(Set(bound.path).count == bound.path.count) }
      for cycle in bound.recursions { expectCycle(cycle, in: random) }
    }
  }

  /// Each function of the cycle calls the next one, directly or through a group.
  private func expectCycle(_ cycle: [Int], in random: Graph) {
    for (index, function) in cycle.enumerated() {
      let next = cycle[(index + 1) % cycle.count]
      let called = random.edges[function].flatMap { edge in
        Int(edge.target) < random.functions
          ? [Int(edge.target)] : random.edges[Int(edge.target)].map { Int($0.target) }
      }
      #expect(called.contains(next))
    }
  }

  @Test func `200,000 functions one below the other overflow nothing`() {
    let count = 200_000
    let edges = (1..<count).map { CallGraph.Edge(target: Int32($0), shadowBytes: 16) }
    let starts = (0..<count).map { Int32($0) } + [Int32(count - 1)]
    let graph = CallGraph(functionCount: count, importCount: 0, starts: starts, edges: edges)
    let use = StackUse(
      graph, own: [Int64](repeating: 16, count: count),
      isUnknown: [Bool](repeating: false, count: count)
    ) { _, edge in Int64(edge.shadowBytes) }
    #expect(use.bytes(from: 0) == 3_200_000)
    #expect(use.bound(from: [0]).path.count == count)
  }

  @Test func `200,000 functions in one ring are one recursion`() throws {
    let count = 200_000
    let edges = (0..<count).map {
      CallGraph.Edge(target: Int32(($0 + 1) % count), shadowBytes: 16)
    }
    let graph = CallGraph(
      functionCount: count, importCount: 0, starts: (0...count).map { Int32($0) }, edges: edges)
    let use = StackUse(
      graph, own: [Int64](repeating: 16, count: count),
      isUnknown: [Bool](repeating: false, count: count)
    ) { _, edge in Int64(edge.shadowBytes) }
    let bound = use.bound(from: [0])
    #expect(bound.bytes == nil)
    #expect(bound.bytesWithoutRecursion == 3_200_000)
    #expect(try #require(bound.recursions.first).count == count)
  }
}
