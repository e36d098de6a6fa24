import MemtraceTestSupport
import TraceModel
import TraceRecording

/// Keeps the lines of a log.
final class LineSink: RecordingSink {
  private(set) var bytes: [UInt8] = []
  private(set) var isFinished = false
  private(set) var isDiscarded = false
  /// Fails when it has been given more bytes.
  var limit = Int.max

  func write(_ lines: UnsafeRawBufferPointer) throws(TraceError) {
    unsafe bytes += lines
    if bytes.count > limit { throw TraceError(.inputOutput, "no space left") }
  }

  func flush() {}
  func finish() { isFinished = true }
  func discard() { isDiscarded = true }

  var lines: [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The lines behind the header, without stacks.
  var events: [String] { lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix("stack ") } }
}

/// A collector over rings that a test writes.
final class Recording {
  let folder: TemporaryFolder
  let collector: Collector

  init(root: UInt32 = 100, followsChildren: Bool = false, resolution: UInt64 = 1) throws {
    folder = try TemporaryFolder()
    var options = Collector.Options(root: root)
    options.followsChildren = followsChildren
    options.sampleNanoseconds = 0
    options.resolutionNanoseconds = resolution
    let box = SinkBox()
    collector = Collector(folder: folder.path, options: options) { pid in box.make(pid) }
    self.box = box
  }

  private let box: SinkBox

  func ring(
    pid: UInt32 = 100, start: UInt64 = 1, number: UInt32 = 0, tid: UInt32 = 100,
    capacity: Int = 1 << 16
  ) throws -> RingFile {
    try RingFile(
      in: folder.path, pid: pid, start: start, number: number, tid: tid, capacity: capacity)
  }

  func sink(_ pid: UInt32 = 100) -> LineSink { box.sinks[pid] ?? LineSink() }

  /// What is written after a round at a time.
  func events(at time: UInt64) throws -> [String] {
    _ = collector.round(at: time)
    for log in collector.logs { try log.handOn() }
    return sink().events
  }

  /// Ends the program and returns all events.
  func end(_ end: ProcessEnd = .unknown) throws -> [String] {
    collector.ended(100, end)
    try collector.finish()
    return sink().events
  }
}

private final class SinkBox {
  var sinks: [UInt32: LineSink] = [:]

  func make(_ pid: UInt32) -> LineSink {
    let sink = LineSink()
    sinks[pid] = sink
    return sink
  }
}
