/// How a series varies while nothing changes.
package enum SeriesKind: String, CaseIterable, Sendable {
  /// The same bytes every night: static sizes, struct totals, pages. Any change is one.
  case exact
  /// Varies from night to night: threads, RSS, stack left.
  case noisy
}

/// One figure that is followed from night to night.
package struct SeriesID: Hashable, Comparable, Sendable {
  package var key: RunKey
  package var category: MemoryCategory
  /// The category whose bytes hold these; nil where they are part of the total.
  package var container: MemoryCategory?
  package var measure: Measure
  package var source: FootprintSource

  package init(
    key: RunKey, category: MemoryCategory, container: MemoryCategory? = nil,
    measure: Measure = .committed, source: FootprintSource = .events
  ) {
    self.key = key
    self.category = category
    self.container = container
    self.measure = measure
    self.source = source
  }

  /// `hello.wasm/x86_64/2.4.4/aot:linear-memory`; what is not as usual follows: the container of
  /// contained bytes, a measure other than committed, a source other than events.
  package var text: String { "\(key.text):\(figure)" }

  /// The part of the text after the key.
  package var figure: String {
    var text = category.id
    if let container { text += "@\(container.id)" }
    if measure != .committed { text += ",\(measure.rawValue)" }
    if source != .events { text += ",\(source.rawValue)" }
    return text
  }

  package static func < (left: SeriesID, right: SeriesID) -> Bool {
    if left.key != right.key { return left.key < right.key }
    return left.order.lexicographicallyPrecedes(right.order)
  }

  private var order: [Int] {
    [
      Int(category.code), container.map { Int($0.code) + 1 } ?? 0,
      Measure.allCases.firstIndex(of: measure) ?? 0,
      [FootprintSource.events, .snapshots, .estimate].firstIndex(of: source) ?? 0,
    ]
  }
}

/// Series by the parts of their names, each with `*` and `?`: `hello*/x86_64:linear-memory`.
///
/// Parts of the key that are left out at the end, and a figure that is left out, match anything.
package struct SeriesPattern: Hashable, Sendable {
  package let text: String
  private let parts: [GlobPattern]
  private let figure: GlobPattern?

  /// Nil where the text has more parts than a key, an empty one, or a blank.
  package init?(_ text: String) {
    let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = sides.first, !text.contains(where: \.isWhitespace) else { return nil }
    let parts = first.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= RunKey.Part.allCases.count, parts.allSatisfy({ !$0.isEmpty }),
      sides.last?.isEmpty == false
    else { return nil }
    self.text = text
    self.parts = parts.map { GlobPattern(String($0)) }
    figure = sides.count == 2 ? GlobPattern(String(sides[1])) : nil
  }

  package func matches(_ key: RunKey) -> Bool {
    zip(parts, RunKey.Part.allCases).allSatisfy { pattern, part in
      let value = key[part]
      return pattern.matches(value.isEmpty ? "-" : SeriesText.escaped(value))
    }
  }

  /// The same, where what is meant has one of these figures.
  package func matches(_ key: RunKey, anyOf figures: [String]) -> Bool {
    guard matches(key) else { return false }
    guard let figure else { return true }
    return figures.contains { figure.matches($0) }
  }

  /// A figure matches by its whole text, or by the category's name alone.
  package func matches(_ series: SeriesID) -> Bool {
    guard matches(series.key) else { return false }
    guard let figure else { return true }
    return figure.matches(series.figure) || figure.matches(series.category.id)
  }
}
