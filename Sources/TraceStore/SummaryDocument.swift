import TraceModel

/// The summary of the events as bytes, and back.
enum SummaryDocument {
  static func columns(_ summary: TraceSummary) -> [Column] {
    let columns = [
      Column(.document, blob: encode(summary)),
      Column(.peakCells, blob: summary.peakCells.map(PeakDocuments.encode) ?? []),
      Column(.peakSites, blob: summary.peakSites.map(PeakDocuments.encode) ?? []),
    ]
    return columns.filter { !$0.content.isEmpty }
  }

  static func summary(_ columns: ColumnSet) throws(TraceError) -> TraceSummary {
    var summary = try decode(columns.blob(.document))
    let cells = columns.blob(.peakCells)
    let sites = columns.blob(.peakSites)
    if !cells.isEmpty { summary.peakCells = try PeakDocuments.cells(cells) }
    if !sites.isEmpty { summary.peakSites = try PeakDocuments.sites(sites) }
    return summary
  }

  private static func encode(_ summary: TraceSummary) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(summary.eventCount)
    writer.optional(summary.firstTime)
    writer.optional(summary.lastTime)
    encode(summary.committedPeak, to: &writer)
    encode(summary.reservedPeak, to: &writer)
    writer.varint(summary.residentPeak == nil ? 0 : 1)
    if let peak = summary.residentPeak { encode(peak, to: &writer) }
    let categories = summary.categoryPeaks.sorted { $0.key < $1.key }
    writer.varint(UInt64(categories.count))
    for (category, peak) in categories {
      writer.varint(UInt64(category.code))
      encode(peak, to: &writer)
    }
    let threads = summary.threadPeaks.sorted { $0.key < $1.key }
    writer.varint(UInt64(threads.count))
    for (thread, peak) in threads {
      writer.varint(thread)
      encode(peak, to: &writer)
    }
    let facts = summary.threads.sorted { $0.key < $1.key }
    writer.varint(UInt64(facts.count))
    for (thread, fact) in facts {
      writer.varint(thread)
      writer.optionalText(fact.name)
      writer.optional(fact.creator)
      writer.optional(fact.stackBytes.map { UInt64(bitPattern: $0) })
      writer.varint(fact.isInferred ? 1 : 0)
    }
    writer.varint(summary.timeline.start)
    writer.varint(summary.timeline.shift)
    writer.varint(UInt64(summary.timeline.peaks.count))
    for peak in summary.timeline.peaks { writer.signed(peak) }
    writer.signed(summary.endBytes)
    writer.signed(summary.endBlocks)
    for count in [
      summary.missedFrees, summary.unmatchedFrees, summary.unmatchedUnmaps,
      summary.impossibleSizes, summary.backwardTimes,
    ] { writer.varint(count) }
    writer.varint(summary.covers.reduce(0) { $0 | 1 << UInt64($1.code) })
    if let resident = summary.residentFootprint { encode(resident, to: &writer) }
    return writer.bytes
  }

  /// Version 2 has it behind everything else, where the log tells of it.
  private static func encode(_ resident: ResidentFootprint, to writer: inout ByteWriter) {
    writer.varint(resident.time)
    writer.varint(resident.event)
    writer.signed(resident.committed)
    writer.signed(resident.rest.rawValue)
    let categories = resident.categories.sorted { $0.key < $1.key }
    writer.varint(UInt64(categories.count))
    for (category, bytes) in categories {
      writer.varint(UInt64(category.code))
      writer.signed(bytes.rawValue)
    }
  }

  private static func resident(_ reader: inout ByteReader) throws(TraceError) -> ResidentFootprint {
    var resident = ResidentFootprint(
      time: try reader.varint(), event: try reader.varint(), committed: try reader.signed())
    resident.rest = ByteCount(try reader.signed())
    for _ in 0..<(try reader.count(limit: MemoryCategory.allCases.count)) {
      let code = try reader.count(limit: Int(UInt8.max))
      guard let category = MemoryCategory(rawValue: UInt8(code)) else { throw ByteReader.damaged }
      resident.categories[category] = ByteCount(try reader.signed())
    }
    return resident
  }

  private static func encode(_ peak: Peak, to writer: inout ByteWriter) {
    writer.signed(peak.bytes)
    writer.varint(peak.event)
    writer.varint(peak.time)
  }

  private static func decode(_ bytes: [UInt8]) throws(TraceError) -> TraceSummary {
    var reader = ByteReader(bytes)
    var summary = TraceSummary()
    summary.eventCount = try reader.varint()
    summary.firstTime = try reader.optional()
    summary.lastTime = try reader.optional()
    summary.committedPeak = try peak(&reader)
    summary.reservedPeak = try peak(&reader)
    if try reader.varint() != 0 { summary.residentPeak = try peak(&reader) }
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let code = try reader.count(limit: Int(UInt8.max))
      guard let category = MemoryCategory(rawValue: UInt8(code)) else { throw ByteReader.damaged }
      summary.categoryPeaks[category] = try peak(&reader)
    }
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let thread = try reader.varint()
      summary.threadPeaks[thread] = try peak(&reader)
    }
    for _ in 0..<(try reader.count(limit: bytes.count)) {
      let thread = try reader.varint()
      var facts = ThreadFacts()
      facts.name = try reader.optionalText()
      facts.creator = try reader.optional()
      facts.stackBytes = try reader.optional().map { Int64(bitPattern: $0) }
      facts.isInferred = try reader.varint() != 0
      summary.threads[thread] = facts
    }
    summary.timeline.start = try reader.varint()
    summary.timeline.shift = UInt64(try reader.count(limit: 63))
    for _ in 0..<(try reader.count(limit: PeakTimeline.bucketLimit)) {
      summary.timeline.peaks.append(try reader.signed())
    }
    summary.endBytes = try reader.signed()
    summary.timeline.current = summary.endBytes
    summary.endBlocks = try reader.signed()
    summary.missedFrees = try reader.varint()
    summary.unmatchedFrees = try reader.varint()
    summary.unmatchedUnmaps = try reader.varint()
    summary.impossibleSizes = try reader.varint()
    summary.backwardTimes = try reader.varint()
    let covers = try reader.varint()
    summary.covers = Set(MemoryCategory.allCases.filter { covers >> UInt64($0.code) & 1 == 1 })
    if !reader.isAtEnd { summary.residentFootprint = try resident(&reader) }
    guard reader.isAtEnd else { throw ByteReader.damaged }
    return summary
  }

  private static func peak(_ reader: inout ByteReader) throws(TraceError) -> Peak {
    Peak(bytes: try reader.signed(), event: try reader.varint(), time: try reader.varint())
  }
}
