package import TraceModel

/// Rules in order, ready to be asked.
///
/// Each distinct list of patterns is one bit; the bits of a stack's frames, joined, tell which rules
/// match it, so that a stack costs what its innermost frame costs.
package struct AttributionRules: Sendable {
  /// Bits of the pattern lists that frames match.
  typealias Lists = UInt128

  package let rules: [AttributionRule]
  /// The patterns with the bits of their lists, by the byte with which names that match begin; nil:
  /// any.
  private let patterns: [UInt8?: [(pattern: GlobPattern, list: Lists)]]
  private let needs: [(all: Lists, none: Lists, seen: Lists)]
  /// The lists of rules that open an instance.
  let opening: Lists

  /// Too many different lists of patterns are an error.
  package init(_ rules: [AttributionRule]) throws(TraceError) {
    var bits: [[String]: Int] = [:]
    var patterns: [UInt8?: [(pattern: GlobPattern, list: Lists)]] = [:]
    func bit(_ list: [String]) -> Lists {
      guard !list.isEmpty else { return 0 }
      if let known = bits[list] { return 1 << Lists(known) }
      let bit: Lists = 1 << Lists(bits.count)
      bits[list] = bits.count
      for pattern in list.map(GlobPattern.init) {
        patterns[pattern.firstByte, default: []].append((pattern, bit))
      }
      return bit
    }
    var needs: [(all: Lists, none: Lists, seen: Lists)] = []
    var opening: Lists = 0
    for rule in rules {
      guard bits.count + 4 <= Lists.bitWidth else {
        throw TraceError(
          .malformed, "more than \(Lists.bitWidth - 4) different lists of functions",
          remedy: "join rules of one category")
      }
      let frames = bit(rule.frames)
      needs.append((frames | bit(rule.also), bit(rule.without), bit(rule.seen)))
      if rule.opensInstance { opening |= frames }
    }
    self.rules = rules
    self.patterns = patterns
    self.needs = needs
    self.opening = opening
  }

  /// The lists that a function's name matches.
  func lists(matching function: String) -> Lists {
    let name = Array(function.utf8)
    var found: Lists = 0
    for first in [name.first, nil] {
      for (pattern, list) in patterns[first] ?? []
      where found & list == 0 && pattern.matches(name) {
        found |= list
      }
    }
    return found
  }

  /// The first rule that matches a stack whose frames match `lists`; its ordinal.
  ///
  /// `seen`: the lists that frames of any stack so far match.
  func first(
    for lists: Lists, seen: Lists, where fits: (AttributionRule) -> Bool
  ) -> Int? {
    guard lists != 0 else { return nil }
    return rules.indices.first { index in
      let need = needs[index]
      return lists & need.all == need.all && lists & need.none == 0 && need.all != 0
        && seen & need.seen == need.seen && fits(rules[index])
    }
  }
}

extension AttributionRules {
  /// The rules for WAMR that come with the program, as TOML.
  package static var builtInText: [UInt8] { PackageResources.wamr_rules_toml }
}
