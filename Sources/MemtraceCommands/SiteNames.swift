import TraceModel
import TraceStore

extension TraceFile {
  /// The frames of the call stacks that rows name as their sites, innermost first, by site.
  func frames(ofSites rows: [FootprintRow]) throws -> [String: [String]] {
    let sites = Set(rows.compactMap(\.site))
    guard !sites.isEmpty else { return [:] }
    let stacks = CallStacks(try stacks())
    return sites.reduce(into: [:]) { frames, site in
      frames[site] = stacks.frames(of: UInt64(site).map(StackID.init(rawValue:)))
    }
  }
}
