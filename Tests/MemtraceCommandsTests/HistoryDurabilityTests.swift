import Foundation
import MemtraceTestSupport
import Testing

/// Kills, several writers and full disks: what was reported added is there, and nothing by half.
///
/// A ``Soak`` does each more often.
@Suite struct HistoryDurabilityTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.copy("estimates/memmax.json", to: "estimate.json")
  }

  private func commits() throws -> [String] {
    guard try place.contents().contains("history.sqlite") else { return [] }
    let outcome = try place.run("history", "list", "--last", "100000", "--format", "json")
    // A kill before the first write leaves a file without a table.
    if outcome.exitCode == 2, outcome.errors.contains("there is no history in this file yet") {
      return []
    }
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return try JSONNode(outcome.output)["runs"]?.elements.compactMap { $0["commit"]?.string } ?? []
  }

  // MARK: Kills

  @Test func `a killed add has added all of what it reported, and nothing by half`() throws {
    var number = 0
    for round in 0..<Soak.times(4) {
      // Adds one after the other; what one reports is noted after it ended well.
      _ = try place.shell(
        """
        set -m  # a group of its own, so that all of it is killed at once
        (number=\(number)
        while :; do
          number=$((number + 1))
          echo $number > begun
          "$MEMTRACE" history add estimate.json --label module=a --label commit=$number &&
            echo $number >> done
        done) 2> /dev/null &
        loop=$!
        sleep 0.\(10 + round * 137 % 43)
        kill -9 -- -$loop
        wait $loop
        """)
      number =
        try Int(
          String(decoding: place.bytes("begun"), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
      let done = (try? place.bytes("done")).map { String(decoding: $0, as: UTF8.self) } ?? ""
      let reported = Set(done.split(separator: "\n").map(String.init))
      let found = try commits()
      #expect(Set(found).count == found.count)
      #expect(reported.isSubset(of: Set(found)))
      if !found.isEmpty { try place.expectWhole() }
    }
    // Whatever is there is whole.
    for run in try place.runs().prefix(8) {
      let shown = try place.json("history", "show", run["id"]?.string ?? "")
      #expect(shown["rows"]?.elements.count == 6)
    }
  }

  @Test func `a killed import has added all of its runs, or none`() throws {
    var generator = SeededGenerator(seed: 7)
    var before = 0
    for round in 0..<Soak.times(5) {
      try place.write(Workplace.lines(150, module: "m\(round)"), to: "runs.ndjson")
      let program = try ProgramUnderTest.start(
        ["history", "import", "runs.ndjson"], in: place.path)
      usleep(UInt32(generator.next() % 250_000))
      program.send(SIGKILL)
      let outcome = try program.wait()
      let found = try commits().count
      let added = found - before
      #expect(added == 0 || added == 150)
      if outcome.errors.contains("150 runs added") { #expect(added == 150) }
      before = found
      if found > 0 { try place.expectWhole() }
    }
  }

  @Test func `an interrupted import says so and adds nothing`() throws {
    try place.write(Workplace.historyLines, to: "runs.ndjson")
    try place.succeed("history", "import", "runs.ndjson")
    let program = try ProgramUnderTest.start(
      ["history", "import", "-"], in: place.path, input: .pipe)
    #expect(try program.write(Workplace.lines(500)))
    try program.waitForFile(place.place("history.sqlite-wal"))
    usleep(100_000)
    program.send(SIGINT)
    let outcome = try program.wait(timeout: 20)
    #expect(outcome.exitCode == 130)
    #expect(outcome.errors.contains("interrupted; nothing was written"))
    #expect(try place.runs().count == 2)
  }

  // MARK: Writers

  @Test func `eight writers at once all add, and each run is there once`() throws {
    let turns = Soak.times(3)
    let outcome = try place.shell(
      """
      for writer in 1 2 3 4 5 6 7 8; do
        (for turn in $(seq \(turns)); do
          "$MEMTRACE" history add estimate.json --label module=a \
            --label commit=$writer.$turn || exit 1
          # All add this one, and one of them is the first.
          "$MEMTRACE" history add estimate.json --label module=b --label commit=0.$turn || exit 1
        done) &
        writers="$writers $!"
      done
      for writer in $writers; do wait $writer || exit 1; done
      """, timeout: 300)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let found = try commits()
    #expect(found.count == 9 * turns)
    #expect(Set(found).count == 9 * turns)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.filter { $0.contains(": added ") }.count == 9 * turns)
    #expect(lines.filter { $0.contains(" already, ") }.count == 7 * turns)
    try place.expectWhole()
    #expect(try place.contents().filter { $0.hasPrefix("history") } == ["history.sqlite"])
  }

  // MARK: Full disks

  @Test(arguments: [0, 8, 40, 100])
  func `a file that may not grow is an error, and keeps what it has`(_ kilobytes: Int) throws {
    try place.write(Workplace.lines(300), to: "many.ndjson")
    let isNew = kilobytes < 100
    if !isNew { try place.makeHistory() }
    let before = isNew ? [] : try place.runs()
    let outcome = try place.shell(
      """
      (ulimit -f \(kilobytes); "$MEMTRACE" history import many.ndjson 2>&1) | cat
      exit ${PIPESTATUS[0]}
      """)
    #expect(outcome.exitCode == 2)
    #expect(
      outcome.output.contains("history.sqlite: error: cannot"), "\(outcome.output)")
    #expect(outcome.output.contains("File too large"), "\(outcome.output)")
    #expect(outcome.output.contains("make room and try again"))
    if isNew {
      #expect(try commits() == [])
    } else {
      #expect(try place.runs() == before)
      try place.expectWhole()
    }
    // With room again, all is as if nothing had been.
    try place.succeed("history", "import", "many.ndjson")
    #expect(try place.runs().count == 300 + before.count)
    try place.expectWhole()
  }

  @Test func `adds go on until the disk is full, and what was added stays`() throws {
    let outcome = try place.shell(
      """
      ulimit -f 300
      for number in $(seq 2000); do
        "$MEMTRACE" history add estimate.json --label module=a --label commit=$number \
          --label filler=$(head -c 30000 /dev/zero | tr '\\0' $((number % 10))) || exit
        echo $number >> done
      done
      """)
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("File too large"))
    let done = String(decoding: try place.bytes("done"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    #expect(done.count > 2)
    #expect(Set(try commits()) == Set(done))
    try place.expectWhole()
  }

  @Test func `a full device is no history, and stays as it is`() throws {
    try place.refuse(
      "history", "add", "estimate.json", "--label", "module=a", "--db", "/dev/full",
      saying: ["/dev/full: error: is no regular file"])
    try place.makeHistory()
    let outcome = try place.shell("\"$MEMTRACE\" history export > /dev/full")
    #expect(outcome.exitCode == 2)
    #expect(outcome.errors.contains("standard output: No space left on device"))
    try place.refuse(
      "history", "export", "-o", "/dev/full", "--force",
      saying: ["cannot write: No space left on device"])
  }
}
