import MemtraceTestSupport
import Testing
import TraceExport
import TraceIngest
import TraceModel

/// Logs written again: canonical ones byte for byte, others without losing anything.
@Suite struct AllocatorLogExportTests {
  private static func export(_ reading: AllocatorLogReading) -> String {
    var text = LogText(headers: reading.headers, stacks: StackBatch(reading.stacks))
    var bytes: [UInt8] = []
    for batch in reading.batches { bytes += text.lines(of: batch) }
    bytes += text.end()
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    "preload__1.2.3-fast__memmax.log", "preload__main-aot__threads_wat.log",
    "preload__main-aot__xip_manyfuncs.log", "preload__main-aot_nohw__threads_wat.log",
    "emb__main-fast__main__threads_wat.log",
  ])
  func `a recording is written again byte for byte`(sample: String) throws {
    let path = Samples.path("logs/\(sample)")
    let exported = AllocatorLogExportTests.export(try AllocatorLogReading(path: path))
    #expect(Array(exported.utf8) == (try TemporaryFolder.bytes(at: path)))
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `a random canonical log is written again byte for byte`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 300)
    let reading = try AllocatorLogReading(log.text)
    #expect(AllocatorLogExportTests.export(reading) == log.text)
  }

  @Test func `every key of every known operation is written again`() throws {
    let text = """
      #memtrace-log 1 clock=monotonic-ns pagesize=4096 scope=process pid=7 exe=/usr/bin/a b
      stack 1 frame=main
      stack 2 parent=1 frame=f(int, char const*) at a.c:1
      1 tid=1 memalign addr=0x10 size=5 align=16
      2 tid=1 mmap addr=0x1000 size=4096 prot=rw flags=0x22 fd=-1 offset=0 file=/a b/c.wasm
      3 tid=1 mremap old=0x1000 oldsize=4096 addr=0x2000 size=8192 stack=2
      4 tid=1 madvise addr=0x2000 size=4096 advice=14
      5 tid=1 pthread_create thread=0x7f00 stacksize=131072
      6 tid=2 thread-start self=0x7f00 stack=0x1000 stacksize=131072 guard=4096
      #memtrace-log 1 scope=wamr
      stack 3 frame=
      7 tid=2 thread name=wasm  worker 1
      8 tid=2 sample rss=1024 pss=512
      9 tid=2 image load addr=0x1000 size=4096 file=/lib/libc.so buildid=ab12
      10 tid=2 mark name=two words key=more words
      11 tid=2 mprotect addr=0x1000 size=4096 prot=none result=-1
      12 tid=2 exit code=0
      13 tid=2 signal
      14 tid=18446744073709551615 brk by=18446744073709551616
      18446744073709551615 tid=0 free addr=0xffffffffffffffff
      stack 4 parent=18446744073709551614 frame=last

      """
    let reading = try AllocatorLogReading(text)
    #expect(reading.diagnostics.isEmpty)
    #expect(AllocatorLogExportTests.export(reading) == text)
  }

  @Test func `bare words stay apart and text values stay together`() throws {
    let reading = try AllocatorLogReading(
      "1 tid=1 image load twice size=5 now file=/a b  c size2=x\n")
    #expect(
      reading.events.map(\.keys) == [
        ["=load", "=twice", "=now", "size:5", "file=/a b  c", "size2=x"]
      ])
    #expect(
      AllocatorLogExportTests.export(reading)
        == "1 tid=1 image load twice now size=5 file=/a b  c size2=x\n")
  }

  @Test func `texts that look alike keep their own bytes`() throws {
    // One letter, or a letter and an accent: equal to Swift, not to a file system.
    let text = """
      1 tid=1 mark name=caf\u{E9}
      2 tid=1 mark name=cafe\u{301}
      3 tid=1 mark name=caf\u{E9}

      """
    let exported = AllocatorLogExportTests.export(try AllocatorLogReading(text))
    #expect(Array(exported.utf8) == Array(text.utf8))
  }

  @Test(arguments: [
    "usage__main-usage_nohw__main__memmax.log", "usage__main-usagehw__main__memmax.jsonl",
    "emb__main-aot__insts__lib_exports.csv",
  ])
  func `a recording in another spelling reads as the same events`(sample: String) throws {
    let first = try AllocatorLogReading(path: Samples.path("logs/\(sample)"))
    let second = try AllocatorLogReading(AllocatorLogExportTests.export(first))
    #expect(second.events == first.events)
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `what was exported reads as what was read`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let words = [
      "addr=0x10", "size=5", "size=05", "old=(nil)", "usage=runtime", "name=a", "b", "x=1", "fd=-1",
      "fd=x", "flags=34", "prot=rw", "", "load", "file=/a", "stack=3", "stack=0x3", "=", "=y",
      "result=-0", "ключ=ü", "name=",
    ]
    let operations = ["malloc", "free", "realloc", "mmap", "mark", "image", "thread-start", "brk"]
    var text = ""
    for time in 0..<300 {
      text += "\(time) tid=1 " + operations[Int(random.next() % 8)]
      for _ in 0..<(random.next() % 6) {
        text += " " + words[Int(random.next() % UInt64(words.count))]
      }
      text += "\n"
    }
    let first = try AllocatorLogReading(text)
    let exported = AllocatorLogExportTests.export(first)
    let second = try AllocatorLogReading(exported)
    #expect(second.events == first.events)
    #expect(second.diagnostics.isEmpty)
    #expect(AllocatorLogExportTests.export(second) == exported)
  }

  @Test func `texts of any length are written again`() throws {
    let lines = [1, 60_000, 6000, 200_000, 3].enumerated().map { number, length in
      "\(number) tid=1 mark name=\(String(repeating: "n", count: length))\n"
    }
    let text = "#memtrace-log 1\n" + lines.joined()
    #expect(AllocatorLogExportTests.export(try AllocatorLogReading(text)) == text)
  }

  @Test(arguments: SeededGenerator.seeds(5))
  func `heap events survive CSV`(seed: UInt64) throws {
    var options = RandomLog.Options()
    options.hasStacks = false
    let first = try AllocatorLogReading(RandomLog(seed: seed, count: 200, options: options).text)
    var text = CSVText()
    var bytes: [UInt8] = []
    for batch in first.batches { bytes += text.rows(of: batch) }
    let second = try AllocatorLogReading(bytes: bytes, format: nil)
    #expect(second.events == first.events)
    #expect(text.lostKeys.isEmpty)
  }
}
