import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

/// Dumps of several threads at once.
@Suite struct ConsumptionDumpThreadTests {
  @Test(arguments: [
    ("main__fast-embinsts__lib_exports", 15, 5),
    ("main__aot_nohw-embthreads__lib_exports.aot", 16, 4),
    ("main__aot-embthreads8-unbuf__lib_exports.aot", 32, 8),
  ])
  func `torn log lines go to the threads that printed them`(
    name: String,
    dumps: Int,
    threads: Int
  ) throws {
    let reading = try ConsumptionDumpReading(sample: name)
    #expect(reading.complete.count == dumps)
    #expect(reading.snapshots.count == dumps)
    #expect(reading.diagnostics.isEmpty)
    let byThread = Dictionary(grouping: reading.complete) { $0.thread }
    #expect(byThread.count == threads)
    // In these runs each thread has a stack size of its own.
    #expect(Set(byThread.values.compactMap { $0.first?.bytes(.execEnvStack) }).count == threads)
    for dumps in byThread.values {
      #expect(Set(dumps.map { $0.bytes(.execEnvStack) }).count == 1)
    }
  }

  @Test func `a text goes to the only thread that can continue with it`() throws {
    let (a, b) = (DumpLines.prefix("A"), DumpLines.prefix("B"))
    let first = DumpLines.texts(stack: 4096)
    let second = DumpLines.texts(stack: 8192)
    // `[A]: [B]: text` and `textA[B]: textB`, then texts that run together.
    let text =
      "\(a)\(first[0])\n\(a)\(first[1])\n\(a)\(b)\(second[0])\n\(first[2])\n"
      + "\(a)\(first[3])\(b)\(second[1])\n\n\(a)\(b)\(first[4])\(second[2])\n\n"
      + DumpLines.logged(Array(first[5...]), thread: "A")
      + DumpLines.logged(Array(second[3...]), thread: "B")
    let reading = try ConsumptionDumpReading(text)
    #expect(reading.complete.map(\.thread) == ["A", "B"])
    #expect(reading.complete.map { $0.bytes(.execEnvStack) } == [4096, 8192])
    #expect(reading.complete.map(\.line) == [1, 3])
  }

  @Test func `an application's line may stand between a prefix and its text`() throws {
    let texts = DumpLines.texts()
    let text =
      DumpLines.logged(Array(texts[..<5]), thread: "A")
      + "\(DumpLines.prefix("A"))call f(1) = 2\n\(texts[5])\n"
      + DumpLines.logged(Array(texts[6...]), thread: "A")
    #expect(try ConsumptionDumpReading(text).complete.count == 1)
  }

  @Test func `which of two threads printed a text shows when one of them goes on`() throws {
    let (a, b) = (DumpLines.prefix("A"), DumpLines.prefix("B"))
    let first = DumpLines.texts(module: 300)
    let second = DumpLines.texts(module: 400)
    // Both wait for the module's total; A goes on first, so the first total was A's.
    let text =
      "\(a)\(first[0])\n\(b)\(second[0])\n\(a)\(b)\(first[1])\n\(a)\(first[2])\n\(second[1])\n"
      + DumpLines.logged(Array(first[3...]), thread: "A")
      + DumpLines.logged(Array(second[2...]), thread: "B")
    let reading = try ConsumptionDumpReading(text)
    #expect(reading.complete.map { $0.bytes(.moduleTotal) } == [320, 420])
  }

  @Test func `what two threads may have printed is kept only where both agree`() throws {
    let (a, b) = (DumpLines.prefix("A"), DumpLines.prefix("B"))
    let first = DumpLines.texts(module: 300)
    let second = DumpLines.texts(module: 400)
    let text =
      "\(a)\(first[0])\n\(b)\(second[0])\n\(a)\(b)\(first[1])\n\(second[1])\n"
      + DumpLines.logged(Array(first[2...]), thread: "A")
      + DumpLines.logged(Array(second[2...]), thread: "B")
    let reading = try ConsumptionDumpReading(text)
    #expect(reading.complete.isEmpty)
    #expect(reading.snapshots.map(\.thread) == ["A", "B"])
    #expect(reading.snapshots.map { $0.fields[.moduleTotal] } == [nil, nil])
    #expect(reading.snapshots.map { $0.bytes(.moduleStruct) } == [300, 400])
    #expect(reading.hasDiagnostic("torn"))
  }

  @Test func `which thread printed which of two equal texts does not matter`() throws {
    let (a, b) = (DumpLines.prefix("A"), DumpLines.prefix("B"))
    let texts = DumpLines.texts()
    let text =
      "\(a)\(texts[0])\n\(b)\(texts[0])\n\(a)\(b)\(texts[1])\(texts[1])\n\n"
      + DumpLines.logged(Array(texts[2...]), thread: "A")
      + DumpLines.logged(Array(texts[2...]), thread: "B")
    #expect(try ConsumptionDumpReading(text).complete.count == 2)
  }

  @Test func `many undecided texts end the choosing, not the reading`() throws {
    let threads = (0..<12).map { String($0 + 0xA0, radix: 16, uppercase: true) }
    var text = ""
    for thread in threads {
      text += DumpLines.logged(["Memory consumption summary (bytes):"], thread: thread)
    }
    text += threads.map(DumpLines.prefix).joined() + "\n"
    for index in threads.indices { text += DumpLines.texts(module: 100 + index)[1] + "\n" }
    text += DumpLines.logged(DumpLines.texts(), thread: "FF")
    let reading = try ConsumptionDumpReading(text)
    #expect(reading.complete.map(\.thread) == ["FF"])
  }

  @Test func `interleaved plain dumps are whole only where nothing else is possible`() throws {
    let texts = DumpLines.texts(stack: 4096)
    let others = DumpLines.texts(stack: 8192)
    let cut = 26
    // The first thread stops before the stack's use; the second one's dump stands whole in it.
    let apart =
      DumpLines.plain(Array(texts[..<cut])) + DumpLines.plain(others)
      + DumpLines.plain(Array(texts[cut...]))
    let reading = try ConsumptionDumpReading(apart)
    // The rest is the same in both, so the dump in the middle is certain.
    #expect(reading.complete.map { $0.bytes(.execEnvStack) } == [8192])
    #expect(reading.snapshots.count == 3)
    #expect(reading.hasDiagnostic("torn"))

    var rest = Array(texts[cut...])
    rest[rest.count - 1] = "Total app heap used: 77"
    let doubtful =
      DumpLines.plain(Array(texts[..<cut])) + DumpLines.plain(others) + DumpLines.plain(rest)
    let doubted = try ConsumptionDumpReading(doubtful)
    #expect(doubted.complete.isEmpty)
    #expect(doubted.snapshots.allSatisfy { !$0.isComplete })
  }

  @Test func `a plain capture of threads keeps the dumps that stand together`() throws {
    let reading = try ConsumptionDumpReading(sample: "1.3.3__fast-embthreads-unbuf__lib_exports")
    #expect(reading.complete.count == 4)
    for snapshot in reading.complete {
      let execEnv = snapshot.bytes(.execEnvTotal) ?? 0
      #expect(snapshot.bytes(.total) == 34278 + 263704 + execEnv)
    }
    #expect(reading.order == reading.order.sorted())
  }

  @Test(arguments: ["    memories size: 12", "    memories size: 12 bytes", "    globals size: 7"])
  func `an application's line between the lines of a dump does not spoil it`(
    stray: String
  ) throws {
    let texts = DumpLines.texts()
    for place in texts.indices {
      let text =
        DumpLines.logged(Array(texts[...place]), thread: "A") + stray + "\n"
        + DumpLines.logged(Array(texts[(place + 1)...]), thread: "A")
      let reading = try ConsumptionDumpReading(text)
      #expect(reading.complete.count == 1, "after line \(place)")
    }
  }

  @Test(arguments: SeededGenerator.seeds(8))
  func `what heavy tearing leaves undecided is in no snapshot`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let threads = (0..<8).map { String($0 + 0xA0, radix: 16, uppercase: true) }
    let texts = threads.indices.map { index in
      DumpLines.texts(stack: 4096 * (index + 1), module: 300 + 16 * index)
    }
    var tokens = threads.indices.map { index in
      texts[index].flatMap { [DumpLines.prefix(threads[index]), $0, "\n"] }[...]
    }
    var text = ""
    while let next = tokens.indices.filter({ !tokens[$0].isEmpty }).randomElement(using: &random) {
      text += tokens[next].removeFirst()
    }
    let reading = try ConsumptionDumpReading(text)
    for snapshot in reading.snapshots {
      guard let index = threads.firstIndex(where: { $0 == snapshot.thread }) else {
        #expect(!snapshot.isComplete)
        continue
      }
      let truth = try? ConsumptionDumpReading(DumpLines.plain(texts[index])).complete.first
      for (field, value) in snapshot.fields { #expect(truth?.fields[field] == value) }
    }
  }
}
