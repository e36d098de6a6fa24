import ArgumentParser
import TraceHistory
import TraceModel
import TraceReport
import TraceStore

struct HistoryExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes runs as lines of JSON, the oldest first.",
    discussion: """
      The lines are those that memtrace history import reads: into another history, they give the \
      same runs. A digest stands in a line where the run came from a file.

      EXAMPLES
        memtrace history export -o runs.ndjson
        memtrace history export 'app.wasm/x86_64'

      EXIT CODES
        0  fine
        2  the history cannot be read, or the lines not be written
        64 wrong usage
      """)

  @Argument(help: "Only runs of these keys, such as app.wasm/x86_64.")
  var series: SeriesPattern?

  @Option(name: .short, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output = "-"

  @Flag(help: "Replace an existing output file.")
  var force = false

  @OptionGroup var history: HistoryOption

  func run() throws {
    let file = try history.open(.readOnly)
    guard output != "-" else {
      var text: [UInt8] = []
      try lines(of: file) { line throws(TraceError) in
        text += line
        guard text.count >= 1 << 18 else { return }
        try ResultOutput.standardOutput(text)
        text.removeAll(keepingCapacity: true)
      }
      return try ResultOutput.standardOutput(text)
    }
    let target = try OutputFile(path: output, replaces: force)
    do {
      try lines(of: file) { line throws(TraceError) in try target.write(line) }
      try target.commit()
    } catch {
      target.discard()
      throw error
    }
  }

  private func lines(
    of file: HistoryFile, _ write: ([UInt8]) throws(TraceError) -> Void
  ) throws(TraceError) {
    try file.everyRun(matching: series) { entry throws(TraceError) in
      try Interruption.check()
      let isOwn = entry.digest == RunDigest(of: entry.run)
      let line = HistoryLine(run: entry.run, digest: isOwn ? nil : entry.digest.hexadecimal)
      try write(Array((line.json + "\n").utf8))
    }
  }
}
