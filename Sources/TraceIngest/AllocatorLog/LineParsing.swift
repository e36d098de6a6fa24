import ThreadPool
import TraceModel

/// Reads and parses blocks ahead of whoever takes them, in order.
struct LineParsing {
  private let cutter: LineCutter
  private let spelling: AllocatorLogReader.Spelling
  private let pool: ThreadPool
  /// A CSV's columns, once a line has named them.
  private var columns: EventColumns?
  private var reading: Future<LineBlock?, TraceError>?
  private var parsing: [Future<ParsedLines, Never>] = []
  private var spareRows: [EventRows] = []
  private var isAtEnd = false
  /// Why reading ended, for whoever has taken the lines before.
  private var failure: TraceError?
  /// Blocks at work at the most: enough to last while a row group is encoded.
  private let limit: Int

  init(_ cutter: LineCutter, spelling: AllocatorLogReader.Spelling, pool: ThreadPool) {
    self.cutter = cutter
    self.spelling = spelling
    self.pool = pool
    // What comes from a live input is handed on at once.
    limit = pool.threadCount == 1 || cutter.follows ? 1 : 32 + 8 * pool.threadCount
  }

  /// The next block's lines; nil at the end of the input.
  mutating func next() throws(TraceError) -> ParsedLines? {
    readAhead()
    if parsing.isEmpty, let failure { throw failure }
    return parsing.isEmpty ? nil : parsing.removeFirst().take()
  }

  /// Takes rows back that are not needed any more.
  mutating func giveBack(_ rows: EventRows) {
    spareRows.append(rows)
  }

  /// Hands blocks on to be parsed.
  ///
  /// What a slow pipe has not given yet keeps nobody from what it gave.
  private mutating func readAhead() {
    while parsing.count < limit, !isAtEnd,
      parsing.isEmpty || !cutter.mayWait || reading?.isSettled == true
    {
      do throws(TraceError) {
        let block = try (reading ?? readNext()).take()
        reading = nil
        guard let block else {
          isAtEnd = true
          return
        }
        reading = readNext()
        parse(block)
      } catch {
        failure = error
        isAtEnd = true
      }
    }
  }

  private func readNext() -> Future<LineBlock?, TraceError> {
    let cutter = cutter
    return pool.run(.soon) { () throws(TraceError) in try cutter.next() }
  }

  private mutating func parse(_ block: LineBlock) {
    let rows = spareRows.popLast() ?? EventRows()
    let spelling = spelling
    guard spelling != .csv || columns != nil else {
      // Until a header is found, each block must know what the one before found.
      let parsed = ParsedLines(block, spelling: spelling, columns: &columns, into: rows)
      parsing.append(pool.run(.soon) { parsed })
      return
    }
    let columns = columns
    parsing.append(
      pool.run(.soon) {
        var columns = columns
        return ParsedLines(block, spelling: spelling, columns: &columns, into: rows)
      })
  }
}
