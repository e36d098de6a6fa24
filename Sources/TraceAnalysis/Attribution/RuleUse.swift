package import TraceModel

/// Which rules gave live bytes their category.
package struct RuleUse: Hashable, Sendable {
  package struct Share: Hashable, Sendable {
    /// The rule's name; nil for bytes that `usage=` or a pattern of mappings named.
    package var rule: String?
    package var why: String
    package var bytes: Int64
  }

  private var shares: [MemoryCategory: [Int: Int64]] = [:]
  private let rules: [AttributionRule]
  private static let noRule = -1

  /// Of the live bytes of `sites`, whose call stacks are `stacks`.
  package init(_ sites: SiteAggregator, stacks: StackBatch, rules: AttributionRules) {
    var attribution = StackAttribution(rules)
    attribution.define(stacks)
    self.rules = rules.rules
    for (site, totals) in sites.list where totals.bytes != 0 {
      let rule = site.stack.flatMap { stack in
        attribution.rule(of: stack.rawValue, event: .max) {
          $0.category == site.category || $0.part == site.category
        }
      }
      shares[site.category, default: [:]][rule ?? RuleUse.noRule, default: 0] &+= totals.bytes
    }
  }

  /// The rules behind a category, the largest first; none where no rule spoke.
  package func shares(of category: MemoryCategory) -> [Share] {
    guard let found = shares[category], found.keys.contains(where: { $0 >= 0 }) else { return [] }
    return found.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { rule, bytes in
      Share(
        rule: rule < 0 ? nil : rules[rule].name, why: rule < 0 ? "" : rules[rule].why, bytes: bytes)
    }
  }
}
