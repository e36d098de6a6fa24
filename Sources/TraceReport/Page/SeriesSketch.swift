import TraceModel

/// The last runs of a series as a small still picture: its values, and its levels with their steps.
struct SeriesSketch {
  private static let width = 240
  private static let height = 72
  private static let margin = 8
  let chart: SeriesChart

  private let low: Int64
  private let span: Int128
  private let start: Int64
  private let seconds: Int64

  init(_ chart: SeriesChart) {
    self.chart = chart
    let values = chart.points.map(\.bytes.rawValue) + chart.levels.map(\.bytes.rawValue)
    low = values.min() ?? 0
    span = max(1, Int128(values.max() ?? 0) - Int128(low))
    start = chart.points.first?.time.seconds ?? 0
    seconds = max(1, (chart.points.last?.time.seconds ?? 0) - start)
  }

  func html(label: String) -> HTML {
    let line = chart.points.indices.map { index -> String in
      "\(x(index)),\(y(chart.points[index].bytes))"
    }.joined(separator: " ")
    let spikes = chart.spikes.filter(chart.points.indices.contains).map { index -> HTML in
      "<circle class=\"spike\" cx=\"\(x(index))\" cy=\"\(y(chart.points[index].bytes))\" r=\"4\"/>"
    }
    let last: HTML? = chart.points.indices.last.map { index in
      "<circle class=\"last\" cx=\"\(x(index))\" cy=\"\(y(chart.points[index].bytes))\" r=\"3\"/>"
    }
    return """
      <svg class="sketch" role="img" aria-label="\(label)" viewBox="0 0 \(SeriesSketch.width) \
      \(SeriesSketch.height)"><path class="level" d="\(levels)"/>\
      <polyline class="line" points="\(line)"/>\(spikes)\(last)</svg>
      """
  }

  /// Each level along its points, joined by upright steps where they follow one another.
  private var levels: String {
    var text = ""
    for level in chart.levels where !level.range.isEmpty {
      let isInside =
        chart.points.indices.contains(level.range.lowerBound)
        && chart.points.indices.contains(level.range.upperBound)
      guard isInside else { continue }
      let start = x(level.range.lowerBound)
      let height = y(level.bytes)
      text += text.isEmpty ? "M\(start) \(height)" : "H\(start)V\(height)"
      text += "H\(x(level.range.upperBound))"
    }
    return text
  }

  private func x(_ index: Int) -> Int {
    let inner = Int64(SeriesSketch.width - 2 * SeriesSketch.margin)
    let passed = chart.points[index].time.seconds - start
    return SeriesSketch.margin + Int(passed * inner / seconds)
  }

  private func y(_ bytes: ByteCount) -> Int {
    let inner = Int128(SeriesSketch.height - 2 * SeriesSketch.margin)
    let above = Int128(bytes.rawValue) - Int128(low)
    return SeriesSketch.height - SeriesSketch.margin - Int(above * inner / span)
  }
}
