import MemtraceTestSupport
import Testing

/// `memtrace estimate`, run as its users run it.
@Suite struct EstimateTests {
  private static func place(_ modules: String...) throws -> Workplace {
    let place = try Workplace()
    for module in modules { try place.copy("modules/\(module)", to: module) }
    return place
  }

  static let goldens: [(module: String, arguments: String, golden: String)] = [
    ("memmax.wasm", "--wamr 1.2.3 --mode fast", "memmax.estimate.text"),
    ("memmax.wasm", "--wamr 1.2.3 --mode fast --format json", "memmax.estimate.json"),
    ("memmax.wasm", "--wamr main --mode classic --pool", "memmax.estimate-pool.text"),
    ("memmax.wasm", "--platform zephyr --target thumbv7 --pool", "memmax.estimate-zephyr.text"),
    (
      "threads_wat.wasm", "--wamr main --threads 4 --instances 2 --format csv",
      "threads.estimate.csv"
    ),
    (
      "hello_hb_strip.wasm", "--wamr main --mode classic --sections --functions --format markdown",
      "hello.estimate.markdown"
    ),
    ("appheap.wasm", "--wamr 2.4.4 --heap-size 64KiB --bytes", "appheap.estimate.text"),
    ("manyfuncs.xip.aot", "--wamr main --sections", "xip.estimate.text"),
    ("externals.main.aot", "--wamr main --functions --format json", "externals.estimate.json"),
  ]

  @Test(arguments: goldens)
  func `estimates read as their goldens`(
    _ module: String, _ arguments: String, _ golden: String
  ) throws {
    let place = try EstimateTests.place(module)
    let words = arguments.split(separator: " ").map(String.init)
    expectGolden(try place.succeed(arguments: ["estimate", module] + words).output, golden)
  }

  @Test(arguments: [
    "memmax.wasm --pool", "hello_hb_strip.wasm --sections --functions --mode classic",
    "manyfuncs.xip.aot --sections --functions --pool", "threads_wat.wasm --threads 3",
    "memmax.wasm --platform nuttx --target riscv32 --threads 2 --thread-model pthread",
  ])
  func `an estimate is what its schema says, and its rows name everything once`(
    _ arguments: String
  ) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let place = try EstimateTests.place(words[0])
    let schema = try JSONNode(try place.succeed("schema", "estimate").output)
    let output = try place.succeed(arguments: ["estimate"] + words + ["--format", "json"]).output
    let document = try JSONNode(output)
    #expect(SchemaValidator.problems(document, schema) == [])
    var seen: Set<String> = []
    for row in document["rows"]?.elements ?? [] {
      let key = "\(row["category"] ?? .null) in \(row["container"] ?? .null)"
      #expect(seen.insert(key).inserted, "\(key)")
    }
    // A memtrace reads what it wrote.
    try place.write(output, to: "estimate.json")
    try place.succeed("explain", "estimate.json")
    try place.succeed("explain", "estimate.json", "--snippet", "c")
  }

  @Test func `an estimate against its run is within what is allowed`() throws {
    let place = try EstimateTests.place("memmax.wasm")
    try place.ingest(.memmax)
    try place.succeed(
      "estimate", "memmax.wasm", "--wamr", "1.2.3", "--mode", "fast", "--heap-size", "64KiB",
      "--features",
      "LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 FAST_INTERP=1 AOT=1 MEMORY_PROFILING=1", "--format",
      "json", "-o", "estimate.json")
    for from in ["events", "snapshots"] {
      let outcome = try place.run(
        "diff", "estimate.json", "run.zst", "--fields", "--from", from)
      #expect(outcome.exitCode == 0)
      expectGolden(outcome.output, "memmax.estimate-diff-\(from).text")
    }
  }

  @Test func `a file of options says the same as flags`() throws {
    let place = try EstimateTests.place("memmax.wasm")
    try place.write(
      """
      wamr = "2.2.0"
      mode = "classic"
      stack-size = "16KiB"
      heap-size = 4096
      platform = "linux"
      [features]
      HW_BOUND_CHECK = 0
      LIBC_WASI = true
      """, to: "run.toml")
    let byFile = try place.succeed("estimate", "memmax.wasm", "--config", "run.toml").output
    let byFlags = try place.succeed(
      "estimate", "memmax.wasm", "--wamr", "2.2.0", "--mode", "classic", "--stack-size", "16384",
      "--heap-size", "4KiB", "--features", "HW_BOUND_CHECK=0 LIBC_WASI=1"
    ).output
    #expect(byFile == byFlags)
    let over = try place.succeed(
      "estimate", "memmax.wasm", "--config", "run.toml", "--mode", "fast", "--format", "json")
    #expect(try JSONNode(over.output)["configuration"]?["mode"] == .string("fast"))
  }

  @Test(arguments: [
    ("stack-size = \"much\"", "stack-size: expected a size such as 65536 or \"64KiB\""),
    ("threads = -1", "threads: expected a whole number from 0 to 1000000"),
    ("wamr = 2", "wamr: expected a text in quotes"),
    ("mode = \"jit\"", "mode: \"jit\" is not classic, fast or aot"),
    ("colour = \"red\"", "colour: no option has this name"),
    ("wamr = ", "run.toml:1: error:"),
  ])
  func `a mistake in a file of options is named`(_ text: String, _ message: String) throws {
    let place = try EstimateTests.place("memmax.wasm")
    try place.write(text, to: "run.toml")
    try place.refuse("estimate", "memmax.wasm", "--config", "run.toml", saying: [message])
  }

  @Test func `the user's own struct sizes are taken`() throws {
    let place = try EstimateTests.place("memmax.wasm")
    try place.write(
      "name\tmine\nversion\t2.4.4\nfeatures\tFAST_INTERP=1\nvoid*\t8\nWASMModule\t1234\n",
      to: "mine.tsv")
    let output = try place.succeed(
      "estimate", "memmax.wasm", "--profile", "mine.tsv", "--format", "json"
    ).output
    let document = try JSONNode(output)
    #expect(document["fields"]?["module.struct"]?.integer == 1234)
    #expect(document["configuration"]?["profile"] == .string("mine"))
    try place.write("WASMModule 1234\n", to: "wrong.tsv")
    try place.refuse(
      "estimate", "memmax.wasm", "--profile", "wrong.tsv",
      saying: ["wrong.tsv:1: error: no table of struct sizes", "Tools/struct-profile.c"])
  }

  @Test func `what is no module is refused`() throws {
    let place = try EstimateTests.place("memmax.wasm", "externals.main.aot")
    try place.write("hello\n", to: "hello.txt")
    try place.refuse(
      "estimate", "hello.txt", saying: ["neither a .wasm nor an .aot file"])
    try place.write(Array(try place.bytes("memmax.wasm").dropLast(3)), to: "cut.wasm")
    try place.refuse("estimate", "cut.wasm", saying: ["cut.wasm: offset "])
    try place.refuse(
      "estimate", "memmax.wasm", "--mode", "aot", saying: ["wamrc -o app.aot app.wasm"])
    try place.refuse(
      "estimate", "externals.main.aot", "--mode", "fast",
      saying: ["an .aot file runs in mode aot, not fast"])
    try place.refuse(
      "estimate", "externals.main.aot", "--target", "riscv32",
      saying: ["compiled for x86_64, not for riscv32"])
    try place.refuse(
      "estimate", "memmax.wasm", "--entry", "nothing",
      saying: ["no function is exported as nothing"])
  }

  @Test func `wrong usage is told before the module is read`() throws {
    let place = try EstimateTests.place("memmax.wasm")
    for arguments in [
      ["--wamr", "9.x"], ["--mode", "jit"], ["--target", "z80"], ["--threads", "-1"],
      ["--instances", "0"], ["--stack-size", "2TiB"], ["--features", "SIMD"],
    ] {
      let outcome = try ProgramUnderTest.run(
        ["estimate", "memmax.wasm"] + arguments, in: place.path)
      #expect(outcome.exitCode == 64, "\(arguments): \(outcome.errors)")
    }
  }

  @Test func `a table of wamrc's gives native frames along the call graph`() throws {
    let place = try EstimateTests.place("externals.wasm", "externals.su")
    let output = try place.succeed(
      "estimate", "externals.wasm", "--stack-usage", "externals.su", "--functions", "--format",
      "json"
    ).output
    let document = try JSONNode(output)
    let frames = (document["functions"]?.elements ?? []).map { $0["nativeFrameBytes"]?.integer }
    #expect(!frames.isEmpty)
    #expect(frames.allSatisfy { $0 != nil })
    let stack = (document["rows"]?.elements ?? [])
      .first { $0["category"] == .string("native-stack") }
    #expect(stack?["usedBytes"]?.integer ?? -1 >= frames.compactMap(\.self).max() ?? 0)
  }
}
