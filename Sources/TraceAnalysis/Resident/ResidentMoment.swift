package import TraceModel

/// Resident beside committed and reserved memory, at the sample that tells most of a peak.
///
/// The three are different measures of one moment: they are compared and never added.
package struct ResidentMoment: Hashable, Sendable {
  package var reading: ResidentReading
  /// Live committed bytes at the reading, which need not be those of the peak.
  package var committed: ByteCount
  /// Mapped without access at the reading.
  package var reserved: ByteCount
  /// Nanoseconds from the peak to the reading; negative where it comes before.
  package var delay: Int64

  package init(
    reading: ResidentReading, committed: ByteCount, reserved: ByteCount, peakTime: UInt64
  ) {
    self.reading = reading
    self.committed = committed
    self.reserved = reserved
    let isLater = reading.time >= peakTime
    let distance = Int64(
      clamping: isLater ? reading.time - peakTime : peakTime - reading.time)
    delay = isLater ? distance : -distance
  }

  /// What of the committed bytes cannot be in memory, at the least.
  package var untouched: ByteCount { max(.zero, committed - reading.resident) }

  /// Which of the readings around a peak shows it: the one with committed bytes nearer to the peak's.
  ///
  /// Of equals the later one, since memory is committed before it is touched.
  package static func nearest(
    _ before: ResidentMoment?, _ after: ResidentMoment?, to peak: ByteCount
  ) -> ResidentMoment? {
    guard let before, let after else { return after ?? before }
    let distance = { (moment: ResidentMoment) in
      max(peak - moment.committed, moment.committed - peak)
    }
    return distance(before) < distance(after) ? before : after
  }
}
