import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

/// What one batch of events holds at the most, and what comes behind it.
@Suite struct AllocatorLogBatchTests {
  @Test func `more rows than a batch holds continue in the next one`() throws {
    var text = ""
    for number in 0..<(InputLimits.batchRows + 10) { text += "\(number) tid=1 free addr=0x1\n" }
    let reading = try AllocatorLogReading(text)
    #expect(reading.batches.map(\.count) == [InputLimits.batchRows, 10])
    #expect(reading.batches.map(\.firstEvent) == [0, UInt64(InputLimits.batchRows)])
  }

  @Test func `lines of all kinds keep their order where they fill several batches`() throws {
    var lines = RandomLog(seed: 5, count: 298).events.map { "\($0.line)\n" }
    lines.insert("7 tid=2 mmap addr=0x7000 size=4096 prot=rw file=/a\n", at: 100)
    lines.insert("8 tid=2 free addr=0x7000 usage=linear why=lost\n", at: 200)
    let text = lines.joined()
    let once = try AllocatorLogReading(text).events
    let times = 2 * InputLimits.batchRows / once.count + 1
    let reading = try AllocatorLogReading(String(repeating: text, count: times))
    #expect(once.count == 300)
    #expect(reading.batches.count > 2)
    #expect(reading.events == Array(repeatElement(once, count: times).joined()))
  }

  @Test func `hostile keys end a batch early`() throws {
    var text = ""
    for number in 0..<10_000 { text += "\(number) tid=1 mark k\(number)=1\n" }
    let reading = try AllocatorLogReading(text)
    #expect(reading.events.count == 10_000)
    #expect(reading.batches.allSatisfy { $0.shapeTable.count <= InputLimits.batchShapes })
  }

  @Test func `a thousand kinds of diagnostics are not all kept`() throws {
    var text = "ts_ns,tid,op,addr\n1,1,free,0x1\n"
    for number in 4..<1000 {
      text += "1,1,free" + String(repeating: ",", count: number) + "\n"
    }
    let reading = try AllocatorLogReading(text, format: "memtrace-csv")
    #expect(reading.diagnostics.count == InputLimits.diagnostics)
    #expect(reading.diagnostics.last?.message.contains("not listed") == true)
  }
}
