import Testing
import TraceModel

@testable import TraceReport

@Suite struct PageTests {
  /// The text between two marks, the first time that both stand.
  static func between(_ start: String, _ end: String, in page: String) -> Substring? {
    guard let from = page.firstRange(of: start)?.upperBound,
      let to = page[from...].firstRange(of: end)?.lowerBound
    else { return nil }
    return page[from..<to]
  }

  static func large() -> NightlyReport {
    var report = PageSamples.regressed()
    report.traces = [PageTraces.trace(buckets: 60, sites: 40)]
    return report
  }

  @Test func `the JSON inside is the report's`() throws {
    for report in [Self.large(), PageTraces.hostile(), PageSamples.passed()] {
      try checkJSON(of: report)
    }
  }

  private func checkJSON(of report: NightlyReport) throws {
    let page = ReportPage(report).text
    let json = try #require(
      Self.between("<script type=\"application/json\" id=\"report\">", "</script>", in: page))
    #expect(!json.contains { "<>&".contains($0) })
    let parsed = try JSONParser.parse(Array(json.utf8), file: "page")
    #expect(parsed == Document.report(report).json)
  }

  @Test func `only the page's own style and script may run, by their digests`() throws {
    let page = ReportPage(Self.large()).text
    let policy = try #require(Self.between("Content-Security-Policy\" content=\"", "\"", in: page))
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    let style = try #require(Self.between("<style>", "</style>", in: page))
    #expect(style == PageAsset.style.text)
    #expect(policy.contains("style-src '\(PageAsset.style.source)'"))
    #expect(policy.contains("script-src '\(PageAsset.script.source)'"))
    #expect(page.contains("<script>\(PageAsset.script.text)</script>"))
    #expect(!policy.contains("unsafe"))
    #expect(!policy.contains("http"))
  }

  /// From `printf '' | openssl dgst -sha256 -binary | base64` and of longer texts.
  @Test func `digests are what a browser computes`() {
    #expect(PageAsset.style.source.count == "sha256-".count + 44)
    #expect(PageAsset.base64([]) == "")
    #expect(PageAsset.base64(Array("f".utf8)) == "Zg==")
    #expect(PageAsset.base64(Array("fo".utf8)) == "Zm8=")
    #expect(PageAsset.base64(Array("foobar".utf8)) == "Zm9vYmFy")
    #expect(PageAsset.base64([0xFB, 0xFF, 0xFE]) == "+//+")
  }

  @Test func `assets cannot end the element that holds them, and load nothing`() {
    for text in [PageAsset.style.text, PageAsset.script.text] {
      #expect(!text.contains("</"))
      #expect(!text.contains("<!--"))
    }
    #expect(!PageAsset.style.text.contains("url(") || !PageAsset.style.text.contains("url(h"))
    #expect(!PageAsset.script.text.contains("innerHTML"))
    #expect(!PageAsset.script.text.contains("http://") || PageAsset.script.text.contains("w3.org"))
  }

  @Test func `no name becomes markup`() {
    let page = ReportPage(PageTraces.hostile()).text
    let body = page.replacing(PageAsset.script.text, with: "")
    for name in PageSamples.hostile where name.contains("<") || name.contains("\"") {
      #expect(!body.contains(name))
    }
    #expect(body.matches(of: /<script/).count == 2)
    #expect(!body.contains("<img"))
    #expect(!body.contains("\u{202e}"))
    #expect(body.contains("&lt;script&gt;window.__pwned=1&lt;/script&gt;"))
  }

  @Test func `every number of every table stands in the page`() throws {
    let report = Self.large()
    let page = ReportPage(report).text
    for table in NightlyTables(report).all where table.name != "estimates" {
      #expect(page.contains(HTMLTable(table).html.text), "\(table.name)")
    }
    let values = Set(page.matches(of: /<td data-value=(-?[0-9]+)>/).map { String($0.1) })
    let trace = try #require(report.traces.first)
    let documents = [
      trace.timeline.map { Document.timeline($0) }, trace.sites.map { Document.sites($0) },
      Document.threads(trace.threads), trace.diff.map { Document.diff($0) },
      Document.peak(trace.peak, by: [.category]),
    ]
    let tables = documents.compactMap(\.self).flatMap(\.tables) + [NightlyTables(report).estimates]
    for table in tables {
      for cell in table.rows.flatMap(\.cells) {
        switch cell {
        case .bytes(let count), .signedBytes(let count):
          #expect(values.contains(String(count.rawValue)), "\(table.name)")
        case .integer(let value): #expect(values.contains(String(value)), "\(table.name)")
        case .unsigned(let value): #expect(values.contains(String(value)), "\(table.name)")
        default: break
        }
      }
    }
  }

  @Test func `a table writes exact numbers, depths and sums, and leaves out machines' columns`() {
    let table = RendererTests.document.tables[0]
    #expect(
      HTMLTable(table).html.text == """
        <div class="scroll" role="region" aria-label="rows" tabindex="0">\
        <table data-name="rows"><thead><tr><th scope="col" data-key="name">name</th>\
        <th scope="col" data-key="sizeBytes" class=n>size</th>\
        <th scope="col" data-key="deltaBytes" class=n>delta</th></tr></thead>
        <tbody><tr><td>a|b &lt;i&gt;<td data-value=1310720>1.25 MiB<td data-value=2048>+2.00 KiB
        <tr><td class="d1">of which in,&quot;side<td data-value=512>512 B<td class=n>-
        </tbody><tfoot><tr><td>total<td data-value=1>1 B<td class=n>
        </tfoot></table></div>

        """)
  }

  @Test func `a page without data is small, and the same every time`() {
    let empty = NightlyReport(subject: "history", verdict: .insufficientData, reasons: [])
    let page = ReportPage(empty).text
    #expect(page.utf8.count < 80_000)
    #expect(ReportPage(Self.large()).text == ReportPage(Self.large()).text)
  }

  @Test func `the verdict comes first, then what got worse`() throws {
    let page = ReportPage(Self.large()).text
    let places = try [
      "Regressed</h1>", "3 series regressed", "id=\"regressions\"", "id=\"drifts\"",
      "id=\"grown\"", "id=\"budgets\"", "id=\"series\"", "id=\"improvements\"", "id=\"spikes\"",
      "id=\"accepted\"", "id=\"muted\"", "id=\"unjudged\"", "id=\"estimates\"", "id=\"trace-0\"",
    ].map { try #require(page.firstRange(of: $0)?.lowerBound, "\($0)") }
    #expect(places == places.sorted())
    let finding = try #require(Self.large().regressions.first)
    let sentence = FindingSentence(finding).text
    #expect(page.replacing(/<\/?strong[^>]*>/, with: "").contains(sentence))
  }

  @Test func `a trace that nothing judges is shown without a verdict`() {
    var report = NightlyReport(subject: "a.zst", verdict: .pass, reasons: ["shown"])
    var trace = PageTraces.trace(buckets: 4, sites: 4)
    trace.diff = nil
    report.traces = [trace]
    #expect(ReportPage(report).text.contains("<h1>8.13 MiB at the peak</h1>"))
    report.traces.append(trace)
    #expect(ReportPage(report).text.contains("<h1>2 traces</h1>"))
    report.budgets = PageSamples.passed().budgets
    #expect(ReportPage(report).text.contains("Pass</h1>"))
  }

  @Test func `a picture of the timeline keeps the peak of what it merges`() {
    let peak = ByteCount(1_000_000)
    let points = (0..<10_000).map { index in
      Timeline.Point(
        start: UInt64(index), end: UInt64(index + 1), peak: index == 7777 ? peak : ByteCount(10),
        endBytes: nil, rows: [])
    }
    let sketch = TimelineSketch(Timeline(source: .events, points: points, key: nil))
    #expect(sketch.html(label: "x").text.contains("V0H"))
  }
}
