import ThreadPool
import TraceModel

/// Reads and parses blocks ahead of whoever takes them, in order.
///
/// Rationale: each reading hands its block on to be parsed and begins the next reading by itself. Were
/// the taker to do so, its jobs would be late whenever it is busy, or it would wait for a reading while
/// parsed blocks wait for it.
final class LineParsing: Sendable {
  private struct State {
    var parsing: [Future<ParsedLines, Never>] = []
    var reading: Future<Void, Never>?
    var isAtEnd = false
    /// Why reading ended, for whoever has taken the lines before.
    var failure: TraceError?
    /// A CSV's columns, once a line has named them.
    var columns: EventColumns?
    var spareRows: [EventRows] = []
  }

  private let cutter: LineCutter
  private let spelling: AllocatorLogReader.Spelling
  private let pool: ThreadPool
  private let state = Locked(State())
  /// Blocks at work at the most: enough to last while a row group is encoded.
  private let limit: Int

  init(_ cutter: LineCutter, spelling: AllocatorLogReader.Spelling, pool: ThreadPool) {
    self.cutter = cutter
    self.spelling = spelling
    self.pool = pool
    // What comes from a live input is handed on at once.
    limit = pool.threadCount == 1 || cutter.follows ? 1 : 24 + 4 * pool.threadCount
  }

  private enum Step {
    case take(Future<ParsedLines, Never>)
    case wait(Future<Void, Never>)
    case end(TraceError?)
  }

  /// The next block's lines; nil at the end of the input.
  func next() throws(TraceError) -> ParsedLines? {
    while true {
      switch state.withLock({ step(&$0) }) {
      case .take(let parsing): return parsing.take()
      case .wait(let reading): reading.take()
      case .end(let failure?): throw failure
      case .end(nil): return nil
      }
    }
  }

  private func step(_ state: inout State) -> Step {
    let first = state.parsing.isEmpty ? nil : state.parsing.removeFirst()
    readOn(&state)
    if let first { return .take(first) }
    return state.reading.map(Step.wait) ?? .end(state.failure)
  }

  /// Takes rows back that are not needed any more.
  func giveBack(_ rows: EventRows) {
    state.withLock { $0.spareRows.append(rows) }
  }

  /// Begins to read the next block where there is room for it.
  private func readOn(_ state: inout State) {
    guard state.reading == nil, !state.isAtEnd, state.parsing.count < limit else { return }
    state.reading = pool.run(cutter.mayWait ? .input : .soon) { self.read() }
  }

  private func read() {
    let block: Result<LineBlock?, TraceError>
    do throws(TraceError) {
      block = .success(try cutter.next())
    } catch {
      block = .failure(error)
    }
    state.withLock { state in
      state.reading = nil
      switch block {
      case .success(let block?): parse(block, &state)
      case .success(nil): state.isAtEnd = true
      case .failure(let error):
        state.isAtEnd = true
        state.failure = error
      }
      readOn(&state)
    }
  }

  private func parse(_ block: LineBlock, _ state: inout State) {
    let rows = state.spareRows.popLast() ?? EventRows()
    let spelling = spelling
    guard spelling != .csv || state.columns != nil else {
      // Until a header is found, each block must know what the one before found.
      let parsed = ParsedLines(block, spelling: spelling, columns: &state.columns, into: rows)
      state.parsing.append(pool.run(.soon) { parsed })
      return
    }
    let columns = state.columns
    state.parsing.append(
      pool.run(.soon) {
        var columns = columns
        return ParsedLines(block, spelling: spelling, columns: &columns, into: rows)
      })
  }
}
