import Glibc
import TraceIngest
import TraceModel
import TraceRecording
import TraceStore

/// Where the log of a recorded process goes, by the name of its file.
struct RecordOutput {
  /// Whether a result may replace an existing file.
  var replaces: Bool
  /// The session's folder, for what is needed meanwhile.
  var session: String
  /// What a store is made with.
  var ingestion: TraceIngestion.Options

  /// A store or a log.
  func sink(_ path: String) throws(TraceError) -> any RecordingSink {
    path.hasSuffix(".zst")
      ? try StoreSink(path: path, replaces: replaces, session: session, options: ingestion)
      : try LogFileSink(path: path, replaces: replaces)
  }

  /// `trace.zst` to `trace.PID.zst`.
  static func path(_ path: String, ofChild pid: UInt32) -> String {
    let folder = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[folder...].lastIndex(of: "."), dot > folder else {
      return "\(path).\(pid)"
    }
    return "\(path[..<dot]).\(pid)\(path[dot...])"
  }
}

/// A text log.
final class LogFileSink: RecordingSink {
  private let file: OutputFile

  init(path: String, replaces: Bool) throws(TraceError) {
    file = try OutputFile(path: path, replaces: replaces)
  }

  func write(_ lines: UnsafeRawBufferPointer) throws(TraceError) {
    try file.write(unsafe Array(lines))
  }

  func flush() throws(TraceError) { try file.flush() }
  func finish() throws(TraceError) { try file.commit() }
  func discard() { file.discard() }
}

/// A store: the lines go through a pipe into what `memtrace ingest` does, on a thread of its own.
final class StoreSink: RecordingSink {
  private let path: String
  private var writeEnd: Int32
  private let ingest: IngestThread

  init(
    path: String, replaces: Bool, session: String, options: TraceIngestion.Options
  ) throws(TraceError) {
    self.path = path
    // The name becomes that of the source in the store.
    let pipe = "\(session)/record"
    guard unsafe mkfifo(pipe, 0o600) == 0 else {
      throw StoreSink.failure("cannot make a pipe", pipe)
    }
    defer { _ = unsafe unlink(pipe) }
    // A named pipe opens for writing only where it is open for reading.
    let readEnd = unsafe open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    writeEnd = unsafe open(pipe, O_WRONLY | O_CLOEXEC)
    defer { close(readEnd) }
    guard readEnd >= 0, writeEnd >= 0 else { throw StoreSink.failure("cannot open a pipe", pipe) }
    // F_SETPIPE_SZ: fewer changes between the two threads.
    _ = fcntl(writeEnd, 1031, 1 << 20)
    let input = try InputFile(path: pipe)
    ingest = IngestThread(
      input: input, writer: try TraceWriter(path: path, replaces: replaces), options: options)
    try ingest.start()
  }

  deinit {
    if writeEnd >= 0 { close(writeEnd) }
  }

  func write(_ lines: UnsafeRawBufferPointer) throws(TraceError) {
    var start = 0
    while start < lines.count {
      let count = unsafe Glibc.write(
        writeEnd, lines.baseAddress?.advanced(by: start), lines.count - start)
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        let failure = StoreSink.failure("cannot write", path)
        // The other end has closed the pipe: it knows why.
        throw end() ?? failure
      }
    }
  }

  func flush() {}

  func finish() throws(TraceError) {
    if let error = end() { throw error }
    Messages.print(ingest.diagnostics)
  }

  func discard() {
    _ = end()
    ingest.writer.discard()
  }

  /// Ends the input and waits for the store.
  private func end() -> TraceError? {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
    return ingest.join()
  }

  private static func failure(_ what: String, _ path: String) -> TraceError {
    let reason = unsafe String(cString: strerror(errno))
    return TraceError(.inputOutput, "\(what): \(reason)", at: SourceLocation(file: path))
  }
}

/// A run of ingest on a thread of its own.
///
/// Rationale: all but the starter's `join` is used by that thread alone, which is over after it.
private final class IngestThread: @unchecked Sendable {
  let writer: TraceWriter
  private(set) var diagnostics: [Diagnostic] = []
  private let options: TraceIngestion.Options
  private var input: InputFile?
  private var error: TraceError?
  private var thread: pthread_t?

  init(input: InputFile, writer: TraceWriter, options: TraceIngestion.Options) {
    self.input = input
    self.writer = writer
    self.options = options
  }

  func start() throws(TraceError) {
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let ingest = unsafe Unmanaged<IngestThread>.fromOpaque(context).takeRetainedValue()
        ingest.run()
        return nil
      }, unsafe Unmanaged.passRetained(self).toOpaque())
    guard status == 0 else {
      unsafe Unmanaged.passUnretained(self).release()
      throw TraceError(.limitExceeded, "no thread can be started")
    }
    self.thread = thread
  }

  /// Waits for the end of the run and says why it failed.
  func join() -> TraceError? {
    if let thread { pthread_join(thread, nil) }
    thread = nil
    return error
  }

  private func run() {
    guard let input else { return }
    CollectionPace.yieldToProgram()
    do {
      var ingestion = TraceIngestion(writer: writer, options: options)
      try ingestion.ingest([input])
      try ingestion.finish()
      diagnostics = ingestion.metadata.diagnostics
    } catch let error as TraceError {
      self.error = error
    } catch {
      self.error = TraceError(.inputOutput, "\(error)")
    }
    // Closes the pipe, so that its writer is told.
    self.input = nil
  }
}
