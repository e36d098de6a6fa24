import MemtraceTestSupport
import Testing

/// `memtrace check` and `memtrace budget init`: one run against a file of budgets.
@Suite struct CheckTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.ingest(.memmax, "--label", "module=memmax.wasm", "--label", "target=x86_64")
  }

  private func check(
    _ budgets: String, _ more: String..., exitCode: Int32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramUnderTest.Outcome {
    try place.write(budgets, to: "memtrace.toml")
    let outcome = try ProgramUnderTest.run(
      ["check", "run.zst", "--budget", "memtrace.toml"] + more, in: place.path)
    #expect(outcome.exitCode == exitCode, "\(outcome.errors)", sourceLocation: sourceLocation)
    return outcome
  }

  private static let budgets = """
    [regions]
    fast = ["module", "exec-env"]

    [[budget]]
    module = "memmax*"
    total = "1 page"
    category.runtime-other = 80000
    region.global-heap = { max = "70KiB" }
    region.fast = "64KiB"
    category.gc-heap = "1KiB"

    """

  @Test(arguments: [("text", "check.text"), ("json", "check.json"), ("markdown", "check.markdown")])
  func `a check prints its golden`(_ format: String, _ golden: String) throws {
    let outcome = try check(CheckTests.budgets, "--format", format, exitCode: 1)
    expectGolden(outcome.output, "memmax.\(golden)")
  }

  @Test func `a file made of a run passes it, and a smaller one does not`() throws {
    try place.succeed("budget", "init", "run.zst")
    try place.succeed("check", "run.zst", "--budget", "memtrace.toml")
    try place.refuse("budget", "init", "run.zst", saying: ["exists", "--force"])
    try place.succeed("budget", "init", "run.zst", "--headroom", "0%", "--force")
    try place.succeed("check", "run.zst", "--budget", "memtrace.toml")
    let text = try place.succeed("budget", "init", "memmax.json", "-o", "-").output
    #expect(text.contains("category.linear-memory = "))
  }

  @Test func `growth counts from another run, and a trailer accepts it`() throws {
    try place.writeLargerLog()
    try place.succeed(
      "ingest", "stdout.txt", "more.log", "--scope", "wamr", "-o", "more.zst", "--label",
      "module=memmax.wasm")
    try place.write("[[budget]]\ntotal = { growth = \"1%\" }\n", to: "growth.toml")
    let arguments = ["check", "more.zst", "--budget", "growth.toml", "--baseline", "run.zst"]
    #expect(try ProgramUnderTest.run(arguments, in: place.path).exitCode == 1)
    try place.write("Memtrace-Accept: memmax.wasm:total +70KiB, buffers\n", to: "message")
    #expect(
      try ProgramUnderTest.run(arguments + ["--trailers", "message"], in: place.path).exitCode == 0)
    try place.succeed("check", "run.zst", "--budget", "growth.toml", "--baseline", "run.zst")
    let alone = try place.run("check", "run.zst", "--budget", "growth.toml")
    #expect(alone.exitCode == 3)
    #expect(alone.output.contains("the baseline has no committed bytes"))
  }

  @Test func `growth counts from the newest run of the same key in a history`() throws {
    try place.succeed("history", "add", "run.zst", "--time", "2026-11-01")
    let kept = try check(
      "[[budget]]\ntotal = { growth = \"0%\" }\n", "--db", "history.sqlite", exitCode: 0)
    #expect(kept.output.contains("growth"))
  }

  @Test func `an acceptance ends after its last day`() throws {
    let budgets = """
      [[budget]]
      total = 1
      [[accept]]
      series = "memmax.wasm:total"
      reason = "moving out"
      until = 2026-11-30
      """
    _ = try check(budgets, "--today", "2026-11-30", exitCode: 0)
    _ = try check(budgets, "--today", "2026-12-01", exitCode: 1)
  }

  @Test func `a mistake in the file is named with its line, or its table`() throws {
    let syntax = try check("[[budget]]\ntotal = \n", exitCode: 2)
    #expect(syntax.errors.contains("memtrace.toml:2: error:"))
    let key = try check("[[budget]]\ntotl = 1\n", exitCode: 2)
    #expect(key.errors.contains("budget 1: totl is no key here"))
  }

  @Test func `a run that no budget matches is not judged`() throws {
    let outcome = try check("[[budget]]\nmodule = \"other\"\ntotal = 1\n", exitCode: 3)
    #expect(outcome.output.contains("no [[budget]] of memtrace.toml matches the run"))
  }

  @Test func `an estimate is checked like a run`() throws {
    try place.write("[[budget]]\ntotal = \"1MiB\"\n", to: "memtrace.toml")
    try place.succeed("check", "memmax.json", "--budget", "memtrace.toml")
  }
}
