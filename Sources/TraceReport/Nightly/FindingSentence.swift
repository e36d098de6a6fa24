import TraceModel

/// A finding in one sentence: what changed by how much, since when, who took it, what budget is left.
///
/// Names stand as the trace has them: whoever writes the sentence escapes it.
package struct FindingSentence: Hashable, Sendable {
  /// A stretch of the sentence; strong ones say what broke to somebody who reads nothing else.
  package struct Piece: Hashable, Sendable {
    package var text: String
    package var isStrong: Bool

    package init(_ text: String, isStrong: Bool = false) {
      self.text = text
      self.isStrong = isStrong
    }
  }

  package let finding: SeriesFinding

  package init(_ finding: SeriesFinding) {
    self.finding = finding
  }

  /// The whole sentence, with a full stop.
  package var text: String { pieces.map(\.text).joined() }

  package var pieces: [Piece] {
    var pieces = [Piece(subject, isStrong: true), Piece(" ")]
    pieces += change
    let clauses = [culprit, budget, estimate].compactMap(\.self)
    pieces += clauses.map { Piece("; \($0)") }
    return pieces + [Piece(".")]
  }

  /// `linear-memory of app.wasm on thumbv7 (aot)`.
  package var subject: String { SeriesWords(finding.series).text }

  /// `grew by 64.00 KiB (+25.0 %)`, from what to what, since when, in which commits.
  private var change: [Piece] {
    let from = size(finding.before)
    let to = size(finding.after)
    switch finding.change {
    case .spike:
      return [
        Piece("stood at "), Piece(to, isStrong: true), Piece(" instead of \(from) ("),
        Piece(signedAmount, isStrong: true), Piece(") \(moment)"),
      ]
    case .drift:
      return [
        Piece(finding.delta < .zero ? "crept down by " : "crept up by "),
        Piece(amount, isStrong: true), Piece(", from \(from) to \(to), since "),
        Piece(finding.since.time?.date ?? finding.since.id, isStrong: true),
        Piece(" over \(Counted.text(finding.runCount, "run"))\(commits)"),
      ]
    case .step:
      let when = [Piece(", from \(from) to \(to), "), Piece(moment, isStrong: true)]
      return [
        Piece(finding.delta < .zero ? "shrank by " : "grew by "), Piece(amount, isStrong: true),
      ] + when + [Piece(commits)]
    }
  }

  /// `64.00 KiB (+25.0 %)`.
  private var amount: String {
    let delta = finding.delta
    return size(delta < .zero ? .zero - delta : delta) + (percent.map { " (\($0))" } ?? "")
  }

  /// `+64.00 KiB, +25.0 %`.
  private var signedAmount: String {
    ByteCountFormat.scaled.signedText(finding.delta) + (percent.map { ", \($0)" } ?? "")
  }

  /// Nil where there was nothing before.
  private var percent: String? {
    Ratio(finding.delta, of: finding.before)
      .map { ($0.thousandths > 0 ? "+" : "") + $0.percentText }
  }

  /// `on 2026-10-21`; with the last good run where nights are missing in between.
  private var moment: String {
    guard let since = finding.since.time else { return "in \(finding.since.id)" }
    let day = "on \(since.date)"
    guard let good = finding.lastGood?.time else { return day }
    let gap = since.seconds - good.seconds
    return gap > 2 * 86_400 ? "\(day), the first run after \(good.date)" : day
  }

  /// `, in commits a1b2..c3d4`, as git takes the range; empty where no commit is known.
  private var commits: String {
    guard let range = NightlyTables.commits(finding) else { return "" }
    if range.contains("..") { return ", in commits \(range)" }
    let isSame = finding.lastGood?.commit != nil
    return isSame ? ", at the same commit as before (\(range))" : ", at commit \(range)"
  }

  /// The call stack or thread that grew most.
  ///
  /// `in thread 3, worker_main at pool.c:88 took 60.00 KiB of it`.
  package var culprit: String? {
    let grown = finding.grown.filter { $0.delta > .zero }
    let stack = grown.filter { !$0.frames.isEmpty }.max { $0.delta < $1.delta }
    guard finding.delta > .zero, let part = stack ?? grown.max(by: { $0.delta < $1.delta }) else {
      return nil
    }
    let bytes = size(part.delta)
    let took = part.delta > finding.delta ? "holds \(bytes) more" : "took \(bytes) of it"
    switch (part.thread, SiteFrame.readable(part.frames)) {
    case (let thread?, let frame?): return "in thread \(thread), \(frame) \(took)"
    case (let thread?, nil): return "thread \(thread) \(took)"
    case (nil, let frame?): return "\(frame) \(took)"
    case (nil, nil): return nil
    }
  }

  /// `the budget of 300.00 KiB is exceeded by 20.00 KiB`.
  package var budget: String? {
    guard let use = finding.budget else { return nil }
    var name = use.bound == .growth ? "the growth budget of " : "the budget of "
    name += size(use.limit)
    if use.subject != .category(finding.series.category) { name += " on \(use.subject.text)" }
    return use.left < .zero
      ? "\(name) is exceeded by \(size(use.bytes - use.limit))"
      : "\(name) has \(size(use.left)) left"
  }

  private var estimate: String? {
    finding.estimate.map { "the estimate expects \(size($0))" }
  }

  private func size(_ bytes: ByteCount) -> String { ByteCountFormat.scaled.text(bytes) }
}
