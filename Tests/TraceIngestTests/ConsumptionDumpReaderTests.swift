import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

/// Dialects and odd captures of one thread.
@Suite struct ConsumptionDumpReaderTests {
  @Test func `a logged dump has its thread and the time in milliseconds`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__fast__hello_hb")
    let snapshot = try #require(reading.complete.first)
    #expect(reading.snapshots.count == 1)
    #expect(snapshot.thread == "7F97D54A8780")
    #expect(snapshot.timeMilliseconds == 2_134_672)
    #expect(snapshot.line == 39)
    #expect(snapshot.bytes(.total) == 291360)
    #expect(reading.diagnostics.isEmpty)
    #expect(!reading.isIncomplete)
  }

  @Test func `a plain dump has no thread and no time`() throws {
    let reading = try ConsumptionDumpReading(sample: "1.3.3__classic__hello_hb")
    let snapshot = try #require(reading.complete.first)
    #expect(snapshot.thread == nil)
    #expect(snapshot.timeMilliseconds == nil)
    #expect(snapshot.line == 3)
    #expect(snapshot.bytes(.execEnvBlockAddrCache) == 3072)
  }

  @Test func `a line that is not printed is no field`() throws {
    let old = try ConsumptionDumpReading(sample: "1.0.0__classic__hello_hb")
    let snapshot = try #require(old.complete.first)
    #expect(snapshot.fields[.nativeStackLeft] == nil)
    #expect(snapshot.fields[.moduleCustomSections] == nil)
    #expect(snapshot.fields[.auxStackUsed] != nil)
  }

  @Test func `no enough info to profile is not a number`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__fast__fake")
    #expect(reading.complete.first?.fields[.auxStackUsed] == .notEnoughInfo)
  }

  @Test func `a dump that starts in the middle of an application's line is complete`() throws {
    for name in ["main__classic-unbuf__noisy", "main__classic-tty__noisy"] {
      #expect(try ConsumptionDumpReading(sample: name).complete.count == 1)
    }
    let bare = "no newline before dump: " + DumpLines.plain(DumpLines.texts())
    let snapshot = try #require(try ConsumptionDumpReading(bare).complete.first)
    #expect(snapshot.line == 1)
  }

  @Test(arguments: ["main__fast-crlf__hello_hb", "main__classic-tty__noisy"])
  func `lines that end in CR LF are read`(name: String) throws {
    #expect(try ConsumptionDumpReading(sample: name).complete.count == 1)
  }

  @Test(arguments: ["main__fast__fake", "2.4.4__classic-tty__fake"])
  func `look-alike lines of the application are no dump and do not spoil the real one`(
    name: String
  ) throws {
    let reading = try ConsumptionDumpReading(sample: name)
    #expect(reading.snapshots.count == 1)
    #expect(reading.complete.count == 1)
    #expect(reading.complete.first?.bytes(.appHeapUsed) == 0)
    #expect(reading.hasDiagnostic("look like a dump's"))
  }

  @Test func `blocks printed alone are incomplete snapshots of their own`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__tracing__hello_hb")
    #expect(reading.snapshots.map(\.isComplete) == [false, false, false, true])
    #expect(reading.snapshots[0].fields.keys.allSatisfy { $0 <= .moduleAOTCode })
    #expect(reading.snapshots[2].fields.keys.allSatisfy { $0 >= .execEnvTotal })
    #expect(!reading.hasDiagnostic("incomplete"))
    #expect(reading.lines.contains { if case .fileRead = $0 { true } else { false } })
    #expect(!reading.isIncomplete)
  }

  @Test func `samples of the process are bytes with the label before them`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__debug-capi__memmax")
    let samples = reading.lines.compactMap { line -> ProcessSample? in
      if case .process(let sample) = line { sample } else { nil }
    }
    #expect(samples.count == 8)
    #expect(samples.first?.label == "wasm_engine_new_internal(...) L393")
    #expect(samples.first?.line == 2)
    #expect(samples.first?.values.first == NamedBytes("VmPeak", 3948 * 1024))
    #expect(samples.first?.values.count == 15)
    #expect(reading.snapshots.count == 3)
    let created = reading.lines.compactMap { line -> HeapCreated? in
      if case .heapCreated(let heap) = line { heap } else { nil }
    }
    #expect(created.first?.totalBytes == 64896)
    #expect(created.first?.structBytes == 384)
    #expect(created.first?.actualBytes == 64504)
    #expect(created.first?.paddingBytes == 8)
    #expect(reading.order == reading.order.sorted())
  }

  @Test func `samples of the process alone are data`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__debug-capi-v3__memmax")
    #expect(reading.error == nil)
    #expect(reading.snapshots.isEmpty)
  }

  @Test func `the loader's lines tell pages and app heap`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__fast__hello_hb")
    #expect(
      reading.lines == [
        .loader(
          LoaderMemory(
            source: 0,
            line: 34,
            thread: "7F97D54A8780",
            pageBytes: 65536,
            initialPages: 2,
            maxPages: 65536,
            heapOffset: 131072,
            heapSize: 0
          )
        )
      ]
    )
  }

  @Test func `statistics of a heap keep a wrapped value as a negative one`() throws {
    let reading = try ConsumptionDumpReading(
      """
      heap: 0x7f10, heap start: 0x7f20
      total free: 100, current: 200, highmark: 300
      total size allocated: 5, total size freed: 877, total occupied: 18446744073709550744
      heap: 0x8f10, heap start: 0x8f20
      total free: 1, current: 2, highmark: 3
      g_total_malloc=10, g_total_free=4, occupied=6
      total free: 7, current: 8, highmark: 9

      """
    )
    #expect(reading.error == nil)
    #expect(
      reading.lines == [
        .heapStatistics(
          HeapStatistics(
            source: 0,
            line: 1,
            heap: "0x7f10",
            freeBytes: 100,
            currentBytes: 200,
            highmarkBytes: 300,
            occupiedBytes: -872
          )
        ),
        .heapStatistics(
          HeapStatistics(
            source: 0,
            line: 4,
            heap: "0x8f10",
            freeBytes: 1,
            currentBytes: 2,
            highmarkBytes: 3,
            occupiedBytes: 6
          )
        ),
        .heapStatistics(
          HeapStatistics(
            source: 0,
            line: 7,
            heap: nil,
            freeBytes: 7,
            currentBytes: 8,
            highmarkBytes: 9
          )
        ),
      ]
    )
    #expect(reading.hasDiagnostic("below zero"))
  }

  @Test func `native stack left may be negative, other lines may not`() throws {
    let reading = try ConsumptionDumpReading(
      DumpLines.plain(DumpLines.texts(nativeLeft: "-4096"))
    )
    #expect(reading.complete.first?.bytes(.nativeStackLeft) == -4096)
    let broken = try ConsumptionDumpReading(
      DumpLines.plain(DumpLines.texts(appHeapUsed: "-1"))
    )
    #expect(broken.complete.isEmpty)
  }

  @Test func `a number beyond 63 bits makes no dump line`() throws {
    for thread in ["", DumpLines.prefix("7F01")] {
      let lines = DumpLines.texts(appHeapUsed: "9223372036854775808").map { thread + $0 + "\n" }
      let reading = try ConsumptionDumpReading(lines.joined())
      #expect(reading.complete.isEmpty)
      #expect(reading.snapshots.count == 1)
      #expect(reading.snapshots.first?.fields[.appHeapUsed] == nil)
    }
  }

  @Test func `NUL bytes between lines do no harm`() throws {
    let bytes = [0, 0, 10] + Array(DumpLines.plain(DumpLines.texts()).utf8) + [0, 1, 2]
    #expect(try ConsumptionDumpReading(bytes).complete.count == 1)
  }

  @Test func `the last line needs no end`() throws {
    let text = DumpLines.plain(DumpLines.texts()).dropLast()
    let reading = try ConsumptionDumpReading(String(text))
    #expect(reading.complete.count == 1)
    #expect(reading.hasDiagnostic("has no end"))
  }

  @Test(arguments: [
    ("1.3.3__classic-truncated500__hello_hb", SnapshotField.instanceAppHeap),
    ("1.3.3__classic-truncated900__hello_hb", .nativeStackLeft),
    ("main__fast-truncated2600__hello_hb", .instanceStruct),
  ])
  func `a capture that breaks off keeps what is surely there`(
    name: String,
    last: SnapshotField
  ) throws {
    let reading = try ConsumptionDumpReading(sample: name)
    #expect(reading.complete.isEmpty)
    #expect(reading.snapshots.count == 1)
    #expect(reading.isIncomplete)
    #expect(reading.hasDiagnostic("ends inside a dump"))
    #expect(reading.snapshots.first?.fields.keys.max() == last)
  }

  @Test func `a dump cut after any line is an incomplete snapshot, and only that`() throws {
    let texts = DumpLines.texts()
    for count in 2..<texts.count {
      for logged in [true, false] {
        let part = Array(texts.prefix(count))
        let text =
          logged ? DumpLines.logged(part, thread: "7F01") : DumpLines.plain(part)
        let reading = try ConsumptionDumpReading(text)
        #expect(reading.snapshots.count == 1)
        #expect(reading.complete.isEmpty)
        #expect(reading.isIncomplete)
      }
    }
  }

  @Test func `a capture that begins inside a dump keeps the rest of it`() throws {
    let reading = try ConsumptionDumpReading(
      DumpLines.plain(Array(DumpLines.texts().dropFirst(17)))
    )
    #expect(reading.error == nil)
    #expect(reading.complete.isEmpty)
    #expect(reading.snapshots.first?.bytes(.appHeapUsed) == 0)
  }

  @Test func `an abandoned part before a whole dump is left out`() throws {
    let text =
      DumpLines.plain(Array(DumpLines.texts(module: 7).prefix(4))) + "killed\n"
      + DumpLines.plain(DumpLines.texts())
    let reading = try ConsumptionDumpReading(text)
    #expect(reading.snapshots.map(\.isComplete) == [true])
    #expect(reading.complete.first?.bytes(.moduleStruct) == 100)
  }

  @Test func `a total that is not the sum of its lines is said and kept`() throws {
    var texts = DumpLines.texts()
    texts[1] = "WASM module memory consumption, total size: 121"
    let reading = try ConsumptionDumpReading(DumpLines.plain(texts))
    #expect(reading.complete.first?.bytes(.moduleTotal) == 121)
    #expect(
      reading.hasDiagnostic(
        "the dump in line 1 says module.total is 121, but its parts sum to 120"
      )
    )
    let strict = try ConsumptionDumpReading(DumpLines.plain(texts), isStrict: true)
    #expect(strict.error?.code == .malformed)
  }

  @Test func `a total that wrapped at 32 bits is no mismatch`() throws {
    let reading = try ConsumptionDumpReading(sample: "1.3.3__classic__mem4g")
    #expect(reading.complete.count == 1)
    #expect(reading.diagnostics.isEmpty)
  }

  @Test func `labels are inferred from the struct sizes`() throws {
    let reading = try ConsumptionDumpReading(sample: "main__fast__hello_hb")
    #expect(
      reading.labels == [
        RunLabel(name: "mode", value: "fast", isInferred: true),
        RunLabel(name: "wamr", value: "main", isInferred: true),
      ]
    )
    // Three runtimes wrote into one file.
    let mixed = try ConsumptionDumpReading(sample: "mixed__parallel__tiny+memmax+hello_hb")
    #expect(mixed.complete.count == 3)
    #expect(mixed.labels.isEmpty)
  }

  @Test func `WAMR's own lines are certain, other text is possible, binary is none`() throws {
    let reader = ConsumptionDumpReader()
    func confidence(_ text: String) -> Confidence { reader.confidence(inHead: Array(text.utf8)) }
    #expect(confidence("x\n    stack size: 5\n") == .certain)
    #expect(confidence("tick\n[00:36:42:127 - 7F7A]: Load module success.") == .certain)
    #expect(confidence("[MEM] wasm_store_new(...) L664\r\n") == .certain)
    #expect(confidence("Memory instantiate:\n") == .certain)
    #expect(confidence("heap: 0x1, heap start: 0x2") == .certain)
    #expect(confidence("AOT module load failed: unexpected end\n") == .certain)
    #expect(confidence("Hello\n[1] 12:00 - not a prefix\n") == .possible)
    #expect(confidence("") == .possible)
    #expect(confidence("\u{7F}ELF\u{0}\u{1}") == .none)
  }
}
