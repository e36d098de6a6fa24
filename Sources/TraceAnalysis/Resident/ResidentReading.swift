package import TraceModel

/// What the kernel said a process had in memory, as an event of a log has it (`sample`).
package struct ResidentReading: Hashable, Sendable {
  package var event: UInt64
  /// Nanoseconds on the log's clock.
  package var time: UInt64
  /// `rss=`: bytes of the process in memory, with what it shares.
  package var resident: ByteCount
  /// `pss=`: its share of them; nil where the log does not say, as for all that follow.
  package var proportional: ByteCount?
  /// The parts of its share: heap, stacks and private data.
  package var anonymous: ByteCount?
  /// Pages of the executable, of libraries and of mapped files.
  package var fileBacked: ByteCount?
  package var sharedMemory: ByteCount?
  package var swapped: ByteCount?
  /// Of the resident bytes, those in transparent huge pages.
  package var hugePages: ByteCount?

  package init(event: UInt64, time: UInt64, resident: ByteCount) {
    self.event = event
    self.time = time
    self.resident = resident
  }

  /// The readings among the events of a batch, in order; `batch` has all recorded columns but, perhaps,
  /// addresses.
  package static func all(in batch: EventBatch) -> [ResidentReading] {
    guard batch.shapeTable.contains(where: { $0.operation == .sample }) else { return [] }
    var readings: [ResidentReading] = []
    var cursor = ExtraCursor(batch)
    for row in 0..<batch.count where Int(batch.shapes[row]) < batch.shapeTable.count {
      let shape = batch.shapeTable[Int(batch.shapes[row])]
      let values = cursor.take(shape)
      guard shape.operation == .sample, let resident = bytes("rss", values) else { continue }
      var reading = ResidentReading(
        event: batch.firstEvent + UInt64(row), time: batch.times[row], resident: resident)
      reading.proportional = bytes("pss", values)
      reading.anonymous = bytes("anon", values)
      reading.fileBacked = bytes("filebacked", values)
      reading.sharedMemory = bytes("shmem", values)
      reading.swapped = bytes("swap", values)
      reading.hugePages = bytes("hugepages", values)
      readings.append(reading)
    }
    return readings
  }

  /// Keys that the log's version 1 does not define are kept as text.
  private static func bytes(_ name: String, _ values: ExtraValues) -> ByteCount? {
    (values.number(name) ?? values.text(name).flatMap { UInt64($0) })
      .flatMap(Int64.init(exactly:)).map { ByteCount($0) }
  }
}
