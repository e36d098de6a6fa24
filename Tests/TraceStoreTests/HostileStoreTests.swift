import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel
import TraceStore

/// Stores whose checksums are right and whose content somebody made up.
@Suite struct HostileStoreTests {
  /// Asks a store everything; any `TraceError` will do, a trap will not.
  private static func askEverything(_ path: String) -> Bool {
    do {
      let file = try TraceFile(path: path)
      _ = try file.recordedBatches()
      for group in file.eventGroups {
        let batch = try file.aggregates(of: group)
        let last = batch.firstEvent + UInt64(max(batch.count, 1)) - 1
        var cells = CellsAggregator(after: [last])
        var sites = SiteAggregator()
        var threads = ThreadAggregator()
        var timeline = TimelineAggregator(
          buckets: 20, from: file.summary.firstTime ?? 0, through: file.summary.lastTime ?? 0)
        cells.consume(batch)
        sites.consume(batch)
        threads.consume(batch)
        timeline.consume(batch)
        _ = timeline.finish()
        for cells in cells.results {
          _ =
            EventFootprint.footprint(
              of: cells, measure: .committed, at: file.summary.committedPeak,
              covers: file.summary.covers
            ).total
        }
      }
      _ = SnapshotFootprint.peak(of: try file.snapshots())
      _ = try (file.captureLines(), file.stacks(), file.logHeaders())
      _ = try file.verify()
      return true
    } catch {
      return false
    }
  }

  private static func salvage(_ path: String) throws {
    do {
      var matcher = EventMatcher()
      try Salvage(path: path).read(
        metadata: { _ in },
        records: { record in
          guard case .events(var batch) = record else { return }
          matcher.match(&batch)
        })
      _ = matcher.summary
    } catch is TraceError {}
  }

  /// A store whose content is changed, group by group.
  enum Original: String, CaseIterable {
    /// Of versions 2 and 5, with something of everything.
    case earlier
    case full
    /// With every way in which an address can be kept.
    case addresses
    /// With a clock that advances in ticks.
    case ticks

    var version: UInt64 { self == .earlier ? 2 : 6 }

    func groups() throws -> [RawStore.Group] {
      let folder = try TemporaryFolder()
      var path = folder.file("original.zst")
      switch self {
      case .earlier: path = Samples.path("stores/v2/full.zst")
      case .full: try FullTrace.write(to: path)
      case .addresses: try AddressTrace.write(to: path)
      case .ticks: try TickTrace.write(to: path)
      }
      return try RawStore.groups(of: try TemporaryFolder.bytes(at: path))
    }
  }

  @Test(arguments: Original.allCases)
  func `a store put together by hand is read`(original: Original) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      RawStore.store(try original.groups(), version: original.version), to: "hand.zst")
    #expect(HostileStoreTests.askEverything(path))
    #expect(try TraceFile(path: path).version == UInt32(original.version))
    if [.earlier, .full].contains(original) {
      #expect(try TraceFile(path: path).stacks().definitions == FullTrace.stacks)
    }
  }

  @Test(arguments: Original.allCases, SeededGenerator.seeds(4))
  func `changed content under right checksums is an error or an answer, never a trap`(
    original: Original, seed: UInt64
  ) throws {
    let groups = try original.groups()
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Soak.times(original == .full ? 100 : 30) {
      var changed = groups
      for _ in 0...(random.next() % 2) { HostileStoreTests.change(&changed, &random) }
      let path = try folder.write(
        RawStore.store(changed, version: original.version), to: "hostile.zst")
      _ = HostileStoreTests.askEverything(path)
      try HostileStoreTests.salvage(path)
    }
  }

  /// Makes up one number, in a column's content or in a directory.
  private static func change(_ groups: inout [RawStore.Group], _ random: inout SeededGenerator) {
    let group = Int(random.next() % UInt64(groups.count))
    guard !groups[group].chunks.isEmpty else { return }
    let place = Int(random.next() % UInt64(groups[group].chunks.count))
    let extremes: [UInt64] = [0, 1, 2, 255, .max, .max - 1, 1 << 63, 1 << 32, 1 << 62]
    let number = RawStore.varint(
      random.once(in: 3)
        ? random.next() % 20 : extremes[Int(random.next() % UInt64(extremes.count))])
    switch random.next() % 15 {
    case 0: groups[group].rows = random.next() % 12
    case 1: groups[group].chunks.remove(at: place)
    case 2: groups[group].chunks[place].column = random.next() % 90
    case 3: groups[group].chunks[place].encoding = random.next() % 8
    case 4: groups[group].chunks[place].values = random.next() % 12
    // Columns of fixed width keep their length.
    case 5, 6, 7:
      let content = groups[group].chunks[place].content
      guard !content.isEmpty else { return }
      let byte = Int(random.next() % UInt64(content.count))
      groups[group].chunks[place].content[byte] =
        random.once(in: 2) ? UInt8(random.next() % 24) : UInt8(truncatingIfNeeded: random.next())
    default:
      let content = groups[group].chunks[place].content
      guard !content.isEmpty else { return }
      let start = Int(random.next() % UInt64(content.count))
      var end = start
      while end < content.count - 1, content[end] >= 0x80 { end += 1 }
      groups[group].chunks[place].content.replaceSubrange(start...end, with: number)
    }
  }
}
