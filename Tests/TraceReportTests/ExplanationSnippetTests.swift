import Testing
import TraceModel
import TraceReport

/// Values ready to paste.
@Suite struct ExplanationSnippetTests {
  static func estimate(
    _ settings: [(String, Estimate.Setting.Value)], path: String = "app.wasm"
  ) -> Estimate {
    var estimate = Estimate(rows: [])
    estimate.module = Estimate.Module(path: path, kind: "wasm", bytes: ByteCount(9), sha256: "")
    estimate.configuration = settings.map { Estimate.Setting($0.0, $0.1) }
    return estimate
  }

  static let usual: [(String, Estimate.Setting.Value)] = [
    ("wamr", .text("2.4.4")), ("mode", .text("fast")), ("platform", .text("linux")),
    ("features", .text("FAST_INTERP=1 LIBC_WASI=1 SHARED_MEMORY=0")),
    ("stackBytes", .number(65536)), ("heapBytes", .number(16384)),
  ]

  private func snippet(_ snippet: Snippet, _ estimate: Estimate) -> String {
    snippet.text(RunValues(estimate))
  }

  @Test func `iwasm gets its flags`() {
    #expect(
      snippet(.iwasm, Self.estimate(Self.usual)) == """
        # app.wasm, WAMR 2.4.4, fast: from memtrace estimate
        iwasm --stack-size=65536 --heap-size=16384 app.wasm

        """)
    let threads = Self.estimate(Self.usual + [("threads", .number(3))])
    #expect(snippet(.iwasm, threads).contains(" --max-threads=3 app.wasm\n"))
  }

  @Test func `a bound on what is used lowers what was configured, and a comment says so`() {
    var estimate = Self.estimate(Self.usual)
    var stack = Estimate.Row(.wasmStack, ByteCount(65536))
    stack.used = ByteCount(2980)
    var heap = Estimate.Row(.appHeap, ByteCount(16384))
    heap.used = ByteCount(0)
    estimate.rows = [stack, heap]
    let text = snippet(.iwasm, estimate)
    #expect(text.contains("iwasm --stack-size=6144 --heap-size=0 app.wasm\n"))
    #expect(
      text.contains(
        "# stack_size is twice the static bound of its use; 65536 were configured\n"))
    #expect(!text.contains("pool"))
    stack.used = ByteCount(60000)
    estimate.rows = [stack]
    #expect(snippet(.iwasm, estimate).contains("--stack-size=65536 --heap-size=16384 "))
  }

  @Test func `an estimate by hand gives what its rows say`() {
    let estimate = Estimate(rows: [Estimate.Row(.wasmStack, ByteCount(16384))])
    #expect(snippet(.iwasm, estimate).hasSuffix("\niwasm --stack-size=16384 app.wasm\n"))
    #expect(snippet(.c, estimate).contains("stack_size = 16384;"))
    let empty = snippet(.c, Estimate(rows: []))
    #expect(empty.contains("stack_size = 0; /* WAMR's default */"))
  }

  @Test func `an embedder gets a pool of the least size`() {
    var estimate = Self.estimate(Self.usual)
    #expect(snippet(.c, estimate).contains("Alloc_With_System_Allocator;"))
    estimate.pool = Estimate.Pool(
      minimum: ByteCount(190_001), largestBlock: ByteCount(65544))
    let text = snippet(.c, estimate)
    #expect(text.contains("static uint64_t pool[190008 / 8];"))
    #expect(text.contains("mem_alloc_type = Alloc_With_Pool;"))
    #expect(text.contains("uint32_t stack_size = 65536;"))
    #expect(text.contains("uint32_t heap_size = 16384;"))
    #expect(snippet(.iwasm, estimate).contains("-DWAMR_BUILD_GLOBAL_HEAP_SIZE=190001\n"))
    estimate.pool = Estimate.Pool(minimum: ByteCount(.max), largestBlock: .zero)
    #expect(snippet(.c, estimate).contains("Alloc_With_System_Allocator;"))
  }

  @Test(arguments: [("1.3.3", false), ("2.0.0", true), ("main", true)])
  func `a limit of pages is given to WAMR where it takes one`(_ wamr: String, _ takes: Bool) {
    let text = snippet(
      .c, Self.estimate([("wamr", .text(wamr)), ("maxMemoryPages", .number(12))]))
    #expect(text.contains("args.max_memory_pages = 12;") == takes)
    #expect(text.contains("no call that limits linear memory") == !takes)
  }

  @Test func `NuttX gets its symbols, a pool in KB`() {
    var estimate = Self.estimate(Self.usual + [("nativeStackBytes", .number(8192))])
    estimate.pool = Estimate.Pool(minimum: ByteCount(190_001), largestBlock: .zero)
    #expect(
      snippet(.kconfig, estimate) == """
        # app.wasm, WAMR 2.4.4, fast: from memtrace estimate
        # NuttX, apps/interpreters/wamr
        CONFIG_INTERPRETERS_WAMR=y
        CONFIG_INTERPRETERS_WAMR_VERSION="WAMR-2.4.4"
        CONFIG_INTERPRETERS_WAMR_FAST=y
        CONFIG_INTERPRETERS_WAMR_LIBC_WASI=y
        # CONFIG_INTERPRETERS_WAMR_SHARED_MEMORY is not set
        CONFIG_INTERPRETERS_WAMR_STACKSIZE=8192
        CONFIG_INTERPRETERS_WAMR_GLOBAL_HEAP_POOL=y
        # in KB
        CONFIG_INTERPRETERS_WAMR_GLOBAL_HEAP_POOL_SIZE=186
        # no symbol has the WASM stack and the app heap: they are iwasm's flags
        # iwasm --stack-size=65536 --heap-size=16384 app.wasm

        """)
  }

  @Test func `Zephyr and ESP-IDF get no symbols that they do not have`() {
    for (platform, symbol) in [("zephyr", nil), ("esp-idf", "CONFIG_WAMR_")] as [(String, String?)]
    {
      var settings = Self.usual.filter { $0.0 != "platform" }
      settings.append(("platform", .text(platform)))
      let lines = snippet(.kconfig, Self.estimate(settings)).split(separator: "\n")
      for line in lines where !line.hasPrefix("#") {
        #expect(symbol.map { line.hasPrefix($0) } == true)
      }
    }
  }

  /// A path ends no comment, begins no line and runs nothing.
  @Test(arguments: [
    ("my app.wasm", "'my app.wasm'"), ("it's.wasm", "'it'\\''s.wasm'"), ("-v.wasm", "./-v.wasm"),
    ("$(x).wasm", "'$(x).wasm'"), ("a\nb.wasm", "'a\\nb.wasm'"), ("*/.wasm", "'*/.wasm'"),
  ])
  func `a path is quoted`(_ path: String, _ word: String) {
    let estimate = Self.estimate(Self.usual, path: path)
    #expect(snippet(.iwasm, estimate).hasSuffix(" \(word)\n"))
    for kind in Snippet.allCases {
      let lines = snippet(kind, estimate).split(separator: "\n", omittingEmptySubsequences: false)
      #expect(!lines.contains { $0.hasPrefix("b.wasm") })
    }
    let comment = snippet(.c, estimate).prefix { $0 != "\n" }
    #expect(comment.hasSuffix("WAMR 2.4.4, fast. */"))
    #expect(!comment.dropLast(2).contains("*/"))
  }
}
