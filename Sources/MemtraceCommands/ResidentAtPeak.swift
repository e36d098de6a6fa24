import TraceAnalysis
import TraceModel
import TraceStore

extension TraceFile {
  /// Resident memory near the committed peak; nil where the log has no samples.
  ///
  /// Reads the row groups around the peak, as far as the samples next to it.
  func residentAtPeak() throws -> ResidentMoment? {
    guard summary.residentPeak != nil else { return nil }
    let peak = summary.committedPeak
    let groups = rangeGroups
    let split = groups.firstIndex { peak.event < $0.firstEvent + UInt64($0.rows) } ?? groups.count
    var after: ResidentReading?
    var before: ResidentReading?
    for (index, group) in groups.enumerated().dropFirst(split) {
      let readings = ResidentReading.all(in: try unplacedEvents(of: group))
      after = readings.first { $0.event >= peak.event }
      if index == split { before = readings.last { $0.event < peak.event } }
      if after != nil { break }
    }
    for group in groups.prefix(split).reversed() where before == nil {
      before = ResidentReading.all(in: try unplacedEvents(of: group)).last
    }
    return .nearest(
      try before.map(moment), try after.map(moment), to: ByteCount(peak.bytes))
  }

  private func moment(_ reading: ResidentReading) throws -> ResidentMoment {
    let cells = try cells(after: [reading.event]).first ?? []
    return ResidentMoment(
      reading: reading, committed: ByteCount(cells.reduce(0) { $0 &+ $1.committed }),
      reserved: ByteCount(cells.reduce(0) { $0 &+ $1.reserved }),
      peakTime: summary.committedPeak.time)
  }
}
