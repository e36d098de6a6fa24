import TraceModel

extension Document {
  /// A nightly report (`memtrace report`).
  package static func report(_ report: NightlyReport) -> Document {
    Document(
      headline: headline(report), tables: NightlyTables(report).all + traceTables(report),
      footnotes: report.warnings.map { "warning: \($0)" },
      json: NightlyJSON(report: report).document)
  }

  /// What there is to see of each trace, under its name.
  package static func traceTables(_ report: NightlyReport) -> [Table] {
    report.traces.flatMap { trace in
      var documents = [Document.peak(trace.peak, by: [.category])]
      if !trace.threads.isEmpty { documents.append(.threads(trace.threads)) }
      if let sites = trace.sites { documents.append(.sites(sites)) }
      if let diff = trace.diff { documents.append(.diff(diff, showingFields: false)) }
      return documents.flatMap(\.tables).map { table in
        var named = table
        named.title = "\(trace.name): \(table.title ?? table.name)"
        named.columns.append(Table.Column("trace", isMachineOnly: true))
        for row in named.rows.indices {
          let missing = table.columns.count - named.rows[row].cells.count
          named.rows[row].cells += Array(repeating: .none, count: max(0, missing))
          named.rows[row].cells.append(.text(trace.name))
        }
        return named
      }
    }
  }

  /// Worse findings that the headline tells in a sentence each; the tables have all.
  package static let toldCount = 10

  /// The verdict first, then why, then what got worse, then how much was found in what.
  package static func headline(_ report: NightlyReport) -> [String] {
    let worse = NightlySentences(report)
    let told = worse.all.prefix(toldCount)
    var lines = ["verdict: \(report.verdict.rawValue)"]
    lines += report.reasons.filter { reason in !told.contains { $0.text == reason } }
    lines += told.map(\.text)
    if worse.all.count > told.count { lines.append("\(worse.all.count - told.count) more below") }
    return lines + [NightlyCounts(report).text, scope(report)]
  }

  /// What was looked at.
  package static func scope(_ report: NightlyReport) -> String {
    var text = report.subject
    if report.runCount > 0 {
      text += ": \(Counted.text(report.runCount, "run")) of \(Counted.text(report.keyCount, "key"))"
      text += ", \(report.seriesCount) series"
    }
    if let from = report.from, let until = report.until {
      text += from.date == until.date ? ", \(until.date)" : ", \(from.date) to \(until.date)"
    }
    return text
  }
}
