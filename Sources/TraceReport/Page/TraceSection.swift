import TraceModel

/// One trace on the page: its time, who asked for the peak, its threads, and its estimate.
struct TraceSection {
  let trace: TraceOverview
  let index: Int

  var section: PageSection {
    PageSection(
      id: "trace-\(index)", title: "trace \(trace.name)",
      content: "\(labels)\(peak)\(timeline)\(marks)\(sites)\(threads)\(diff)")
  }

  private var labels: HTML? {
    guard !trace.labels.isEmpty else { return nil }
    let items = trace.labels.sorted().map { label -> HTML in
      "<div><dt>\(label.name)</dt><dd>\(label.value)</dd></div>"
    }
    return "<dl class=\"labels\">\(items)</dl>\n"
  }

  private var peak: HTML {
    let document = Document.peak(trace.peak, by: [.category])
    return part("peak", document, "<p class=\"big\">\(size(trace.peak.total))</p>")
  }

  private var timeline: HTML? {
    guard let timeline = trace.timeline, !timeline.points.isEmpty else { return nil }
    let document = Document.timeline(timeline)
    let peak = timeline.points.map(\.peak).max() ?? .zero
    let counts = TraceOverview.Mark.Kind.allCases.compactMap { kind -> String? in
      let count =
        trace.marks.count { $0.kind == kind } + (trace.marksLeftOut[kind] ?? 0)
      return count == 0 || kind == .peak ? nil : Counted.text(count, kind.rawValue)
    }
    let label =
      ([
        "memory over time by category, \(Counted.text(timeline.points.count, "bucket"))",
        "peak \(size(peak))",
      ] + counts).joined(separator: ", ")
    return tables(
      "over time", document,
      figure: PageFigure(
        chart: "timeline", index: index, label: label,
        sketch: TimelineSketch(timeline).html(label: label), table: document.tables[0]))
  }

  private var marks: HTML? {
    guard !trace.marks.isEmpty else { return nil }
    let table = ChartTables.marks(trace)
    return """
      <details class="twin"><summary>marks, \(Counted.text(trace.marks.count, "row"))</summary>\
      \(HTMLTable(table).html)</details>

      """
  }

  private var sites: HTML? {
    guard let sites = trace.sites, !sites.sites.isEmpty else { return nil }
    let document = Document.sites(sites)
    let largest = sites.sites.first.map { site in
      ", the largest \(SiteFrame.readable(site.frames) ?? site.category.id) with \(size(site.bytes))"
    }
    let label =
      "call stacks of the \(size(sites.total)) that are live at \(sites.moment), "
      + "\(Counted.text(sites.sites.count + sites.restCount, "site"))\(largest ?? "")"
    return tables(
      "who asked for it", document,
      figure: PageFigure(chart: "sites", index: index, label: label, table: document.tables[0]))
  }

  private var threads: HTML? {
    guard !trace.threads.isEmpty else { return nil }
    let document = Document.threads(trace.threads)
    let most = trace.threads.max { $0.atPeak < $1.atPeak }.map {
      ", thread \($0.thread) holds most at the peak, \(size($0.atPeak))"
    }
    let label = "\(Counted.text(trace.threads.count, "thread"))\(most ?? "")"
    return tables(
      "threads", document,
      figure: PageFigure(chart: "threads", index: index, label: label, table: document.tables[0]))
  }

  private var diff: HTML? {
    guard let diff = trace.diff else { return nil }
    let document = Document.diff(diff, showingFields: false)
    let label =
      "\(diff.left.name) \(size(diff.totals.left)), \(diff.right.name) \(size(diff.totals.right)), "
      + "verdict \(diff.verdict.rawValue)"
    return tables(
      "estimate against measured", document,
      figure: PageFigure(chart: "diff", index: index, label: label, table: document.tables[0]))
  }

  private func tables(_ title: String, _ document: Document, figure: PageFigure) -> HTML {
    "<h3>\(title)</h3>\n\(lines(document.headline))\(figure.html)\(lines(document.footnotes))"
  }

  private func part(_ title: String, _ document: Document, _ first: HTML) -> HTML {
    let tables = document.tables.map { HTMLTable($0, label: "\(title) of \(trace.name)").html }
    return """
      <h3>\(title)</h3>
      \(first)\(lines(document.headline))\(tables)\(lines(document.footnotes))
      """
  }

  private func lines(_ texts: [String]) -> HTML {
    let items = texts.map { text -> HTML in "<p class=\"line\">\(text)</p>\n" }
    return "\(items)"
  }

  private func size(_ bytes: ByteCount) -> String { ByteCountFormat.scaled.text(bytes) }
}
