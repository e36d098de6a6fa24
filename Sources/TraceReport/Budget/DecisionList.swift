package import TraceModel

/// Acceptances and mutes that hold on a day.
package struct DecisionList: Hashable, Sendable {
  package let decisions: [SeriesDecision]

  /// Without a day, all of them hold.
  package init(_ decisions: [SeriesDecision], on day: UTCTime?) {
    self.decisions = decisions.filter { decision in
      guard let until = decision.until, let day else { return true }
      return day <= until.endOfDay
    }
  }

  /// The first mute that names the key and the figure.
  package func mute(_ key: RunKey, _ figure: String) -> SeriesDecision? {
    decisions.first { $0.kind == .mute && $0.series.matches(key, anyOf: [figure]) }
  }

  /// The first mute that names a series.
  package func mute(_ series: SeriesID) -> SeriesDecision? {
    decisions.first { $0.kind == .mute && $0.series.matches(series) }
  }

  /// Why growth of a figure by some bytes is accepted; nil where it is not.
  ///
  /// Acceptances add up: two commits that may each add 1 KiB may together add 2. So do those of the
  /// figure's parts, as far as they say how many bytes they are for. One without a size covers no
  /// run after its own day: what was fine then is no licence for what comes.
  package func acceptance(
    of bytes: ByteCount, _ key: RunKey, _ figure: String, parts: [String] = [], on day: UTCTime?
  ) -> String? {
    acceptance(
      of: bytes,
      by: decisions.filter { decision in
        guard decision.kind == .accept else { return false }
        guard decision.bytes == nil else {
          return decision.series.matches(key, anyOf: [figure] + parts)
        }
        return decision.series.matches(key, anyOf: [figure]) && isCovered(day, from: decision.from)
      })
  }

  /// The same for a change of one series that began at a time.
  package func acceptance(
    of bytes: ByteCount, in series: SeriesID, since: UTCTime?
  ) -> String? {
    acceptance(
      of: bytes,
      by: decisions.filter { decision in
        decision.kind == .accept && decision.series.matches(series)
          && isCovered(since, from: decision.from)
      })
  }

  /// A change without a date is covered: it is one between two sets of runs.
  private func isCovered(_ since: UTCTime?, from: UTCTime?) -> Bool {
    guard let since, let from else { return true }
    return since <= from.endOfDay
  }

  private func acceptance(of bytes: ByteCount, by accepts: [SeriesDecision]) -> String? {
    guard !accepts.isEmpty else { return nil }
    if let any = accepts.first(where: { $0.bytes == nil }) { return any.reason }
    let allowed = accepts.compactMap(\.bytes).reduce(.zero, +)
    guard bytes <= allowed else { return nil }
    return accepts.map(\.reason).joined(separator: "; ")
  }
}

extension UTCTime {
  /// The last second of a day that was given as its beginning; another moment itself.
  fileprivate var endOfDay: UTCTime {
    seconds % 86_400 == 0 ? UTCTime(seconds: seconds + 86_399) : self
  }
}
