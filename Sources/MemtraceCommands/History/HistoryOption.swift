import ArgumentParser
import TraceHistory
import TraceModel

/// The history that a command works on.
struct HistoryOption: ParsableArguments {
  @Option(name: .customLong("db"), help: ArgumentHelp("The history.", valueName: "file"))
  var path = "history.sqlite"

  func open(_ access: HistoryFile.Access) throws(TraceError) -> HistoryFile {
    try HistoryFile(path: path, access: access)
  }
}

/// Exit codes of commands that read a history.
let historyReadingExitCodes = """
  EXIT CODES
    0  fine
    2  the history cannot be read, or the result not written
    3  the history does not hold what was asked for
    64 wrong usage
  """

/// Exit codes of commands that change a history.
let historyWritingExitCodes = """
  EXIT CODES
    0  fine
    2  the history cannot be read or written; it is as it was
    64 wrong usage
  """

extension UTCTime: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension SeriesPattern: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }

  package var defaultValueDescription: String { text }
}

extension SeriesKind: ExpressibleByArgument {}
