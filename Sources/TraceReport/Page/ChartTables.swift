import TraceModel

/// The numbers behind charts that no command shows as a table.
enum ChartTables {
  /// The runs of a series with the level that each belongs to.
  static func series(_ chart: SeriesChart) -> Table {
    let rows = chart.points.enumerated().map { index, point in
      let level = chart.levels.first { $0.range.contains(index) }
      return Table.Row([
        .text(point.time.description), .bytes(point.bytes), .bytes(level?.bytes),
        .text(chart.spikes.contains(index) ? "spike" : ""),
      ])
    }
    return Table(
      "series", title: SeriesWords(chart.series).text,
      columns: [
        .init("time"), .number("bytes"), .number("level", key: "levelBytes"),
        .init("spike"),
      ], rows: rows)
  }

  /// Moments of a trace, with what there are more of.
  static func marks(_ trace: TraceOverview) -> Table {
    let start = trace.timeline?.points.first?.start ?? 0
    var rows = trace.marks.map { mark in
      let offset = mark.timeNanoseconds >= start ? mark.timeNanoseconds - start : 0
      return Table.Row([
        .text(mark.kind.rawValue), .nanoseconds(offset), .unsigned(mark.event),
        .bytes(mark.bytes), .text(mark.label),
      ])
    }
    for kind in TraceOverview.Mark.Kind.allCases {
      guard let count = trace.marksLeftOut[kind], count > 0 else { continue }
      rows.append(
        Table.Row(
          [.text(kind.rawValue), .none, .none, .none, .text("\(count) more")], isSummary: true))
    }
    return Table(
      "marks", title: "marks",
      columns: [
        .init("kind"), .number("at", key: "offsetNanoseconds"), .number("event"),
        .number("bytes"), .init("what", key: "label"),
      ], rows: rows)
  }
}
