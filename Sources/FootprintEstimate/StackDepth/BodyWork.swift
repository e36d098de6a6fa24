import TraceModel
import WasmBinary

/// Reads all bodies, then some of them again, when what they call turned out to matter.
struct BodyWork {
  private(set) var scan: BodyScan
  /// Of the own functions.
  private(set) var facts: [BodyFacts] = []
  /// Functions whose callers may have to be read again.
  private(set) var changed: Set<Int32> = []
  /// Where the edges of each body end.
  private var ends: [Int32] = []
  /// Edges of bodies that were read again.
  private var replaced: [Int: [CallGraph.Edge]] = [:]

  init(scan: BodyScan) { self.scan = scan }

  mutating func readAll() throws(TraceError) {
    let count = scan.module.bodies.count
    facts.reserveCapacity(count)
    ends.reserveCapacity(count)
    for own in 0..<count {
      facts.append(try scan.scan(own))
      ends.append(Int32(clamping: scan.edges.count))
    }
    take(0..<count)
  }

  private mutating func take(_ bodies: some Sequence<Int>) {
    changed.removeAll()
    for own in bodies {
      let function = scan.importCount + own
      if scan.summaries.take(facts[own], of: function) { changed.insert(Int32(clamping: function)) }
    }
  }

  /// Reads the bodies to which what changed is news.
  mutating func readAgain() throws(TraceError) {
    let bodies = affectedBodies()
    let count = scan.edges.count
    for own in bodies {
      facts[own] = try scan.scan(own)
      replaced[own] = Array(scan.edges[count...])
      scan.edges.removeLast(scan.edges.count - count)
    }
    take(bodies)
  }

  private func affectedBodies() -> [Int] {
    let imports = scan.importCount
    var bodies: Set<Int> = []
    for passing in scan.passings where changed.contains(passing.function) {
      let own = Int(passing.caller) - imports
      // Others have no use for it.
      if facts[own].isUnknown || facts[own].returnsPassed { bodies.insert(own) }
    }
    let moving = changed.filter { scan.summaries.netEffects[$0] != nil }
    guard !moving.isEmpty else { return bodies.sorted() }
    var start = 0
    for own in ends.indices {
      let end = Int(ends[own])
      let calls = replaced[own].map { $0[...] } ?? scan.edges[start..<end]
      if calls.contains(where: { moving.contains($0.target) }) { bodies.insert(own) }
      start = end
    }
    return bodies.sorted()
  }

  /// What still changes after the last round, as in functions that move the stack pointer and call
  /// themselves, is not known.
  mutating func giveUpChanging() {
    for function in changed where scan.summaries.netEffects[function] != nil {
      facts[Int(function) - scan.importCount].hasUnknownEffect = true
    }
  }

  /// All edges in the order of their functions, and where those of each function begin.
  func edges() -> (starts: [Int32], edges: [CallGraph.Edge]) {
    var starts = [Int32](repeating: 0, count: scan.importCount + 1)
    starts.reserveCapacity(scan.functionTypes.count + 1)
    guard !replaced.isEmpty else { return (starts + ends, scan.edges) }
    var edges: [CallGraph.Edge] = []
    edges.reserveCapacity(scan.edges.count)
    var start = 0
    for own in ends.indices {
      let end = Int(ends[own])
      if let calls = replaced[own] { edges += calls } else { edges += scan.edges[start..<end] }
      starts.append(Int32(clamping: edges.count))
      start = end
    }
    return (starts, edges)
  }
}
