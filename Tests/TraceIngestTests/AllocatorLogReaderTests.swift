import Foundation
import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

@Suite struct AllocatorLogReaderTests {
  // MARK: Spellings

  @Test(arguments: SeededGenerator.seeds(12))
  func `text, CSV and JSON lines of one log are the same events`(seed: UInt64) throws {
    var options = RandomLog.Options()
    options.hasStacks = false
    let log = RandomLog(seed: seed, count: 300, options: options)
    let text = try AllocatorLogReading(log.text, format: nil)
    let rows = log.events.map(\.row).joined(separator: "\n") + "\n"
    let csv = try AllocatorLogReading("ts_ns,tid,op,addr,old,size,usage\n" + rows, format: nil)
    let objects = log.events.map(\.object).joined(separator: "\n") + "\n"
    let json = try AllocatorLogReading(objects, format: nil)
    #expect(text.events.count == 300)
    #expect(csv.events == text.events)
    #expect(json.events == text.events)
    #expect(text.diagnostics.isEmpty && csv.diagnostics.isEmpty && json.diagnostics.isEmpty)
  }

  @Test(arguments: [
    "preload__main-fast__threads_wat.log", "usage__main-usagehw__main__memmax.jsonl",
    "emb__main-aot__insts__lib_exports.csv",
  ])
  func `the format of a recording is found and nothing in it is odd`(sample: String) throws {
    let reading = try AllocatorLogReading(path: Samples.path("logs/\(sample)"))
    #expect(reading.error == nil)
    #expect(reading.diagnostics.isEmpty)
    #expect(reading.events.count > 100)
  }

  @Test func `keys stand in any order and come out in one`() throws {
    let reading = try AllocatorLogReading(
      """
      5 tid=1 realloc size=64 addr=0x20 old=0x10
      6 tid=1 malloc usage=runtime stack=7 size=1 addr=0x30
      7 tid=1 mmap prot=rw file=/a b fd=-1 size=4096 addr=0x40 flags=0x22

      """)
    #expect(
      reading.events.map(\.keys) == [
        ["old:16", "addr:32", "size:64"], ["addr:48", "size:1", "usage=runtime", "stack:7"],
        ["addr:64", "size:4096", "prot=rw", "flags:34", "fd:-1", "file=/a b"],
      ])
  }

  @Test func `CSV columns stand in any order, quoted or not`() throws {
    let reading = try AllocatorLogReading(
      "op,usage,\"size\",ts_ns,tid,addr,old,extra\n"
        + "malloc,\"linear\",5,1,2,0x10,(nil),\"a,\"\"b\"\"\"\n", format: nil)
    #expect(
      reading.events == [
        LoggedEvent(
          time: 1, thread: 2, operation: "malloc",
          keys: ["addr:16", "size:5", "usage=linear", "extra=a,\"b\""])
      ])
  }

  @Test func `JSON members stand in any order, with spaces and escapes`() throws {
    let reading = try AllocatorLogReading(
      #"  { "op" : "mark", "name":"a \"b\" \u00e9\/", "tid": 2, "ts":1, "n":null, "x": true }"#
        .trimmingCharacters(in: .whitespaces) + "\n", format: nil)
    #expect(
      reading.events == [
        LoggedEvent(time: 1, thread: 2, operation: "mark", keys: ["name=a \"b\" é/", "x=true"])
      ])
  }

  @Test func `what nobody knows is kept`() throws {
    let reading = try AllocatorLogReading(
      """
      1 tid=1 brk by=4096 why=because it can
      2 tid=1 malloc addr=0x10 size=5 arena=main pool=3
      3 tid=1 image load addr=0x1000 size=4096 file=/lib/a b.so buildid=ab12
      4 tid=1 mark
      5 tid=1 sample rss=many
      6 tid=1 ünï ключ=значение

      """)
    #expect(reading.diagnostics.isEmpty)
    #expect(
      reading.events.map(\.description) == [
        "1 tid=1 brk [\"by=4096\", \"why=because it can\"]",
        "2 tid=1 malloc [\"addr:16\", \"size:5\", \"arena=main\", \"pool=3\"]",
        "3 tid=1 image [\"=load\", \"addr:4096\", \"size:4096\", \"file=/lib/a b.so\", "
          + "\"buildid=ab12\"]",
        "4 tid=1 mark []", "5 tid=1 sample [\"rss=many\"]", "6 tid=1 ünï [\"ключ=значение\"]",
      ])
  }

  @Test(
    arguments: [
      ("(nil)", 0), ("0x0", 0), ("0", 0), ("0xFFFFFFFFFFFFFFFF", .max), ("0Xab", 171), ("255", 255),
      ("0x00000000000000000000010", 16), ("18446744073709551615", .max),
    ] as [(String, UInt64)])
  func `addresses are hexadecimal, decimal or nil`(text: String, address: UInt64) throws {
    let reading = try AllocatorLogReading("1 tid=1 free addr=\(text)\n")
    #expect(reading.events.map(\.keys) == [["addr:\(address)"]])
  }

  // MARK: What is no event

  @Test(arguments: [
    ("1 tid=1 malloc addr=0x10 size=18446744073709551616", "size= is no number of 64 bits"),
    ("1 tid=1 malloc addr=0x10 size=-1", "size= is no number of 64 bits"),
    ("1 tid=1 malloc addr=0x10 size=", "size= is no number of 64 bits"),
    ("1 tid=1 malloc addr=0x10 size=1.5", "size= is no number of 64 bits"),
    ("1 tid=1 malloc addr=0x10000000000000000 size=1", "addr= is no number of 64 bits"),
    ("1 tid=1 malloc addr=0x size=1", "addr= is no number of 64 bits"),
    ("1 tid=1 malloc size=1", "addr= is missing"),
    ("1 tid=1 malloc addr=0x10", "size= is missing"),
    ("1 tid=1 free", "addr= is missing"),
    ("1 tid=1 realloc old=0x10 addr=0x20", "size= is missing"),
    ("1 tid=1 mprotect addr=0x1000 size=5", "prot= is missing"),
    ("1 tid=1 mremap old=0x1000 addr=0x1000 size=5", "oldsize= is missing"),
    ("1 tid=1 pthread_create thread=0x10", "stacksize= is missing"),
    ("1 tid=1 free addr=0x10 addr=0x20", "a key stands twice"),
    ("1 tid=1 mark name=a name=b", "a key stands twice"),
    ("1 tid=x malloc addr=0x10 size=1", "tid= is no number"),
    ("1 tid=-1 malloc addr=0x10 size=1", "tid= is no number"),
    ("1 tid= malloc addr=0x10 size=1", "tid= is no number"),
    ("18446744073709551616 tid=1 free addr=0x10", "the time is no number"),
    ("1x tid=1 free addr=0x10", "the time is no number"),
    ("1 tid=1", "the operation is missing"),
    ("1 tid=1 ", "the operation is missing"),
    ("1 tid=1 addr=0x10", "the operation is missing"),
  ])
  func `a malformed line is a diagnostic with its number and no event`(
    line: String, reason: String
  ) throws {
    let text = "1 tid=1 free addr=0x1\n\n\(line)\n2 tid=1 free addr=0x2\n"
    let reading = try AllocatorLogReading(text)
    #expect(reading.events.map(\.time) == [1, 2])
    #expect(reading.diagnostics.count == 1)
    let diagnostic = try #require(reading.diagnostics.first)
    #expect(diagnostic.severity == .warning)
    #expect(diagnostic.location?.line == 3)
    #expect(diagnostic.message.hasSuffix(reason))
    let strict = try AllocatorLogReading(text, isStrict: true)
    #expect(strict.error?.code == .malformed)
    #expect(strict.error?.location?.line == 3)
  }

  @Test(arguments: [
    ("1,x,malloc,0x10,,5,", "tid is no number"), ("x,1,malloc,0x10,,5,", "the time is no number"),
    ("1,1,,0x10,,5,", "the operation is missing"), ("1,1,malloc,0x10", "4 fields"),
    ("1,1,malloc,0x10,,-5,", "size= is no number"), ("1,1,malloc,,,5,", "addr= is missing"),
  ])
  func `a malformed row is a diagnostic and no event`(row: String, reason: String) throws {
    let reading = try AllocatorLogReading(
      "ts_ns,tid,op,addr,old,size,usage\n\(row)\n1,1,free,0x10,,,\n", format: "memtrace-csv")
    #expect(reading.events.count == 1)
    #expect(reading.diagnostics.count == 1)
    #expect(reading.diagnostics.first?.message.contains(reason) == true)
    #expect(reading.diagnostics.first?.location?.line == 2)
  }

  @Test(arguments: [
    (#"{"ts":1,"tid":"x","op":"free","addr":"0x1"}"#, "tid is no number"),
    (#"{"ts":-1,"tid":1,"op":"free","addr":"0x1"}"#, "ts is no number"),
    (#"{"ts":1,"tid":1,"op":"free","addr":"0x1""#, "no flat JSON object"),
    (#"{"ts":1,"tid":1,"op":"free","addr":["0x1"]}"#, "addr= is no number"),
    (#"{"ts":1,"tid":1,"op":"free","addr":["0x1"}"#, "no flat JSON object"),
    (#"{"ts":1,"tid":1,"op":"free","addr":"0x1"} x"#, "no flat JSON object"),
    (#"{"ts":1,"tid":1,"op":"free"}"#, "addr= is missing"),
    (#"{"ts":1,"tid":1,"op":"free","addr":"0x1","addr":"0x2"}"#, "a key stands twice"),
    (#"{"ts":1,"tid":1,"op":"mark","name":"\ud800"}"#, "no flat JSON object"),
    (#"{"ts":1,"tid":1,"op":"mark","name":"a\nb"}"#, "no flat JSON object"),
  ])
  func `a malformed object is a diagnostic and no event`(object: String, reason: String) throws {
    let reading = try AllocatorLogReading(
      #"{"ts":1,"tid":1,"op":"free","addr":"0x1"}"# + "\n\(object)\n", format: "memtrace-jsonl")
    #expect(reading.events.count == 1)
    #expect(reading.diagnostics.count == 1)
    #expect(reading.diagnostics.first?.message.contains(reason) == true)
    #expect(reading.diagnostics.first?.location?.line == 2)
  }

  @Test func `other text between the events is counted, with its first line`() throws {
    let reading = try AllocatorLogReading(
      """
      hello from the module
      1 tid=1 malloc addr=0x10 size=5
      # a comment
      2026-01-01 12:00:00 a time stamp, but no event
      3 apples

      2 tid=1 free addr=0x10

      """)
    #expect(reading.events.count == 2)
    #expect(
      reading.diagnostics == [
        Diagnostic(
          .note, "other text between the events", at: SourceLocation(file: "log", line: 1), count: 3
        )
      ])
  }

  @Test func `CRLF ends lines, too`() throws {
    let log = RandomLog(seed: 9, count: 100)
    let unix = try AllocatorLogReading("#memtrace-log 1 scope=wamr\n" + log.text)
    let windows = try AllocatorLogReading(
      ("#memtrace-log 1 scope=wamr\n" + log.text).replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(windows.events == unix.events)
    #expect(windows.headers == unix.headers)
    #expect(windows.diagnostics.isEmpty)
  }

  @Test func `a last line without an end is said, and kept where it is whole`() throws {
    let whole = try AllocatorLogReading("1 tid=1 free addr=0x10\n2 tid=1 free addr=0x20")
    #expect(whole.events.count == 2)
    #expect(!whole.isIncomplete)
    #expect(whole.diagnostics.map(\.severity) == [.note])
    #expect(whole.diagnostics.first?.location?.line == 2)
    let torn = try AllocatorLogReading("1 tid=1 free addr=0x10\n2 tid=1 malloc addr=0x20 si")
    #expect(torn.events.count == 1)
    #expect(torn.isIncomplete)
    let tornTime = try AllocatorLogReading("1 tid=1 free addr=0x10\n123")
    #expect(tornTime.events.count == 1)
    #expect(tornTime.diagnostics.contains { $0.message.contains("no line end") })
  }

  @Test func `NUL and other odd bytes are other text or diagnostics`() throws {
    var bytes = Array("1 tid=1 free addr=0x10\n".utf8)
    bytes += [0, 0, 0, 10] + [0xFF, 0xFE, 10] + Array("2 tid=1 mark name=".utf8) + [0, 0xC3, 10]
    bytes += Array("3 tid=1 free addr=0x1".utf8) + [0, 10] + [10]
    let reading = try AllocatorLogReading(bytes: bytes)
    #expect(reading.events.map(\.time) == [1, 2])
    #expect(reading.diagnostics.map(\.count) == [1, 2])
    #expect(reading.diagnostics.first?.location?.line == 5)
  }

  @Test func `a failed call is an event like another`() throws {
    let reading = try AllocatorLogReading(
      "1 tid=1 malloc addr=0x0 size=5\n2 tid=1 realloc old=0x10 addr=(nil) size=5\n")
    #expect(
      reading.events.map(\.keys) == [["addr:0", "size:5"], ["old:16", "addr:0", "size:5"]])
  }

  @Test func `time that goes backwards stays in the order of the log`() throws {
    let reading = try AllocatorLogReading(
      "5 tid=1 free addr=0x1\n3 tid=2 free addr=0x2\n4 tid=1 free addr=0x3\n")
    #expect(reading.events.map(\.time) == [5, 3, 4])
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "hello\n", "#memtrace-log 1\n"])
  func `a log without an event is an error`(text: String) throws {
    #expect(try AllocatorLogReading(text).error?.code == .nothingFound)
  }

  // MARK: Fast and general path

  /// A time in hexadecimal is left to the general reader; the rest of the line is the same.
  private static func sameEitherWay(_ rest: String) throws {
    for end in ["\n", "\r\n", "", "\r", "\n5 tid=2 free addr=0x1\n", "\n\n"] {
      let fast = try AllocatorLogReading("123 \(rest)\(end)")
      let general = try AllocatorLogReading("0x7b \(rest)\(end)")
      #expect(fast.events == general.events, "\(rest)")
      #expect(fast.diagnostics == general.diagnostics, "\(rest)")
    }
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `the fast path and the general one read every common line alike`(seed: UInt64) throws {
    let log = RandomLog(seed: seed, count: 200)
    let fast = log.events.map { event in
      var event = event
      event.time = 123
      return event.line + "\n"
    }
    let general = fast.map { "0x7b" + $0.dropFirst(3) }
    let first = try AllocatorLogReading(fast.joined())
    let second = try AllocatorLogReading(general.joined())
    #expect(first.events.count == 200)
    #expect(first.events == second.events)
  }

  @Test(arguments: SeededGenerator.seeds(6))
  func `the fast path and the general one agree on damaged lines`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = Array("0123456789abcdefxtidmlocrez=+- .ANIL()\tü")
    var fast = ""
    var general = ""
    for event in RandomLog(seed: seed, count: 400).events {
      var line = Array(event.line.drop { $0 != " " })
      for _ in 0..<(random.next() % 3) {
        let place = Int(random.next() % UInt64(line.count))
        switch random.next() % 4 {
        case 0: line[place] = letters[Int(random.next() % UInt64(letters.count))]
        case 1: line.remove(at: place)
        case 2: line.insert(letters[Int(random.next() % UInt64(letters.count))], at: place)
        default: line.removeSubrange(place...)
        }
        if line.isEmpty { line = [" "] }
      }
      fast += "123" + String(line) + "\n"
      general += "0x7b" + String(line) + "\n"
    }
    let first = try AllocatorLogReading(fast)
    let second = try AllocatorLogReading(general)
    // A first character that joined the time changes it in one spelling only.
    let joined = zip(fast.split(separator: "\n"), general.split(separator: "\n")).filter {
      !$0.0.hasPrefix("123 ") || !$0.1.hasPrefix("0x7b ")
    }
    #expect(joined.count < 100)
    for (index, line) in fast.split(separator: "\n").enumerated() where line.hasPrefix("123 ") {
      if index % 20 == 0 { try AllocatorLogReaderTests.sameEitherWay(String(line.dropFirst(4))) }
    }
    if joined.isEmpty { #expect(first.events == second.events) }
    let clean = first.events.filter { $0.time == 123 }
    let other = second.events.filter { $0.time == 123 }
    #expect(clean == other)
  }

  @Test(arguments: [
    "tid=1 malloc addr=0x10 size=9999999999999999999",
    "tid=1 malloc addr=0x10 size=18446744073709551615",
    "tid=1 malloc addr=0x10 size=18446744073709551616",
    "tid=1 malloc addr=0x10 size=00000000000000000000000005",
    "tid=1 malloc addr=0x00000000000000000010 size=5",
    "tid=1 malloc addr=0xffffffffffffffff size=5",
    "tid=1 malloc addr=0x1ffffffffffffffff size=5",
    "tid=1 malloc addr=0xABC size=5", "tid=1 malloc addr=0xabC size=5",
    "tid=1 malloc addr=16 size=5", "tid=1 malloc addr=(nil) size=5",
    "tid=1 malloc  addr=0x10 size=5", "tid=1 malloc addr=0x10 size=5 ",
    "tid=1 malloc addr=0x10 size=5 usage=runtime", "tid=1 malloc addr=0x10 size=5 usage=linear",
    "tid=1 malloc addr=0x10 size=5 usage=linear ", "tid=1 malloc addr=0x10 size=5 usage=other",
    "tid=1 malloc addr=0x10 size=5 usage=runtime stack=1",
    "tid=1 malloc addr=0x10 size=5 stack=1 usage=runtime",
    "tid=1 calloc addr=0x10 size=5 usage=runtime", "tid=1 calloc addr=0x10 size=5 stack=3",
    "tid=1 free addr=0x10 usage=runtime", "tid=1 free addr=0x10 size=5",
    "tid=1 free addr=0x10 stack=5", "tid=1 freed addr=0x10",
    "tid=1 realloc addr=0x10 size=5", "tid=1 realloc old=0x10 addr=0x20 size=5 stack=0",
    "tid=1 realloc old=0x10 addr=0x20 size=5 usage=linear",
    "tid=0x1 malloc addr=0x10 size=5", "tid=01 malloc addr=0x10 size=5",
    "tid=18446744073709551615 malloc addr=0x10 size=5", "tid=1 malloc addr=0x10 size=0x5",
    "tid=1 malloc addr=0x10 size=5\r", "tid=1 malloc", "tid=1 m", "tid=1 ", "tid=1",
  ])
  func `the fast path and the general one agree on spellings at the edge`(rest: String) throws {
    try AllocatorLogReaderTests.sameEitherWay(rest)
  }

  // MARK: Odd text

  @Test func `a byte order mark is no part of the log`() throws {
    let reading = try AllocatorLogReading(
      "\u{FEFF}1 tid=1 free addr=0x1\n", format: "memtrace-log")
    #expect(reading.events.count == 1)
    #expect(reading.diagnostics.isEmpty)
  }

  @Test func `nested JSON values are kept as text`() throws {
    let reading = try AllocatorLogReading(
      #"{"ts":4,"tid":1,"op":"mark","name":"x","list":[1,{"a":"]"}]}"# + "\n",
      format: "memtrace-jsonl")
    #expect(reading.events.count == 1)
    #expect(reading.diagnostics.isEmpty)
  }
}
