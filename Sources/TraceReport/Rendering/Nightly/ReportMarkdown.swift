package import TraceModel

/// Writes a nightly report as a comment on a pull request: what broke, then the tables.
///
/// A comment that is too long is refused as a whole, so rows are left out from the end on, and the
/// last line says which. What stands first is what people must not miss.
package struct ReportMarkdown {
  /// The first line, by which a workflow finds the comment that it updates.
  package static let marker = "<!-- memtrace report -->"
  /// GitHub takes 65,536 characters; UTF-8 has at least as many bytes.
  package static let limit = 65_000

  package var bytes: ByteCountFormat

  package init(bytes: ByteCountFormat = .scaled) {
    self.bytes = bytes
  }

  package func render(_ report: NightlyReport) -> String {
    var fitting = FittingMarkdown(limit: ReportMarkdown.limit)
    fitting.add(
      "\(ReportMarkdown.marker)\n## memtrace: \(report.verdict.rawValue)\n\n"
        + "\(NightlyCounts(report).text)\n\(paragraph(Document.scope(report)))\n")
    for part in parts(report) { fitting.add(part) }
    return fitting.text
  }

  private func parts(_ report: NightlyReport) -> [MarkdownPart] {
    let tables = NightlyTables(report)
    let sentences = NightlySentences(report).all
    let shown = ReportMarkdown.sentenceCount
    let texts = Set(sentences.prefix(shown).map(\.text))
    var told = sentences.prefix(shown).map { "- " + sentence($0.pieces) }
    if sentences.count > shown { told.append("- \(sentences.count - shown) more in the tables") }
    let reasons = report.reasons.filter { !$0.isEmpty && !texts.contains($0) }
    let parts = [
      MarkdownPart(lines: reasons.map(paragraph), of: "reason"),
      MarkdownPart(lines: told, of: "sentence"),
      MarkdownPart(lines: report.warnings.map { "warning: " + name($0) }, of: "warning"),
      part(tables.regressions, "regression"), part(tables.drifts, "drift"),
      part(tables.budgets, "budget", isFolded: true),
      part(tables.grown, "part that grew", "parts that grew", isFolded: true),
      part(tables.estimates, "row of estimates", "rows of estimates", isFolded: true),
      part(tables.improvements, "improvement", isFolded: true),
      part(tables.spikes, "spike", isFolded: true),
      part(tables.accepted, "accepted change", isFolded: true),
      part(tables.muted, "muted change", isFolded: true),
      part(tables.unjudged, "reason for unjudged series", "reasons for unjudged series"),
    ]
    let traces = Document.traceTables(report).map {
      part($0, "row of the traces", "rows of the traces", isFolded: true)
    }
    return (parts + traces).filter { !$0.rows.isEmpty }
  }

  /// Sentences before the tables; the tables have all.
  private static let sentenceCount = 20

  private func part(
    _ table: Table, _ noun: String, _ nouns: String? = nil, isFolded: Bool = false
  ) -> MarkdownPart {
    let (columns, rows) = table.shown { name($0.shown(bytes)) }
    let title = MarkdownText.shortened(table.title ?? table.name, to: 300)
    let head = [
      isFolded
        ? "<details><summary>\(MarkdownText.html(title)) (\(rows.count))</summary>"
        : "**\(MarkdownText.escaped(title))** (\(rows.count))",
      "", line(columns.map { name($0.title) }),
      line(columns.map { $0.alignment == .trailing ? "---:" : "---" }),
    ]
    return MarkdownPart(
      head: head.joined(separator: "\n") + "\n", rows: rows.map { line($0.texts) },
      tail: isFolded ? "\n</details>\n" : "", noun: noun, nouns: nouns)
  }

  private func line(_ texts: [String]) -> String {
    "| " + texts.joined(separator: " | ") + " |"
  }

  private func sentence(_ pieces: [FindingSentence.Piece]) -> String {
    pieces.enumerated().map { place, piece in
      let text = MarkdownText.shortened(piece.text, to: 400)
      let escaped =
        place == 0 && !piece.isStrong ? MarkdownText.paragraph(text) : MarkdownText.escaped(text)
      // Two asterisks beside a blank are two asterisks.
      let canBeStrong = text.first?.isWhitespace == false && text.last?.isWhitespace == false
      return piece.isStrong && canBeStrong ? "**\(escaped)**" : escaped
    }.joined()
  }

  /// A text of bounded length: a name of a megabyte shall not push out everything else.
  private func name(_ text: String) -> String {
    MarkdownText.escaped(MarkdownText.shortened(text, to: 300))
  }

  private func paragraph(_ text: String) -> String {
    MarkdownText.paragraph(MarkdownText.shortened(text, to: 1000))
  }
}
