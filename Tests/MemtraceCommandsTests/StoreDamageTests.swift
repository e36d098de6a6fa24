import MemtraceTestSupport
import Testing

/// Stores that are not what ingest wrote.
@Suite struct StoreDamageTests {
  @Test func `a whole store verifies`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let outcome = try place.succeed("verify", "run.zst")
    #expect(outcome.output.hasPrefix("run.zst: whole; "))
    #expect(outcome.output.contains("118 events"))
  }

  @Test func `a store of a newer version is refused with both versions`() throws {
    let place = try Workplace()
    try place.ingest(.sites)
    var bytes = try place.bytes("run.zst")
    // The version follows the skippable frame's 8 bytes and the 8 of the magic.
    #expect(bytes[16..<20] == [6, 0, 0, 0])
    bytes[16] = 9
    try place.write(bytes, to: "newer.zst")
    for command in ["info", "peak", "verify", "snapshots"] {
      try place.refuse(
        command, "newer.zst",
        saying: ["newer.zst: error: a store of version 9", "versions 1 to 6", "a newer one"])
    }
    try place.refuse("recover", "newer.zst", "-o", "new.zst", saying: ["version 9"])
    try place.refuse("diff", "run.zst", "newer.zst", saying: ["newer.zst", "version 9"])
  }

  @Test func `a cut store is refused, and recover is named`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let bytes = try place.bytes("run.zst")
    for kept in [bytes.count - 1, bytes.count / 2, 100] {
      try place.write(Array(bytes.prefix(kept)), to: "cut.zst")
      for command in ["info", "peak", "verify", "leaks"] {
        try place.refuse(command, "cut.zst", saying: ["cut.zst", "error: ", "memtrace recover"])
      }
    }
  }

  @Test func `a store cut behind its last row group is recovered whole`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.write(Array(try place.bytes("run.zst").dropLast(20)), to: "cut.zst")
    let outcome = try place.succeed("recover", "cut.zst", "-o", "again.zst")
    #expect(outcome.errors.contains("1 dump, 118 events recovered"))
    try place.succeed("verify", "again.zst")
    #expect(
      try place.succeed("export", "again.zst", "--to", "log").output
        == place.succeed("export", "run.zst", "--to", "log").output)
    #expect(try place.json("info", "again.zst")["incomplete"] == .bool(true))
  }

  @Test func `recovering a partial store in its place never harms it`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let partial = Array(try place.bytes("run.zst").dropLast(20))
    try place.write(partial, to: "run.zst.partial")
    try place.refuse(
      "recover", "./run.zst.partial", "-o", "run.zst",
      saying: ["run.zst: error: exists", "--force"])
    try place.succeed("recover", "./run.zst.partial", "-o", "run.zst", "--force")
    #expect(try place.bytes("run.zst.partial") == partial)
    try place.succeed("verify", "run.zst")
    try place.refuse(
      "recover", "run.zst.partial", "-o", "./run.zst.partial", "--force", saying: ["error: "])
    #expect(try place.bytes("run.zst.partial") == partial)
  }

  @Test func `recovering says no oddity twice`() throws {
    let place = try Workplace()
    try place.ingest(.threads)
    try place.write(Array(try place.bytes("run.zst").dropLast(20)), to: "cut.zst")
    let outcome = try place.succeed("recover", "cut.zst", "-o", "again.zst")
    let oddities = outcome.errors.split(separator: "\n").filter { $0.contains("backwards") }
    #expect(oddities.count == 1)
  }

  @Test func `a store of nothing whole cannot be recovered`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.write(Array(try place.bytes("run.zst").prefix(60)), to: "cut.zst")
    try place.refuse(
      "recover", "cut.zst", "-o", "new.zst", saying: ["cut.zst: error: ", "ingest the dump"])
  }

  @Test func `a flipped bit anywhere makes verify name the part`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let bytes = try place.bytes("run.zst")
    // A step that is prime to 8, so that all kinds of bytes and bits are met.
    for position in stride(from: 0, to: bytes.count * 8, by: 397) {
      var flipped = bytes
      flipped[position / 8] ^= 1 << UInt8(position % 8)
      try place.write(flipped, to: "flipped.zst")
      let outcome = try place.run("verify", "flipped.zst")
      #expect(outcome.exitCode == 2, "bit \(position)")
      #expect(outcome.errors.contains("flipped.zst"), "bit \(position)")
      // In the first 20 bytes it is the magic or the version that is wrong.
      let parts = ["row group of ", "the footer", "ends before", "no memtrace store", "version"]
      #expect(
        parts.contains { outcome.errors.contains("error: ") && outcome.errors.contains($0) },
        "bit \(position): \(outcome.errors)")
    }
  }

  @Test func `a flipped bit in a chunk names its column and offset`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    var bytes = try place.bytes("run.zst")
    bytes[200] ^= 4
    try place.write(bytes, to: "flipped.zst")
    let outcome = try place.refuse("verify", "flipped.zst", saying: ["offset ", "row group of "])
    #expect(outcome.errors.contains("column "))
  }

  @Test func `a store is never recovered onto itself`() throws {
    let place = try Workplace()
    try place.ingest(.sites)
    try place.refuse("recover", "run.zst", "-o", "run.zst", saying: ["run.zst: error: "])
    try place.refuse("recover", "alloc.log", "-o", "new.zst", saying: ["is no memtrace store"])
  }
}

/// Stores that are whole and do not hold what was asked for: exit 3, and where to look instead.
@Suite struct InsufficientDataTests {
  @Test(arguments: [
    ["threads", "run.zst"], ["sites", "run.zst"], ["leaks", "run.zst"],
    ["peak", "run.zst", "--from", "events"], ["peak", "run.zst", "--measure", "resident"],
    ["peak", "run.zst", "--measure", "reserved"], ["timeline", "run.zst", "--from", "events"],
    ["export", "run.zst", "--to", "log"], ["export", "run.zst", "--to", "csv", "-o", "out.csv"],
  ])
  func `a store of a dump has no events`(_ arguments: [String]) throws {
    let place = try Workplace()
    try place.copy("runs/1.2.3-fast-memmax/stdout.txt", to: "stdout.txt")
    try place.succeed("ingest", "stdout.txt", "-o", "run.zst")
    try expectInsufficient(arguments, in: place)
  }

  @Test(arguments: [
    ["peak", "run.zst", "--from", "snapshots"], ["timeline", "run.zst", "--from", "snapshots"],
    ["peak", "run.zst", "--measure", "used"],
  ])
  func `a store of a log has no dumps`(_ arguments: [String]) throws {
    let place = try Workplace()
    try place.ingest(.sites)
    try expectInsufficient(arguments, in: place)
  }

  private func expectInsufficient(_ arguments: [String], in place: Workplace) throws {
    let before = try place.contents()
    let outcome = try ProgramUnderTest.run(arguments, in: place.path)
    #expect(outcome.exitCode == 3)
    #expect(outcome.errors.contains("run.zst: error: the store has no "))
    #expect(outcome.errors.contains("help: "))
    #expect(outcome.output.isEmpty)
    #expect(try place.contents() == before)
  }

  @Test func `a store without a footprint cannot be judged, and the document says so`() throws {
    let place = try Workplace()
    try place.ingest(.sites)
    let outcome = try ProgramUnderTest.run(
      ["diff", "run.zst", "run.zst", "--from", "snapshots", "--format", "json"], in: place.path)
    #expect(outcome.exitCode == 3)
    #expect(outcome.output.contains("\"verdict\": \"insufficient-data\""))
  }

  @Test func `sides with nothing in common cannot be judged`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    try place.write(
      """
      {"schema": "memtrace.estimate/1", "rows": [{"category": "gc-heap", "expectedBytes": 1}]}
      """, to: "gc.json")
    let outcome = try place.run("diff", "gc.json", "run.zst")
    #expect(outcome.exitCode == 3)
    #expect(outcome.output.contains("verdict: insufficient-data"))
    #expect(outcome.output.contains("no category in common"))
  }
}
