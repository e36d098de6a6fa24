/// The worst paths through one cycle on which no function is active twice.
///
/// With few functions every such path is tried, as long as the budget lasts. Otherwise the value is
/// the sum of the heaviest calls of all functions of the cycle, which no such path exceeds.
struct CycleRound {
  struct Worst {
    var bytes: Int64
    /// The functions after the first.
    var functions: [Int32] = []
  }

  private struct Call {
    var to: Int
    var bytes: Int64
  }

  /// More functions than that are not tried one by one.
  private static let triedFunctions = 48

  private let functions: [Int32]
  /// What each function needs without calls into the cycle.
  private var terms: [Int64] = []
  private var calls: [[Call]] = []
  /// The heaviest call of each function into the cycle.
  private var heaviest: [Int64] = []
  /// The most that a function needs beyond its heaviest call into the cycle.
  private var mostBeyond: Int64 = 0
  private var numbers: [Int32: Int] = [:]
  /// Where functions go on that leave the cycle by an indirect call.
  private(set) var exits: [Int32: Int32] = [:]

  /// Takes values and next nodes of paths that leave the cycle at once.
  ///
  /// `weight` must give the same for all edges of a group.
  init(
    _ graph: CallGraph, _ components: StrongComponents, _ index: Int, values: [Int64],
    next: [Int32], _ weight: WorstPath.Weight
  ) {
    functions = components.members(index).filter { graph.isFunction(Int($0)) }
    for (number, function) in functions.enumerated() { numbers[function] = number }
    let isTried = functions.count <= CycleRound.triedFunctions
    for function in functions {
      var targets: [Int32: Int64] = [:]
      for position in graph.edgeRange(Int(function)) {
        let edge = graph.edges[position]
        guard components.component[Int(edge.target)] == index else { continue }
        targets[edge.target] = max(targets[edge.target] ?? 0, weight(Int(function), edge))
      }
      var term = values[Int(function)]
      var most: Int64 = 0
      var own: [Int: Int64] = [:]
      for (target, bytes) in targets.sorted(by: { $0.key < $1.key }) {
        if let number = numbers[target] {
          own[number] = max(own[number] ?? 0, bytes)
          most = max(most, bytes)
          continue
        }
        // A group of functions, some of them outside of the cycle.
        if bytes + values[Int(target)] > term {
          term = bytes + values[Int(target)]
          exits[function] = next[Int(target)]
        }
        for position in graph.edgeRange(Int(target)) {
          let edge = graph.edges[position]
          let total = bytes + weight(Int(target), edge)
          most = max(most, total)
          guard isTried else { break }
          if let number = numbers[edge.target] { own[number] = max(own[number] ?? 0, total) }
        }
      }
      terms.append(term)
      heaviest.append(most)
      mostBeyond = max(mostBeyond, term - most)
      calls.append(own.map { Call(to: $0.key, bytes: $0.value) }.sorted { $0.to < $1.to })
    }
  }

  /// The worst path from each function of the cycle.
  func worstPaths(budget: inout Int) -> [(function: Int32, worst: Worst)] {
    let sum = heaviest.reduce(0, +)
    // The last function of a path makes no call into the cycle.
    let last = functions.indices.max { terms[$0] - heaviest[$0] < terms[$1] - heaviest[$1] } ?? 0
    return functions.indices.map { number in
      if functions.count <= CycleRound.triedFunctions, budget > 0 {
        var search = Search(round: self, budget: budget)
        search.visit(number, above: 0, rest: sum)
        budget = search.budget
        if budget > 0 { return (functions[number], search.best) }
      }
      let end = number == last ? [] : [functions[last]]
      return (
        functions[number], Worst(bytes: sum + terms[last] - heaviest[last], functions: end)
      )
    }
  }

  /// Tries paths, the heaviest calls of the functions that are left as the limit of what can follow.
  private struct Search {
    let round: CycleRound
    var budget: Int
    var best = Worst(bytes: -1)
    private var isActive: [Bool]
    private var path: [Int32] = []

    init(round: CycleRound, budget: Int) {
      self.round = round
      self.budget = budget
      isActive = [Bool](repeating: false, count: round.functions.count)
    }

    /// No deeper than there are functions in the cycle.
    mutating func visit(_ number: Int, above: Int64, rest: Int64) {
      budget -= 1
      guard budget > 0 else { return }
      if above + round.terms[number] > best.bytes {
        best = Worst(bytes: above + round.terms[number], functions: path)
      }
      isActive[number] = true
      let rest = rest - round.heaviest[number]
      for call in round.calls[number] where !isActive[call.to] {
        guard above + call.bytes + rest + round.mostBeyond > best.bytes else { continue }
        path.append(round.functions[call.to])
        visit(call.to, above: above + call.bytes, rest: rest)
        path.removeLast()
      }
      isActive[number] = false
    }
  }
}
