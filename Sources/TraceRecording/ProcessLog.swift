import Glibc
package import TraceModel

/// The log of one process: its lines, and what has been said in them so far.
package final class ProcessLog {
  package let pid: UInt64
  let sink: any RecordingSink
  let text: LogText
  /// Lines tell times to so many nanoseconds; events are in the order of what the clock said.
  private let resolution: UInt64
  /// Output times never go back.
  private(set) var lastTime: UInt64 = 0
  package private(set) var eventCount: UInt64 = 0
  private var threads: Set<UInt64> = []
  /// The number of the last frame defined.
  private var lastFrame: UInt64 = 0
  private var hasHeader = false
  /// Its own end; nil while it runs or where nobody knows.
  var end: ProcessEnd?
  /// Its result is whole, under its name.
  package private(set) var isFinished = false
  /// The last signal that the program said it dies of.
  var lastSignal: UInt64?

  init(pid: UInt64, sink: any RecordingSink, resolution: UInt64) {
    self.pid = pid
    self.resolution = resolution
    self.sink = sink
    text = LogText(sink)
  }

  package var threadCount: Int { threads.count }

  func sawThread(_ thread: UInt64) { threads.insert(thread) }

  /// Hands the lines so far to the sink.
  package func handOn() throws(TraceError) { try text.handOn() }

  func finish() throws(TraceError) {
    guard !isFinished else { return }
    try text.flush()
    isFinished = true
    try sink.finish()
  }

  // MARK: Lines

  /// The first line; nothing where it stands already.
  func begin(pageSize: UInt64, executable: [UInt8]) throws(TraceError) {
    guard !hasHeader else { return }
    hasHeader = true
    try text.ensure(LogText.longestText + 200)
    text.text("#memtrace-log 1 clock=monotonic-ns pagesize=")
    text.decimal(pageSize)
    text.text(" scope=process pid=")
    text.decimal(pid)
    text.text(" exe=")
    // The header's values end at a blank.
    text.visible(executable.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 })
    text.byte(UInt8(ascii: "\n"))
  }

  /// Time and thread of an event, with room for a line without texts.
  @inline(__always)
  func event(at time: UInt64, thread: UInt64) throws(TraceError) {
    try text.ensure(512)
    start(at: time, thread: thread)
  }

  /// As ``event(at:thread:)``, with room for texts.
  func eventWithText(at time: UInt64, thread: UInt64) throws(TraceError) {
    try text.ensure(3 * LogText.longestText)
    start(at: time, thread: thread)
  }

  @inline(__always)
  private func start(at time: UInt64, thread: UInt64) {
    if time > lastTime { lastTime = time }
    eventCount &+= 1
    text.time(lastTime &- lastTime % resolution)
    text.text(" tid=")
    text.decimal(thread)
  }

  /// Defines a frame and returns its number.
  func define(_ frame: [UInt8], parent: UInt64) throws(TraceError) -> UInt64 {
    try text.ensure(LogText.longestText + 100)
    lastFrame += 1
    text.text("stack ")
    text.decimal(lastFrame)
    if parent != 0 {
      text.text(" parent=")
      text.decimal(parent)
    }
    text.text(" frame=")
    text.visible(frame)
    text.byte(UInt8(ascii: "\n"))
    return lastFrame
  }

  /// What the kernel says of its memory.
  func sample(_ sample: ResidentSample) throws(TraceError) {
    try event(at: sample.time, thread: pid)
    text.text(" sample rss=")
    text.decimal(sample.rss)
    if let pss = sample.pss {
      text.text(" pss=")
      text.decimal(pss)
    }
    for (name, bytes) in sample.parts {
      text.text(name)
      text.decimal(bytes)
    }
    text.byte(UInt8(ascii: "\n"))
    for mapping in sample.mappings.all {
      try event(at: sample.time, thread: pid)
      text.text(" resident addr=")
      text.hexadecimal(mapping.start)
      text.text(" size=")
      text.decimal(mapping.bytes)
      text.text(" rss=")
      text.decimal(mapping.rss)
      text.byte(UInt8(ascii: "\n"))
    }
  }
}

/// How a process ended.
package enum ProcessEnd: Hashable, Sendable {
  case exit(status: Int32)
  case signal(number: Int32)
  /// It is gone, and nobody could wait for it.
  case unknown
}
