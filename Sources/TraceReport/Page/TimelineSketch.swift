import TraceModel

/// The stacked timeline as a still picture, which the page's script replaces with a live one.
struct TimelineSketch {
  private static let width = 1000
  private static let height = 220
  /// More would be thinner than a screen shows and a page can carry.
  private static let columnLimit = 250

  private let columns: [Timeline.Point]
  private let categories: [MemoryCategory]
  private let largest: ByteCount

  /// Buckets that fall into one column are merged by the one with the largest peak.
  init(_ timeline: Timeline) {
    let points = timeline.points
    let count = min(points.count, TimelineSketch.columnLimit)
    columns = (0..<count).compactMap { column in
      points[(column * points.count / count)..<((column + 1) * points.count / count)]
        .max { $0.peak < $1.peak }
    }
    var heights: [MemoryCategory: ByteCount] = [:]
    for row in columns.flatMap(\.rows) where timeline.key == .category && row.container == nil {
      heights[row.category] = max(heights[row.category] ?? .zero, row.bytes)
    }
    categories = heights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    largest = columns.map(\.peak).max() ?? .zero
  }

  /// Layers from the highest to the lowest, each from the base line up, so that a layer's upper edge
  /// is all that has to be written.
  func html(label: String) -> HTML {
    let scale = ChartScale(largest: largest.rawValue, height: TimelineSketch.height)
    var layers: [HTML] = [path(columns.map { scale.y($0.peak.rawValue) }, fill: "rest")]
    var below = [ByteCount](repeating: .zero, count: columns.count)
    var painted: [HTML] = []
    for category in categories {
      for index in columns.indices {
        below[index] += columns[index].rows.lazy
          .filter { $0.container == nil && $0.category == category }.map(\.bytes)
          .reduce(.zero, +)
      }
      painted.append(path(below.map { scale.y($0.rawValue) }, fill: "f\(category.code)"))
    }
    layers += painted.reversed()
    return """
      <svg class="sketch" role="img" aria-label="\(label)" viewBox="0 0 \(TimelineSketch.width) \
      \(TimelineSketch.height)" preserveAspectRatio="none">\(layers)</svg>
      """
  }

  private func path(_ tops: [Int], fill: String) -> HTML {
    var text = "M0 \(TimelineSketch.height)"
    var last = TimelineSketch.height
    for (index, top) in tops.enumerated() where top != last {
      text += "H\(index * TimelineSketch.width / tops.count)V\(top)"
      last = top
    }
    text += "H\(TimelineSketch.width)V\(TimelineSketch.height)Z"
    return "<path class=\"\(fill)\" d=\"\(text)\"/>"
  }
}
