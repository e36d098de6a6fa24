import ArgumentParser
import TraceHistory
import TraceIngest
import TraceModel
import TraceReport

struct HistoryImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Adds runs that stand as lines of JSON in a file.",
    discussion: """
      A line is a run:

        {"labels":{"module":"app.wasm","target":"x86_64"},
         "time":"2026-11-01T02:00:00Z","commit":"1f3d5e",
         "rows":[{"category":"linear-memory","bytes":65536,"kind":"exact"}]}

      without a line end inside. The commit may be left out, and so may the kind: exact, or noisy \
      where it is not said. A row may have container, measure, source, minBytes and maxBytes, too; \
      a run, details of category, thread, frames and bytes, and verdicts of subject, bytes and \
      limitBytes. Files may be compressed with zstd or gzip. All runs are added, or none; those \
      that are there already are left as they are.

      EXAMPLES
        memtrace history import runs.ndjson
        cat runs.ndjson | memtrace history import - --db nightly.sqlite

      EXIT CODES
        0  the runs are in the history, now or before
        2  a line cannot be read, or the history not be written; nothing is added
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("Lines of JSON; - for standard input.", valueName: "file"))
  var input: String

  @OptionGroup var history: HistoryOption

  func run() throws {
    var lines = JSONLines(try InputFile(path: input))
    // A file that is something else altogether makes no history.
    guard var next = try line(&lines) else {
      throw TraceError(
        .nothingFound, "the file holds no run", at: SourceLocation(file: input),
        remedy: "memtrace history import --help shows a line")
    }
    let file = try history.open(.readWrite)
    let counts = try file.transaction { () throws(TraceError) in
      var counts = (added: 0, there: 0)
      while true {
        switch try file.add(next.run, digest: next.digest) {
        case .added: counts.added += 1
        case .alreadyThere: counts.there += 1
        }
        guard let line = try line(&lines) else { return counts }
        next = line
      }
    }
    Messages.print(
      "\(history.path): \(Counted.text(counts.added, "run")) added"
        + (counts.there > 0 ? ", \(counts.there) were there already" : ""))
  }

  private func line(
    _ lines: inout JSONLines
  ) throws(TraceError) -> (run: HistoryRun, digest: RunDigest)? {
    guard let (bytes, number) = try lines.next() else { return nil }
    let line = try HistoryLine(json: bytes, file: input, line: number)
    guard let text = line.digest else { return (line.run, RunDigest(of: line.run)) }
    guard let digest = RunDigest(hexadecimal: text) else {
      throw TraceError(
        .malformed, "digest: expected 64 hexadecimal digits, found \"\(text)\"",
        at: SourceLocation(file: input, line: number),
        remedy: "leave it out: it follows from what the run says; nothing was added")
    }
    return (line.run, digest)
  }
}
