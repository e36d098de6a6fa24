/// A chart with its table: the page's script draws the chart, and what is here stands without it.
struct PageFigure {
  /// What the script draws.
  let chart: String
  /// Which element of the report's arrays it shows.
  let index: Int
  /// The main numbers, for those who do not see the picture.
  let label: String
  /// Shown above the chart.
  var caption: String?
  /// A still picture for pages without a script.
  var sketch: HTML?
  let table: Table
  var isOpen = false

  var html: HTML {
    let caption: HTML? = self.caption.map { "<figcaption>\($0)</figcaption>" }
    let open: HTML = isOpen ? " open" : ""
    let count = table.rows.count { !$0.isSummary }
    return """
      <div class="twins" id="\(chart)-\(index)"><figure data-chart="\(chart)" data-index="\(index)" \
      data-label="\(label)">\(caption)<div class="plot">\(sketch)</div></figure>\
      <details class="twin"\(open)><summary>the same as a table, \(Counted.text(count, "row"))\
      </summary>\(HTMLTable(table).html)</details></div>

      """
  }
}
