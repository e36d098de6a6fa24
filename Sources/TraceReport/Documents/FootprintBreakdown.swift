import TraceModel

/// What a footprint's rows are told apart by (`--by`).
package enum FootprintKey: String, CaseIterable, Sendable {
  case category
  case thread
  case instance
  case site
}

/// A footprint's rows added up by the keys asked for.
///
/// By category, `unattributed` is always there, and rows inside another keep their container.
/// Without categories such rows are left out, because nothing could say what holds them.
struct FootprintBreakdown {
  let rows: [FootprintRow]

  init(_ footprint: Footprint, by keys: [FootprintKey]) {
    struct Key: Hashable {
      var category: MemoryCategory?
      var container: MemoryCategory?
      var texts: [String?]
    }
    let byCategory = keys.contains(.category)
    var merged: [FootprintRow] = []
    var places: [Key: Int] = [:]
    for row in footprint.rows where byCategory || row.container == nil {
      var kept = row
      if !byCategory { kept.category = .unattributed }
      if !keys.contains(.thread) { kept.thread = nil }
      if !keys.contains(.instance) { kept.instance = nil }
      if !keys.contains(.site) { kept.site = nil }
      let key = Key(
        category: kept.category,
        container: kept.container,
        texts: [kept.thread, kept.instance, kept.site]
      )
      guard let place = places[key] else {
        places[key] = merged.count
        merged.append(kept)
        continue
      }
      merged[place].bytes += row.bytes
      merged[place].count += row.count
      // A sum of some high-water marks would pass for the sum of all.
      if let sum = merged[place].used, let used = row.used {
        merged[place].used = sum + used
      } else {
        merged[place].used = nil
      }
    }
    let hasUnattributed = merged.contains { $0.category == .unattributed && $0.container == nil }
    if byCategory, !hasUnattributed { merged.append(FootprintRow(.unattributed, .zero)) }
    rows = merged.sorted(by: FootprintBreakdown.precedes)
  }

  /// Bytes first, then code, then the names: no order of a hash table.
  private static func precedes(_ first: FootprintRow, _ second: FootprintRow) -> Bool {
    if first.bytes != second.bytes { return first.bytes > second.bytes }
    if first.category != second.category { return first.category < second.category }
    if first.container != second.container {
      return (first.container?.code ?? 0) < (second.container?.code ?? 0)
    }
    let names = [first, second].map { ($0.thread ?? "", $0.instance ?? "", $0.site ?? "") }
    return names[0] < names[1]
  }
}
