import TraceModel

/// One capture while it is read: hands each line's tokens to those who put records together.
struct CaptureSession {
  private var threads = ThreadDumps()
  private var plain = PlainDumps()
  private var runtime: RuntimeLines
  private var process: ProcessSamples
  private(set) var evidence = CaptureEvidence()
  /// The last line has no end, so its number may be cut.
  private(set) var cutLine: Int?

  init(source: Int) {
    runtime = RuntimeLines(source: source)
    process = ProcessSamples(source: source)
  }

  /// Reads the line in `range`, which is without its end; `isCut` where it has none.
  mutating func line(_ bytes: [UInt8], _ range: Range<Int>, number: Int, isCut: Bool) {
    let tokens = CaptureToken.tokens(of: bytes, in: range)
    var prefix: LogPrefix?
    for token in tokens {
      switch token {
      case .prefix(let found):
        evidence.hasText = true
        evidence.hasLogLine = true
        threads.prefix(found, line: number)
        prefix = found
      case .dump(let text, let place):
        evidence.hasText = true
        if isCut, place.upperBound == range.upperBound, text.value != nil,
          text.value != .notEnoughInfo
        {
          cutLine = number
          guard text.first == .appHeapUsed else { continue }
        }
        let isLineEnd = place.upperBound == range.upperBound
        let isLine = place == range || (text.isHeader && isLineEnd && prefix == nil)
        dump(text, isLine: isLine, prefix: prefix, line: number)
      case .other(let place):
        if isCut, place == range, DumpText.isBeginning(bytes, place) { continue }
        other(bytes, place, prefix: prefix, isLine: place == range, line: number)
      }
    }
  }

  mutating func finish() {
    threads.finish()
    plain.finish()
    runtime.finish()
    process.finish()
  }

  mutating func takeClosed() -> [ClosedPiece] { threads.takeClosed() + plain.takeClosed() }

  mutating func takeLines() -> [(line: Int, CaptureLine)] {
    runtime.takeFinished() + process.takeFinished().map { ($0.line, .process($0)) }
  }

  var wrappedLine: Int? { runtime.wrappedLine }

  /// Records that begin before this line are final; nil where nothing is open.
  var firstOpenLine: Int? {
    [
      threads.firstOpenLine, plain.firstOpenLine, runtime.firstOpenLine, process.firstOpenLine,
    ].compactMap { $0 }.min()
  }

  mutating func noteLookAlike(line: Int) {
    evidence.lookAlikeLine = evidence.lookAlikeLine ?? line
  }

  private mutating func dump(_ text: DumpText, isLine: Bool, prefix: LogPrefix?, line: Int) {
    if threads.text(text, isLine: isLine) { return }
    if isLine {
      plain.text(text, line: line)
    } else {
      plain.other()
      if !text.first.isStart || prefix == nil { noteLookAlike(line: line) }
    }
    threads.orphan(text, after: prefix)
  }

  private mutating func other(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    prefix: LogPrefix?,
    isLine: Bool,
    line: Int
  ) {
    let isLog = evidence.text(bytes, range, line: line, isLogged: prefix != nil)
    let isRuntimes = runtime.text(bytes, range, prefix: prefix, line: line)
    if !isRuntimes, isLine { _ = process.text(bytes, range, line: line) }
    if let prefix, isLog || isRuntimes {
      threads.log(by: prefix.thread)
    } else {
      threads.other()
    }
    if prefix == nil { plain.other() }
  }
}
