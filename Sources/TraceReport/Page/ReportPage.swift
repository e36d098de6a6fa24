import TraceModel

/// A nightly report as one HTML file that needs nothing else: no network, no server, no library.
///
/// All numbers are written here, in the tables that every format has; the script only draws charts
/// from the report's JSON, sorts and filters. Its policy lets nothing else run or load.
package struct ReportPage {
  package let report: NightlyReport

  package init(_ report: NightlyReport) {
    self.report = report
  }

  /// The whole file, with a line end at its end.
  package var text: String { html.text }

  private var html: HTML {
    let sections = PageSections(report).all
    let header = PageHeader(report)
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(HTML(trusted: ReportPage.policy))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(header.title): \(report.subject) - memtrace</title>
      <style>\(HTML(trusted: PageAsset.style.text))</style>
      </head>
      <body data-categories="\(ReportPage.categories)">
      <a class="skip" href="#found">Skip to what was found</a>
      \(HTML(trusted: PageAsset.patterns.text))
      \(header.html)
      <nav aria-label="parts of this page"><ul>\(sections.map(\.link))</ul></nav>
      <main id="found" tabindex="-1">
      \(sections.map(\.html))</main>
      <footer><p>Written by memtrace. Sizes are committed bytes unless they say otherwise; \
      1 KiB is 1024 bytes; the exact number of bytes shows when you point at a number.</p></footer>
      <script type="application/json" id="report">\
      \(EmbeddedJSON.html(Document.report(report).json))</script>
      <script>\(HTML(trusted: PageAsset.script.text))</script>
      </body>
      </html>

      """
  }

  /// What may run and load: the page's own style and script, by their digests.
  static let policy =
    "default-src 'none'; style-src '\(PageAsset.style.source)'; "
    + "script-src '\(PageAsset.script.source)'; img-src data:; base-uri 'none'; "
    + "form-action 'none'"

  /// Ids in the order of their codes, for the colours; the ones that lie in others with a `+`.
  private static let categories = MemoryCategory.allCases
    .map { $0.id + ($0.defaultContainer == nil ? "" : "+") }.joined(separator: " ")
}
