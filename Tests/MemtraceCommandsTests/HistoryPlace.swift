import Foundation
import MemtraceTestSupport
import Testing

/// Histories in a test's folder.
extension Workplace {
  static let historyLines = """
    {"labels":{"module":"app.wasm","target":"x86_64"},"time":"2026-11-01T02:00:00Z",\
    "rows":[{"category":"linear-memory","bytes":65536,"kind":"exact"},\
    {"category":"native-stack","bytes":9000,"kind":"noisy"}]}
    {"labels":{"module":"app.wasm","target":"x86_64"},"time":"2026-11-02T02:00:00Z",\
    "rows":[{"category":"linear-memory","bytes":131072,"kind":"exact"},\
    {"category":"native-stack","bytes":9100,"kind":"noisy"}]}

    """

  /// A history of two runs, with what was decided of them, and the runs as `runs.ndjson`.
  func makeHistory() throws {
    try write(Workplace.historyLines, to: "runs.ndjson")
    try makeOnce(["history.sqlite"], as: ["history of two runs"]) {
      try succeed("history", "import", "runs.ndjson")
      try succeed("history", "accept", "app*", "--reason", "r")
      return try succeed("history", "mute", "app.wasm:native-stack", "--reason", "r")
    }
  }

  /// The runs that `history list` shows.
  func runs(in history: String = "history.sqlite") throws -> [JSONNode] {
    try json("history", "list", "--last", "100000", "--db", history)["runs"]?.elements ?? []
  }

  /// Expects a file that SQLite finds whole, with every foreign key in its place.
  func expectWhole(
    _ history: String = "history.sqlite", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try shell(
      """
      python3 - \(history) <<'END'
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1])
      print(*[row[0] for row in db.execute("PRAGMA integrity_check")])
      print(*db.execute("PRAGMA foreign_key_check"))
      END
      """)
    #expect(outcome.output == "ok\n\n", "\(outcome.errors)", sourceLocation: sourceLocation)
  }

  /// Lines of as many runs, each of a night and a commit of its own.
  static func lines(_ count: Int, module: String = "app.wasm", rows: Int = 3) -> String {
    let categories = ["linear-memory", "module", "exec-env", "native-stack", "host"].prefix(rows)
    return (0..<count).map { number in
      let values = categories.map { "{\"category\":\"\($0)\",\"bytes\":\(number * 16 + 4096)}" }
      let day = 1 + number % 28
      let time = "20\(26 + number / 336)-\(pad(1 + number / 28 % 12))-\(pad(day))T02:00:00Z"
      return """
        {"labels":{"module":"\(module)"},"time":"\(time)","commit":"\(number)",\
        "rows":[\(values.joined(separator: ","))],"details":[{"category":"host","thread":"1",\
        "frames":["f\(number % 7)","main"],"bytes":\(number)}]}

        """
    }.joined()
  }

  private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
