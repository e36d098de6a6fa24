import Foundation
import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

/// Every capture of the corpus, against the facts that were read out of it by other means.
@Suite struct ConsumptionDumpCorpusTests {
  @Test func `every fact of every complete dump holds`() throws {
    let readings = try ConsumptionDumpReading.captures.get()
    var rows = 0
    for (name, facts) in try DumpFacts.byFile() {
      let complete = try #require(readings[name]).complete
      #expect(complete.count == facts.count, "\(name)")
      for (snapshot, fact) in zip(complete, facts) {
        #expect(snapshot.fields == fact, "\(name) line \(snapshot.line)")
        rows += 1
      }
    }
    #expect(rows == 718)
  }

  @Test func `no capture makes more of its text than it says`() throws {
    let captures = try PackedSamples.captures.get()
    #expect(captures.count == 820)
    let readings = try ConsumptionDumpReading.captures.get()
    for (name, bytes) in captures {
      let reading = try #require(readings[name])
      let text = String(decoding: bytes, as: UTF8.self)
      let trailers = occurrences(of: "Total app heap used: ", in: text)
      #expect(reading.complete.count <= trailers, "\(name)")
      if trailers > 0, occurrences(of: "Memory consumption summary (bytes):", in: text) > 0 {
        #expect(reading.error == nil, "\(name)")
      }
      let numbers = Set(
        bytes.split { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: "-") }
          .compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
      )
      for snapshot in reading.snapshots {
        for value in snapshot.fields.values.compactMap(\.bytes) {
          #expect(numbers.contains(value), "\(name) \(value)")
        }
      }
      #expect(reading.order == reading.order.sorted(), "\(name)")
      #expect(!reading.hasDiagnostic("parts sum to"), "\(name)")
    }
  }

  @Test func `linear memory is what the loader says, or that and whole pages`() throws {
    let readings = try ConsumptionDumpReading.captures.get()
    let files = try DumpFacts.byFile()
    let loader = try DumpFacts.loaderMemory()
    var equal = 0
    var grown = 0
    for (name, expected) in loader {
      let complete = try #require(readings[name]).complete
      #expect(complete.count == files[name]?.count)
      for (snapshot, memory) in zip(complete, expected) {
        guard let memory else { continue }
        guard case .bytes(let linear) = try #require(MemoriesSplit(snapshot)) else {
          Issue.record("\(name) line \(snapshot.line) is not split")
          continue
        }
        if linear == memory.bytes {
          equal += 1
        } else {
          #expect(linear > memory.bytes && (linear - memory.bytes) % memory.page == 0, "\(name)")
          grown += 1
        }
      }
    }
    #expect(equal == 253)
    #expect(grown == 132)
  }

  private func occurrences(of needle: String, in text: String) -> Int {
    text.components(separatedBy: needle).count - 1
  }
}
