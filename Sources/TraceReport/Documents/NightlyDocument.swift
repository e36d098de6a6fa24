import TraceModel

extension Document {
  /// A nightly report (`memtrace report`).
  package static func report(_ report: NightlyReport) -> Document {
    var tables = NightlyTables(report).all
    for trace in report.traces {
      var documents = [Document.peak(trace.peak, by: [.category])]
      if !trace.threads.isEmpty { documents.append(.threads(trace.threads)) }
      if let sites = trace.sites { documents.append(.sites(sites)) }
      if let diff = trace.diff { documents.append(.diff(diff, showingFields: false)) }
      for document in documents {
        tables += document.tables.map { table in
          var titled = table
          titled.title = "\(trace.name): \(table.title ?? table.name)"
          return titled
        }
      }
    }
    return Document(
      headline: headline(report), tables: tables,
      footnotes: report.warnings.map { "warning: \($0)" },
      json: NightlyJSON(report: report).document)
  }

  /// The verdict first, then why, then what was looked at.
  package static func headline(_ report: NightlyReport) -> [String] {
    var lines = ["verdict: \(report.verdict.rawValue)"] + report.reasons
    lines.append(scope(report))
    return lines
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
