import MemtraceTestSupport
import Testing

/// Options of `memtrace record` about the store, and what it says of a static pool.
@Suite struct RecordOptionsTests {
  @Test func `labels and rules go into the store`() throws {
    let place = try Workplace()
    try place.write(
      """
      [[rule]]
      name = "all-of-it"
      category = "module-file"
      frames = ["*"]
      on = "heap"
      why = "For this test."

      """, to: "own.toml")
    try place.succeed(
      "record", "--label", "target=here", "--rules", "own.toml", "-o", "run.zst", "--", "ls", "/")
    let labels = try place.json("info", "run.zst")["labels"]?.elements ?? []
    #expect(
      labels.contains { $0["name"]?.string == "target" && $0["value"]?.string == "here" })
    #expect(try place.categories("run.zst")["module-file"] ?? 0 > 0)
    let explained = try place.succeed("explain", "run.zst", "--rules", "own.toml").output
    #expect(explained.contains("rule all-of-it"))
  }

  @Test func `a log has neither labels nor rules, and nothing runs for wrong ones`() throws {
    let place = try Workplace()
    try place.write("[[rule]]\nname = 1\n", to: "bad.toml")
    let marker = ["--", "touch", "has-run"]
    for (options, text) in [
      (["--rules", "bad.toml", "-o", "run.log"], "give it to memtrace ingest"),
      (["--label", "a=b", "-o", "run.log"], "give it to memtrace ingest"),
      (["--label", "=b"], "--label takes name=value"),
    ] {
      let outcome = try ProgramUnderTest.run(["record"] + options + marker, in: place.path)
      #expect(outcome.exitCode == 64 && outcome.errors.contains(text), "\(outcome.errors)")
    }
    for file in ["bad.toml", "none.toml"] {
      let outcome = try ProgramUnderTest.run(["record", "--rules", file] + marker, in: place.path)
      #expect(outcome.exitCode == 2 && outcome.errors.contains(file), "\(outcome.errors)")
    }
    #expect(try place.contents() == ["bad.toml"])
  }

  @Test func `iwasm's static pool is an event of its own, beside its image`() throws {
    let place = try Workplace()
    try place.write(
      """
      static char global_heap_buf[1 << 20];
      int main(int argc, char **argv) { return (global_heap_buf[argc] = (char)argc) != argc; }

      """, to: "pool.c")
    let built = try place.shell("cc -g pool.c -o pool")
    #expect(built.exitCode == 0, "\(built.errors)")
    try place.succeed("record", "-o", "run.log", "--", "./pool")
    let log = String(decoding: try place.bytes("run.log"), as: UTF8.self)
    let lines = log.split(separator: "\n")
    let image = try #require(lines.first { $0.contains(" image load ") && $0.contains("/pool ") })
    let pools = lines.filter { $0.contains(" pool addr=") }
    let pool = try #require(pools.first)
    #expect(pools.count == 1 && pool.hasSuffix(" size=1048576 name=global_heap_buf"))
    // What nm says, moved by where the image lies: its lowest address is 0 in the file.
    let symbols = try place.shell("nm pool").output.split(separator: "\n")
    let symbol = try #require(symbols.first { $0.hasSuffix(" global_heap_buf") })
    let offset = try #require(UInt64(symbol.prefix(16), radix: 16))
    #expect(try address(of: pool) == address(of: image) + offset)
    // The image's size has the pool in it: it is counted once, as it is under another name.
    try place.succeed("ingest", "run.log", "-o", "run.zst")
    let build = "sed s/global_heap_buf/a_table_of_mine/ pool.c > pond.c && cc -g pond.c -o pond"
    #expect(try place.shell(build).exitCode == 0)
    try place.succeed("record", "-o", "pond.zst", "--", "./pond")
    let held = try place.categories("run.zst")
    let same = try place.categories("pond.zst")
    #expect(same["runtime-other"] == nil)
    let pages = held["runtime-other", default: 0]
    #expect((1_048_576...(1_048_576 + 8192)).contains(pages))
    #expect(held["host", default: 0] + pages == same["host"])
  }

  private func address(of line: Substring) throws -> UInt64 {
    let word = try #require(line.split(separator: " ").first { $0.hasPrefix("addr=0x") })
    return try #require(UInt64(word.dropFirst(7), radix: 16))
  }
}
