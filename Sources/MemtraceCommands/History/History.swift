import ArgumentParser

struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Keeps runs of many nights in one file, to be compared.",
    discussion: """
      The file is an SQLite database. Several programs may add to it at once; what was reported as \
      added survives a kill, a full disk and a power cut.

      Runs are compared with runs of the same key: module, target, wamr, mode, features and \
      device. Other labels are kept and never compared. A series is one figure of a key, spelt \
      app.wasm/x86_64/2.4.4/aot:linear-memory; * and ? stand for characters, and parts at the end \
      may be left out.

      EXAMPLES
        memtrace history add trace.zst --label module=app.wasm --label commit=1f3d5e
        memtrace history list
        memtrace history show 'app.wasm:linear-memory'

      EXIT CODES
        0  fine
        2  an input or the history cannot be read, or not be written
        3  there is nothing of what was asked for
        64 wrong usage
      """,
    subcommands: [
      HistoryAdd.self, HistoryImport.self, HistoryList.self, HistoryShow.self, HistoryAccept.self,
      HistoryMute.self, HistoryPrune.self, HistoryExport.self, HistorySelfTest.self,
    ])
}
