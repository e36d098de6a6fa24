import TraceModel

/// Findings for people: the bytes in large type, a sentence, and the last runs as a small picture.
struct FindingCards {
  /// The first ones with a picture; the others as sentences in a list that opens.
  private static let cardLimit = 12

  let findings: [SeriesFinding]
  /// The charts of the page, to link to.
  let charts: [SeriesChart]

  var html: HTML {
    let cards = findings.prefix(FindingCards.cardLimit).map(card)
    let rest = findings.dropFirst(FindingCards.cardLimit)
    let more: HTML? =
      rest.isEmpty
      ? nil : "<details><summary>\(rest.count) more</summary>\(FindingCards.list(rest))</details>"
    return "<div class=\"cards\">\(cards)</div>\(more)\n"
  }

  /// Sentences alone.
  static func list(_ findings: some Sequence<SeriesFinding>) -> HTML {
    let items = findings.map { finding -> HTML in
      "<li>\(sentence(finding))\(note(finding))</li>\n"
    }
    return "<ul class=\"sentences\">\(items)</ul>"
  }

  private func card(_ finding: SeriesFinding) -> HTML {
    let direction: HTML = finding.delta < .zero ? "better" : "worse"
    let percent: HTML? = Ratio(finding.delta, of: finding.before).map { ratio in
      "<span>\(ratio.thousandths > 0 ? "+" : "")\(ratio.percentText)</span>"
    }
    let isNew: HTML? =
      finding.isNew ? "<span class=\"tag new\">new in the newest run</span> " : nil
    return """
      <article class="card \(direction)"><p class="delta">\
      \(ByteCountFormat.scaled.signedText(finding.delta)) \(percent)</p><div><p class="say">\
      \(FindingCards.sentence(finding))</p><p class="meta">\(isNew)\(kind(finding))</p>\
      \(FindingCards.note(finding))</div>\(picture(finding))</article>

      """
  }

  private static func sentence(_ finding: SeriesFinding) -> HTML {
    let pieces = FindingSentence(finding).pieces.map { piece -> HTML in
      guard piece.isStrong else { return "\(piece.text)" }
      // Dates and sizes stay on one line.
      let isShort: HTML = piece.text.count < 26 ? " class=\"whole\"" : ""
      return "<strong\(isShort)>\(piece.text)</strong>"
    }
    return "\(pieces)"
  }

  private static func note(_ finding: SeriesFinding) -> HTML? {
    finding.note.map { "<p class=\"note\">\($0)</p>" }
  }

  /// How sure it is; nothing of two sets of runs, which know of no nights.
  private func kind(_ finding: SeriesFinding) -> HTML? {
    guard finding.since.time != nil else { return nil }
    let runs = Counted.text(finding.runCount, "run")
    switch finding.kind {
    case .exact: return "exact: the same every night until it changed; \(runs) since"
    case .noisy:
      let noise = ByteCountFormat.scaled.text(finding.noise)
      return "noisy: varies by \(noise) (one standard deviation); \(runs) since"
    }
  }

  private func picture(_ finding: SeriesFinding) -> HTML? {
    guard let place = charts.firstIndex(where: { $0.series == finding.series }) else { return nil }
    let label = "the last \(Counted.text(charts[place].points.count, "run")), to the chart"
    let sketch = SeriesSketch(charts[place]).html(label: label)
    return "<a class=\"peek\" href=\"#series-\(place)\">\(sketch)</a>"
  }
}
