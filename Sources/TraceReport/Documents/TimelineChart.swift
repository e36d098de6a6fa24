import TraceModel

/// Totals over time as a small chart of block characters.
struct TimelineChart {
  private static let height = 8
  private static let widest = 72
  private static let blocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private let values: [ByteCount]

  /// Takes the values in order; more than fit a line are merged by their maximum.
  init(_ values: [ByteCount]) {
    let columns = min(values.count, TimelineChart.widest)
    self.values = (0..<columns).map { column in
      let from = column * values.count / columns
      let to = (column + 1) * values.count / columns
      return values[from..<to].max() ?? .zero
    }
  }

  /// Nil where there is nothing to draw.
  var text: String? {
    guard let largest = values.max(), largest > .zero else { return nil }
    let steps = values.map { value -> Int in
      let eighths = Int128(value.rawValue) * Int128(TimelineChart.height * 8)
      let rounded = Int((eighths + Int128(largest.rawValue) / 2) / Int128(largest.rawValue))
      return value > .zero ? max(1, rounded) : 0
    }
    var lines: [String] = []
    for level in stride(from: TimelineChart.height - 1, through: 0, by: -1) {
      let bar = steps.map { TimelineChart.blocks[min(8, max(0, $0 - level * 8))] }.joined()
      let label =
        level == TimelineChart.height - 1
        ? ByteCountFormat.scaled.text(largest) : level == 0 ? "0" : ""
      lines.append(String(repeating: " ", count: max(0, 10 - label.count)) + label + " │" + bar)
    }
    return lines.joined(separator: "\n")
  }
}
