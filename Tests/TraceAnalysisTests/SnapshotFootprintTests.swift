import Foundation
import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceIngest
import TraceModel

@Suite struct SnapshotFootprintTests {
  private static func snapshots(in sample: String) throws -> [Snapshot] {
    let path = Samples.path("dumps/\(sample)")
    let input = try InputFile(path: path)
    let reader = try TraceReaderRegistry.reader(named: "wamr-dump")
    var lines = LineBlocks(input)
    var context = ReadContext(source: 0, file: sample, firstEvent: 0, isStrict: false)
    var snapshots: [Snapshot] = []
    do {
      try reader.read(&lines, context: &context) { record in
        if case .snapshot(let snapshot) = record { snapshots.append(snapshot) }
      }
    } catch let error as TraceError where error.code == .nothingFound {
      // A capture without a dump.
    }
    return snapshots
  }

  private static func samples() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Samples.path("dumps"))
      .filter { $0.hasSuffix(".txt") }.sorted()
  }

  @Test func `the rows of every complete dump sum to the total it printed`() throws {
    var seen = 0
    var unknown = 0
    for sample in try SnapshotFootprintTests.samples() {
      for snapshot in try SnapshotFootprintTests.snapshots(in: sample) where snapshot.isComplete {
        let footprint = SnapshotFootprint.footprint(of: snapshot, index: 0)
        seen += 1
        if footprint.unknown.isEmpty {
          #expect(footprint.total.rawValue == snapshot.bytes(.total), "\(sample)")
        } else {
          unknown += 1
          #expect(footprint.unknown.keys.map(\.self) == [.linearMemory], "\(sample)")
          #expect(!footprint.covers.contains(.linearMemory))
          #expect(!footprint.rows.contains { $0.category == .linearMemory })
        }
        #expect(footprint.rows.allSatisfy { $0.bytes > .zero }, "\(sample)")
        #expect(Set(footprint.rows.map(\.category)).isSubset(of: footprint.covers))
        for row in footprint.rows where row.container != nil {
          let holder = footprint.rows.first { $0.category == row.container }
          #expect(row.bytes <= holder?.bytes ?? .zero, "\(sample)")
        }
      }
    }
    #expect(seen > 50)
    #expect(unknown > 0)
    #expect(unknown < seen / 4)
  }

  @Test(arguments: SeededGenerator.seeds(10))
  func `a dump with absurd numbers is a footprint, never a trap`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let extremes: [Int64] = [.max, .min, 0, -1, .max - 1, .min + 1, 1 << 32, 512, 1 << 62]
    for sample in ["main__aot__hello_hb.aot.txt", "1.3.3__classic__mem4g.txt"] {
      let real = try #require(try SnapshotFootprintTests.snapshots(in: sample).last)
      for _ in 0..<200 {
        var snapshot = real
        for field in SnapshotField.allCases where random.once(in: 6) {
          let value = extremes[Int(random.next() % UInt64(extremes.count))]
          snapshot.fields[field] = random.once(in: 9) ? .notEnoughInfo : .bytes(value)
        }
        let footprint = SnapshotFootprint.footprint(of: snapshot, index: 0)
        #expect(footprint.rows.allSatisfy { $0.bytes != .zero })
      }
    }
  }

  @Test(arguments: [
    "2.2.0__classic__mem4g.txt", "1.3.3__classic__mem4g.txt",
  ])
  func `a memory of 4 GiB that wrapped is unknown, not small`(sample: String) throws {
    let snapshots = try SnapshotFootprintTests.snapshots(in: sample)
    let peak = try #require(SnapshotFootprint.peak(of: snapshots))
    #expect(peak.footprint.unknown[.linearMemory]?.isEmpty == false)
    #expect(peak.footprint.rows.contains { $0.category == .module })
  }

  @Test func `a memory of 4 GiB that did not wrap is known`() throws {
    let snapshots = try SnapshotFootprintTests.snapshots(in: "main__classic__mem4g.txt")
    let peak = try #require(SnapshotFootprint.peak(of: snapshots))
    let row = try #require(peak.footprint.rows.first)
    #expect(row.category == .linearMemory)
    #expect(row.bytes == ByteCount(65536 * 65536))
    #expect(peak.footprint.unknown.isEmpty)
  }

  @Test func `the peak is the largest complete dump, the first on ties`() {
    func snapshot(_ line: Int, _ bytes: Int64, complete: Bool = true) -> Snapshot {
      Snapshot(
        source: 0, line: line, isComplete: complete,
        fields: [.moduleStruct: .bytes(bytes), .total: .bytes(bytes)])
    }
    let snapshots = [
      snapshot(1, 100), snapshot(2, 900, complete: false), snapshot(3, 300), snapshot(4, 300),
      snapshot(5, 200),
    ]
    let peak = SnapshotFootprint.peak(of: snapshots)
    #expect(peak?.index == 2)
    #expect(peak?.footprint.total == ByteCount(300))
    #expect(peak?.footprint.event == 2)
    #expect(SnapshotFootprint.peak(of: [snapshot(1, 5, complete: false)]) == nil)
  }

  @Test func `what a total holds beyond its parts is shown`() {
    let snapshot = Snapshot(
      source: 0, line: 1, thread: "T", isComplete: true,
      fields: [.moduleStruct: .bytes(100), .execEnvStack: .bytes(50), .total: .bytes(175)])
    let footprint = SnapshotFootprint.footprint(of: snapshot, index: 0)
    #expect(footprint.total == ByteCount(175))
    #expect(footprint.rows.map(\.category) == [.module, .wasmStack, .unattributed])
    #expect(footprint.rows.allSatisfy { $0.thread == "T" })
  }

  @Test func `what was used inside stacks and the app heap is a footprint of its own`() {
    let snapshot = Snapshot(
      source: 0, line: 1, isComplete: true,
      fields: [
        .interpreterStackUsed: .bytes(2980), .auxStackUsed: .bytes(1168),
        .appHeapUsed: .notEnoughInfo,
      ])
    let used = SnapshotFootprint.used(of: snapshot, index: 3)
    #expect(used.rows.map(\.category) == [.wasmStack, .auxStack])
    #expect(used.covers == [.wasmStack, .auxStack])
    #expect(used.total == ByteCount(4148))
    #expect(!SnapshotFootprint.covers.contains(.auxStack))
  }
}
