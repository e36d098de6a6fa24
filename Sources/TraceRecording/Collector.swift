import CMemtraceChannel
import Glibc
package import TraceModel
import TraceSymbols

/// Takes the records of a recorded program out of the session folder and writes them as logs.
///
/// One log a process: the program's, and those of its children where they are followed.
package final class Collector {
  package struct Options {
    /// The program that was started.
    package var root: UInt32
    package var followsChildren = false
    /// Between two readings of a process's resident memory; 0 for none.
    package var sampleNanoseconds: UInt64 = 100_000_000
    /// Times are rounded down to multiples of it; at least 1.
    ///
    /// Rationale: to read the clock takes several times as long, and to record an event twenty times:
    /// what is below says nothing of the program, and would cost up to half of a store.
    package var resolutionNanoseconds: UInt64 = 10

    package init(root: UInt32) {
      self.root = root
    }
  }

  package typealias SinkMaker = (_ pid: UInt32) throws(TraceError) -> any RecordingSink

  /// How long a file may stand without a header before it is taken for something else.
  private static let unfinishedNanoseconds: UInt64 = 2_000_000_000
  /// Lines stand in the file after this time at the latest.
  private static let flushNanoseconds: UInt64 = 200_000_000

  private let folder: String
  private let options: Options
  private let makeSink: SinkMaker
  private let symboliser = Symboliser()

  /// Programs in the order in which they began.
  private var processes: [RecordedProcess] = []
  package private(set) var logs: [ProcessLog] = []
  private var listing: SessionListing
  private var unfinished: [String: UInt64] = [:]
  /// Processes that have no file of their own.
  private var refused: Set<UInt32> = []
  private var foreignFiles: [(name: String, reason: String)] = []
  private var ends: [UInt64: ProcessEnd] = [:]
  private var watches: [UInt64: ProcessWatch] = [:]
  private var nextSample: UInt64 = 0
  private var nextFlush: UInt64 = 0
  private var notes: [UInt64: RecordingNotes] = [:]
  /// What ended the writing; the program goes on without.
  package private(set) var failure: TraceError?

  /// Asks `makeSink` once for each process, at its first record.
  package init(folder: String, options: Options, makeSink: @escaping SinkMaker) {
    self.folder = folder
    self.options = options
    self.makeSink = makeSink
    listing = SessionListing(folder)
  }

  deinit {
    for process in processes { process.abandon() }
  }

  package static func now() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }

  /// Whether a process of its own that is still running is recorded, besides the program.
  package var hasRunningChildren: Bool {
    processes.contains { $0.pid != options.root && !$0.isOver }
  }

  /// What made the recording of the program less than whole.
  package func diagnostics(of log: ProcessLog) -> [Diagnostic] {
    var all = notes[log.pid]?.diagnostics ?? []
    if log.pid == UInt64(options.root) {
      all += foreignFiles.map {
        Diagnostic(.warning, "\($0.reason): not read", at: SourceLocation(file: $0.name))
      }
    }
    return all
  }

  /// Events that the program could not hand over.
  package func lost(of log: ProcessLog) -> UInt64 { notes[log.pid]?.lost ?? 0 }

  // MARK: Rounds

  /// Says that a process has ended, and how.
  package func ended(_ pid: UInt32, _ end: ProcessEnd) {
    ends[UInt64(pid)] = end
  }

  /// Takes what is there; returns how full the fullest ring was, in eighths.
  ///
  /// `now` is the time of the monotonic clock, read before anything else is looked at.
  package func round(at now: UInt64 = Collector.now()) -> Int {
    // The ends first: what a process has written before its end is then there to be seen.
    watchChildren()
    openRings(at: now)
    guard failure == nil else {
      for process in processes { process.abandon() }
      return 0
    }
    do {
      return try write(at: now)
    } catch {
      failure = error
      for process in processes { process.abandon() }
      return 0
    }
  }

  private func write(at now: UInt64) throws(TraceError) -> Int {
    try takeSamples(at: now)
    var fill = RingFill.none
    for process in processes where !process.isOver {
      // What a process was before its exec is written before what it is now.
      let isReplaced = processes.contains {
        $0.pid == process.pid && $0.start > process.start
      }
      let end = ends[UInt64(process.pid)]
      let isEnded = isReplaced || end != nil
      fill = max(fill, try process.round(at: now, isEnded: isEnded))
      guard isEnded else { continue }
      note(process)
      try process.finish()
      note(process)
      if !isReplaced, let end {
        process.log.end = end
        try process.writeEnd(end, at: now)
        // The files of a program's many children are not all kept open.
        if process.pid != options.root { try process.log.finish() }
      }
    }
    if now >= nextFlush {
      nextFlush = now &+ Collector.flushNanoseconds
      for log in logs where !log.isFinished { try log.text.flush() }
    }
    return fill.eighths
  }

  private func note(_ process: RecordedProcess) {
    notes[UInt64(process.pid), default: RecordingNotes()].add(process.notes)
    process.notes = RecordingNotes()
  }

  private func takeSamples(at now: UInt64) throws(TraceError) {
    guard options.sampleNanoseconds > 0, now >= nextSample else { return }
    nextSample = now &+ options.sampleNanoseconds
    for process in processes
    where !process.isOver && process.pendingSample == nil && ends[UInt64(process.pid)] == nil {
      process.pendingSample = ResidentSample(pid: UInt64(process.pid), time: Collector.now())
    }
    // A large process takes the kernel long; it is asked less often then.
    let cost = Collector.now() &- now
    nextSample = max(nextSample, now &+ cost &* 20)
  }

  // MARK: Rings

  private func openRings(at now: UInt64) {
    for name in listing.newNames(again: !unfinished.isEmpty) {
      let path = "\(folder)/\(name)"
      switch Ring.open(path) {
      case .ring(let ring):
        unfinished[name] = nil
        // The mapping stays; so that nothing is left behind however this process ends.
        _ = unsafe unlink(path)
        add(ring)
      case .unfinished:
        let since = unfinished[name] ?? now
        unfinished[name] = since
        if now &- since > Collector.unfinishedNanoseconds {
          unfinished[name] = nil
          listing.ignore(name)
        }
      case .foreign(let reason):
        unfinished[name] = nil
        listing.ignore(name)
        foreignFiles.append((name, reason))
      }
    }
  }

  private func add(_ ring: Ring) {
    let isRoot = ring.pid == options.root
    guard isRoot || options.followsChildren, failure == nil, !refused.contains(ring.pid) else {
      ring.abandon()
      return
    }
    if let known = processes.first(where: {
      $0.pid == ring.pid && $0.start == ring.processStart && !$0.isOver
    }) {
      known.add(ring)
      return
    }
    do {
      let log = try log(of: ring.pid)
      let process = RecordedProcess(
        pid: ring.pid, start: ring.processStart, log: log, symboliser: symboliser)
      process.add(ring)
      processes.append(process)
      processes.sort { $0.start < $1.start }
      if !isRoot, watches[UInt64(ring.pid)] == nil {
        watches[UInt64(ring.pid)] = ProcessWatch(ring.pid)
      }
    } catch {
      ring.abandon()
      if isRoot {
        failure = failure ?? error
      } else {
        refused.insert(ring.pid)
        foreignFiles.append((error.location?.file ?? "process \(ring.pid)", error.message))
      }
    }
  }

  private func log(of pid: UInt32) throws(TraceError) -> ProcessLog {
    if let log = logs.first(where: { $0.pid == UInt64(pid) && $0.end == nil }) { return log }
    let log = ProcessLog(
      pid: UInt64(pid), sink: try makeSink(pid), resolution: options.resolutionNanoseconds)
    logs.append(log)
    return log
  }

  private func watchChildren() {
    for (pid, watch) in watches where ends[pid] == nil && watch.hasEnded {
      ends[pid] = .unknown
    }
  }

  // MARK: The end

  /// Writes what is left of all processes, also of those that go on without being recorded.
  package func finish() throws(TraceError) {
    for process in processes where !process.isOver && ends[UInt64(process.pid)] == nil {
      ends[UInt64(process.pid)] = .unknown
    }
    _ = round()
    for process in processes { process.abandon() }
    if let failure {
      for log in logs where !log.isFinished { log.sink.discard() }
      throw failure
    }
    for log in logs { try log.finish() }
  }
}
