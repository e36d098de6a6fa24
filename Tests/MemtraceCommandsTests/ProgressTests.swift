import MemtraceTestSupport
import Testing

/// What `ingest` shows on a terminal while it reads, here a named pipe.
@Suite struct ProgressTests {
  /// What a terminal is sent while a pipe gives 30 lines, and after so many seconds 30 more.
  private func shown(pause: Double) throws -> String {
    let place = try Workplace()
    let lines = RandomLog.heap(seed: 4, count: 60).events.map { $0.line + "\n" }
    try place.write(lines[..<30].joined(), to: "first.log")
    try place.write(lines[30...].joined(), to: "second.log")
    let outcome = try place.shell(
      """
      mkfifo events
      (cat first.log; sleep \(pause); cat second.log) > events &
      timeout 20 script -qec '"$MEMTRACE" ingest events -o trace.zst' /dev/null
      """)
    #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
    #expect(try place.json("info", "trace.zst")["eventCount"]?.integer == 60)
    return outcome.output
  }

  @Test
  func `a terminal is told events and rate after a second, and has the line no more at the end`()
    throws
  {
    let text = try shown(pause: 1.2)
    #expect(text.contains(/\r60 events, [0-9]+ events\/s\e\[K/))
    let behind = try #require(text.split(separator: " events/s\u{1B}[K").last)
    #expect(behind.hasPrefix("\r\u{1B}[K"))
    #expect(behind.contains("trace.zst: 0 dumps (0 complete), 60 events"))
  }

  @Test func `what takes less than a second shows no line`() throws {
    #expect(!(try shown(pause: 0)).contains("events/s"))
  }
}
