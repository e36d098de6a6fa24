package import TraceModel

/// What got worse, in sentences, the worst first.
package struct NightlySentences: Hashable, Sendable {
  /// Something that got worse.
  package enum Subject: Hashable, Sendable {
    case regression(SeriesFinding)
    case drift(SeriesFinding)
    case budget(BudgetUse)
  }

  package struct Sentence: Hashable, Sendable {
    package var subject: Subject
    /// By how much it is worse: growth, or bytes over a limit.
    package var bytes: ByteCount
    package var pieces: [FindingSentence.Piece]

    package var text: String { pieces.map(\.text).joined() }
  }

  /// Of a budget that the sentence of a finding tells of, there is no other.
  package let all: [Sentence]

  package init(_ report: NightlyReport) {
    let findings =
      report.regressions.map { ($0, Subject.regression($0)) }
      + report.drifts.map { ($0, Subject.drift($0)) }
    let told = Set(findings.compactMap(\.0.budget))
    let budgets = report.budgets.filter { $0.isOver && !told.contains($0) }
    let sentences =
      findings.map { finding, subject in
        Sentence(
          subject: subject, bytes: finding.delta, pieces: FindingSentence(finding).pieces)
      }
      + budgets.map { use in
        let sentence = BudgetSentence(use)
        return Sentence(
          subject: .budget(use), bytes: .zero - use.left,
          pieces: [
            FindingSentence.Piece(sentence.subject, isStrong: true),
            FindingSentence.Piece(" \(sentence.statement)."),
          ])
      }
    all = sentences.enumerated().sorted {
      ($1.element.bytes, $0.offset) < ($0.element.bytes, $1.offset)
    }.map(\.element)
  }
}
