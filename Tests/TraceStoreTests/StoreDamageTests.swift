import Foundation
import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel
import TraceStore

/// What happens to a store whose bytes changed or are missing.
@Suite struct StoreDamageTests {
  private static func tinyStore(in folder: TemporaryFolder) throws -> [UInt8] {
    try TinyTrace.write(to: folder.file("tiny.zst"))
    return try TemporaryFolder.bytes(at: folder.file("tiny.zst"))
  }

  @Test func `every single flipped bit is an error that names a part`() throws {
    let folder = try TemporaryFolder()
    let bytes = try StoreDamageTests.tinyStore(in: folder)
    let path = try folder.write(bytes, to: "flipped.zst")
    let file = try BytesInPlace(path)
    let parts = ["row group of", "footer", "header", "version", "store"]
    for offset in bytes.indices {
      for bit in 0..<8 {
        try file.put(bytes[offset] ^ (1 << bit), at: offset)
        do {
          _ = try TraceFile(path: path).verify()
          Issue.record("bit \(bit) of byte \(offset) is not covered")
        } catch {
          #expect(error.location?.file == path)
          #expect(
            parts.contains { error.message.contains($0) },
            "bit \(bit) of byte \(offset): \(error.message)")
        }
      }
      try file.put(bytes[offset], at: offset)
    }
    _ = try TraceFile(path: path).verify()
  }

  @Test func `a bit flipped in any chunk of any table is found by verify`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("full.zst"))
    let path = folder.file("full.zst")
    let bytes = try TemporaryFolder.bytes(at: path)
    let file = try BytesInPlace(path)
    for offset in bytes.indices {
      try file.put(bytes[offset] ^ UInt8(1 << (offset % 8)), at: offset)
      #expect(throws: TraceError.self, "byte \(offset)") { try TraceFile(path: path).verify() }
      try file.put(bytes[offset], at: offset)
    }
    _ = try TraceFile(path: path).verify()
  }

  @Test func `a chunk is named by its row group and column`() throws {
    let folder = try TemporaryFolder()
    var bytes = try StoreDamageTests.tinyStore(in: folder)
    // Byte 20 begins the first chunk behind the header: the event group's shape table.
    bytes[24] ^= 1
    let path = try folder.write(bytes, to: "damaged.zst")
    let file = try TraceFile(path: path)
    let error = #expect(throws: TraceError.self) { try file.verify() }
    #expect(
      error?.message == "row group of events 0 to 2, column shapeTable: its checksum is wrong")
    #expect(error?.location?.byteOffset == 20)
  }

  @Test func `a store cut anywhere is refused, and its whole row groups come back`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("full.zst"))
    let bytes = try TemporaryFolder.bytes(at: folder.file("full.zst"))
    var ends: [Int] = []
    var end = 20
    for group in try TraceFile(path: folder.file("full.zst")).groups {
      end += group.chunks.reduce(0) { $0 + $1.frameBytes }
      // The directory is the skippable frame behind the chunks.
      end += 8 + Int(bytes[end + 4]) + Int(bytes[end + 5]) << 8
      ends.append(end)
    }
    let tables = try TraceFile(path: folder.file("full.zst")).groups.map(\.tableName)
    let rows = try TraceFile(path: folder.file("full.zst")).groups.map(\.rows)
    let path = folder.file("full.zst")
    let file = try BytesInPlace(path)
    let edges = Set(ends.flatMap { [$0 - 1, $0, $0 + 1] })
    let lengths = (0..<bytes.count).filter {
      $0 < 40 || edges.contains($0) || $0 % 3 == 0 || Soak.isAsked
    }
    for length in lengths.reversed() {
      try file.cut(to: length)
      let error = #expect(throws: TraceError.self) { try TraceFile(path: path) }
      guard length >= 20 else {
        // A part of the header is no store; nothing at all is a store that was cut.
        #expect(error?.code == (length == 0 ? .truncated : .unknownFormat))
        continue
      }
      #expect(error?.code == .truncated || error?.code == .corrupted)
      let whole = ends.prefix { $0 <= length }.count
      let salvage = try Salvage(path: path)
      var found: [String: Int] = [:]
      try salvage.read(
        metadata: { _ in found["metadata", default: 0] += 1 },
        records: { record in
          switch record {
          case .events(let batch): found["events", default: 0] += batch.count
          case .logHeader: found["logHeaders", default: 0] += 1
          case .stacks(let batch): found["stacks", default: 0] += batch.count
          case .snapshot: found["snapshots", default: 0] += 1
          case .captureLine: found["captureLines", default: 0] += 1
          case .flush: Issue.record("a store has no live input")
          }
        })
      var expected: [String: Int] = [:]
      for index in 0..<whole where tables[index] != "summary" {
        expected[tables[index], default: 0] += rows[index]
      }
      #expect(found == expected, "cut at \(length)")
      // A cut between two row groups leaves nothing half.
      #expect((salvage.stop == nil) == (length == 20 || ends.contains(length)), "cut at \(length)")
    }
  }

  @Test func `salvage gives back what stands before a damaged row group`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("full.zst"))
    var bytes = try TemporaryFolder.bytes(at: folder.file("full.zst"))
    let groups = try TraceFile(path: folder.file("full.zst")).eventGroups
    let message = Array("damaged".utf8)
    // The last byte of the second event group's last chunk: part of that frame's checksum.
    let directory = try #require(
      bytes.firstIndex(ofSequence: Array("MTGROUP1".utf8), skipping: 5))
    #expect(groups.count == 2)
    bytes[directory - 9] ^= message[0]
    let path = try folder.write(bytes, to: "damaged.zst")
    let salvage = try Salvage(path: path)
    var events = 0
    try salvage.read(
      metadata: { _ in },
      records: { record in
        if case .events(let batch) = record { events += batch.count }
      })
    #expect(events == 3)
    #expect(salvage.stop?.message.contains("row group of events 3 to 9") == true)
  }

  @Test func `a writer that never finished leaves what was whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("log.zst")
    var matcher = EventMatcher()
    let log = RandomLog(seed: 3, count: 300)
    let writer = try TraceWriter(path: path, replaces: false)
    for var batch in log.batches(of: [100]) {
      matcher.match(&batch)
      try writer.append(.events(batch))
      try writer.endRowGroup()
    }
    #expect(try folder.names() == ["log.zst.partial"])
    var replay: [UInt64] = []
    let salvage = try Salvage(path: path + ".partial")
    try salvage.read(
      metadata: { _ in },
      records: { if case .events(let batch) = $0 { replay += batch.times } })
    #expect(replay == log.events.map(\.time))
    writer.discard()
    #expect(try folder.names() == [])
  }
}

/// A file whose bytes are changed where they are.
private struct BytesInPlace {
  private let file: FileHandle

  init(_ path: String) throws {
    file = try #require(FileHandle(forUpdatingAtPath: path))
  }

  func put(_ byte: UInt8, at offset: Int) throws {
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data([byte]))
  }

  func cut(to length: Int) throws { try file.truncate(atOffset: UInt64(length)) }
}

extension [UInt8] {
  /// Where a sequence begins, other occurrences before it passed over.
  fileprivate func firstIndex(ofSequence sequence: [UInt8], skipping: Int) -> Int? {
    let places = indices.dropLast(sequence.count).filter {
      self[$0..<($0 + sequence.count)].elementsEqual(sequence)
    }
    return places.dropFirst(skipping).first
  }
}
