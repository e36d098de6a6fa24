import ArgumentParser
import TraceModel
import TraceReport

/// How and where a report is written: one format to the terminal or a file, and any number of others.
struct ReportOutput: ParsableArguments {
  /// `--out html=report.html`.
  struct Destination: ExpressibleByArgument {
    let format: ReportFormat
    let path: String

    init?(argument: String) {
      let sides = argument.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let format = ReportFormat(rawValue: String(sides[0])),
        !sides[1].isEmpty
      else { return nil }
      self.format = format
      path = String(sides[1])
    }
  }

  @Option(
    name: .customLong("out"),
    help: ArgumentHelp(
      "Write one more format to a file, which is replaced; may be given several times.",
      valueName: "format=file"))
  var destinations: [Destination] = []

  @Option(help: "Output format: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ReportFormat?

  @Flag(help: "The same as --format html.")
  var html = false

  @Option(name: .short, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output = "-"

  @Flag(help: "Replace an existing output file.")
  var force = false

  @Flag(help: "Exact bytes instead of KiB and MiB.")
  var bytes = false

  func validate() throws {
    if html, format != nil { throw ValidationError("--html and --format exclude each other.") }
    let toTerminal = destinations.filter { $0.path == "-" }.count
    if toTerminal > 1 || toTerminal == 1 && (format != nil || html) && output == "-" {
      throw ValidationError("Only one format can be written to standard output.")
    }
    let files = (destinations.map(\.path) + [output]).filter { $0 != "-" }
    if Set(files).count < files.count {
      throw ValidationError("Two formats would be written to one file.")
    }
  }

  /// Files first, so that a reader who closed the pipe costs no report.
  func write(_ report: NightlyReport) throws {
    for destination in destinations where destination.path != "-" {
      try write(report, as: destination.format, to: destination.path, replaces: true)
    }
    if let other = destinations.first(where: { $0.path == "-" }) {
      try write(report, as: other.format, to: "-", replaces: false)
      if format == nil, !html, output == "-" { return }
    }
    try write(report, as: html ? .html : format ?? .text, to: output, replaces: force)
  }

  private func write(
    _ report: NightlyReport, as format: ReportFormat, to path: String, replaces: Bool
  ) throws {
    let text = format.render(report, bytes: bytes ? .exact : .scaled)
    try ResultOutput.write(Array(text.utf8), to: path, replaces: replaces)
  }
}

extension ReportFormat: ExpressibleByArgument {}
