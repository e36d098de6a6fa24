import MemtraceTestSupport
import Testing

/// Help: what a command does, examples that work, and its exit codes.
@Suite struct HelpTests {
  static let commands = [
    "record", "estimate", "ingest", "info", "snapshots", "peak", "timeline", "sites", "leaks",
    "threads",
    "diff",
    "explain", "export",
    "slice", "merge", "verify", "recover", "categories", "schema", "doctor",
    "history", "history add", "history import", "history list", "history show", "history accept",
    "history mute", "history prune", "history export", "history selftest",
    "check", "budget", "budget init", "report",
  ]

  private static let withOneExample = ["verify", "categories", "schema"]

  private static func help(_ command: String?) throws -> String {
    let words = (command ?? "").split(separator: " ").map(String.init)
    return try Workplace().succeed(arguments: words + ["--help"]).output
  }

  /// The lines of a section of a help text.
  private static func section(_ title: String, of help: String) -> [String] {
    help.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != title }.dropFirst().prefix { !$0.isEmpty }.map(String.init)
  }

  @Test func `the root's help lists every command`() throws {
    let help = try HelpTests.help(nil)
    for command in HelpTests.commands where !command.contains(" ") {
      #expect(help.contains("\n  \(command) "))
    }
    #expect(try Workplace().succeed(arguments: []).output == help)
  }

  @Test(arguments: [nil] + commands)
  func `help says what a command does, with examples and exit codes`(_ command: String?) throws {
    let help = try HelpTests.help(command)
    #expect(help.hasPrefix("OVERVIEW: "))
    let examples = HelpTests.section("EXAMPLES", of: help)
    let isSmall = HelpTests.withOneExample.contains(command ?? "")
    #expect(examples.count >= (isSmall ? 1 : 2))
    for example in examples {
      // A line that does not start so is the rest of one that was too long to be copied.
      #expect(example.hasPrefix("  memtrace ") || example.contains(" | memtrace "))
    }
    let codes = HelpTests.section("EXIT CODES", of: help)
    #expect(codes.contains { $0.hasPrefix("  0 ") })
    #expect(codes.contains { $0.hasPrefix("  64 ") })
    for code in codes { #expect(code.hasPrefix("  ")) }
    #expect(!help.contains("rawValue"))
  }

  @Test(arguments: [nil] + commands)
  func `every example of a help text works`(_ command: String?) throws {
    for example in HelpTests.section("EXAMPLES", of: try HelpTests.help(command)) {
      let place = try Workplace()
      try prepare(place, for: example)
      let runnable = example.replacing(/iwasm [^|]*\|/, with: "cat dump.txt |")
        // What follows a log goes on until the user stops it.
        .replacing(
          /memtrace ingest --follow.*/,
          with: { "(sleep 1; kill -INT $$) & exec \"$MEMTRACE\"\($0.output.dropFirst(8))" })
      let outcome = try place.shell("memtrace() { \"$MEMTRACE\" \"$@\"; }; \(runnable)")
      // The planted history is too short for a test of the gate itself.
      let allowed: [Int32] = example.contains("selftest") ? [0, 3] : [0, 1]
      #expect(allowed.contains(outcome.exitCode), "\(example): \(outcome.errors)")
      #expect(try place.contents().filter { $0.hasSuffix(".partial.partial") } == [])
    }
  }

  /// Files of the names that the examples use.
  private func prepare(_ place: Workplace, for example: String) throws {
    let run = "runs/1.2.3-fast-memmax"
    try place.copy("\(run)/stdout.txt", to: "dump.txt")
    try place.copy("\(run)/stdout.txt", to: "stdout.txt")
    try place.copy("\(run)/alloc.log", to: "alloc.log")
    try place.copy("\(run)/alloc.log", to: "live.log")
    try place.copy("estimates/memmax.json", to: "estimate.json")
    try place.copy("modules/stack-straight.wasm", to: "app.wasm")
    try place.copy("modules/externals.main.aot", to: "app.aot")
    if ["report", "selftest", "check"].contains(where: example.contains) {
      if example.contains("history") { try place.plantHistory(withBudgets: false) }
      try place.write("[[budget]]\ntotal = \"1GiB\"\n", to: "memtrace.toml")
    } else if example.contains("history") {
      try place.makeHistory()
    }
    if example.contains("-o runs.ndjson") { try place.remove("runs.ndjson") }
    if example.contains("-o estimate.json") { try place.remove("estimate.json") }
    guard !example.contains("memtrace ingest") else { return }
    if example.contains("memtrace merge") || example.contains("memtrace slice") {
      try prepareParts(place)
      if let written = example.split(separator: " ").last, example.contains("slice") {
        try? place.remove(String(written))
      }
      return
    }
    for name in ["last-night.zst", "tonight.zst", "trace.zst"] where example.contains(name) {
      try place.makeOnce([name], as: ["a store for examples", name]) {
        try place.succeed("ingest", "stdout.txt", "alloc.log", "--scope", "wamr", "-o", name)
      }
    }
    if example.contains("trace.zst.partial") {
      try place.write(Array(try place.bytes("trace.zst").dropLast(20)), to: "trace.zst.partial")
      try place.remove("trace.zst")
    }
  }

  private func prepareParts(_ place: Workplace) throws {
    try place.write(
      "1 tid=1 malloc addr=0x10 size=5\n700000000 tid=1 free addr=0x10\n", to: "a.log")
    let names = ["trace", "events", "dumps", "early", "late"].map { $0 + ".zst" }
    try place.makeOnce(names, as: ["parts of a run for examples"]) {
      try place.succeed("ingest", "a.log", "-o", "trace.zst")
      try place.succeed("ingest", "a.log", "-o", "events.zst")
      try place.succeed("ingest", "stdout.txt", "-o", "dumps.zst")
      try place.succeed("slice", "events.zst", "--to", "1", "-o", "early.zst", "--force")
      return try place.succeed("slice", "events.zst", "--from", "2", "-o", "late.zst", "--force")
    }
  }

  @Test func `the version is printed`() throws {
    let outcome = try Workplace().succeed("--version")
    #expect(outcome.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
  }
}
