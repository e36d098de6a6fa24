import TraceModel
import TraceStore

extension TraceFile {
  /// The frames of the call stacks that rows name as their sites, innermost first, by site.
  func frames(ofSites rows: [FootprintRow]) throws -> [String: [String]] {
    let sites = Set(rows.compactMap(\.site))
    guard !sites.isEmpty else { return [:] }
    let stacks = Dictionary(
      try stacks().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var frames: [String: [String]] = [:]
    for id in stacks.keys where sites.contains("\(id.rawValue)") {
      var next: StackID? = id
      var found: [String] = []
      // A chain that runs in a circle ends.
      while let current = next, let stack = stacks[current], found.count < 256 {
        found.append(stack.frame)
        next = stack.parent
      }
      frames["\(id.rawValue)"] = found
    }
    return frames
  }
}
