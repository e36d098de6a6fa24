import ThreadPool
import TraceModel

/// Reads and parses blocks ahead of whoever takes them, in order.
///
/// Rationale: who reads lines parses them, while they are in the cache; as soon as they are read, another
/// job may read on. Each job begins the next by itself: were the taker to do so, it would be late
/// whenever the taker is busy.
final class LineParsing: Sendable {
  private struct State {
    var jobs: [Future<ParsedLines?, Never>] = []
    /// The last of the jobs reads.
    var isReading = false
    var isAtEnd = false
    /// Why reading ended, for whoever has taken the lines before.
    var failure: TraceError?
    /// A CSV's columns, once a line has named them.
    var columns: EventColumns?
  }

  private let cutter: LineCutter
  private let spelling: AllocatorLogReader.Spelling
  private let pool: ThreadPool
  private let state = Locked(State())
  /// Jobs ahead of the taker at the most: enough to last while a row group is encoded.
  ///
  /// None where nobody else would work on them, and the taker would before it is done with what it
  /// took.
  private let limit: Int

  init(_ cutter: LineCutter, spelling: AllocatorLogReader.Spelling, pool: ThreadPool) {
    self.cutter = cutter
    self.spelling = spelling
    self.pool = pool
    // What comes from a live input is handed on at once.
    limit = pool.threadCount == 1 ? 0 : cutter.follows ? 1 : 4 + pool.threadCount
  }

  /// The next lines, about as many as make a batch; nil at the end of the input.
  func next() throws(TraceError) -> ParsedLines? {
    while let job = state.withLock({ nextJob(&$0) }) {
      if let parsed = job.take() { return parsed }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return nil
  }

  private func nextJob(_ state: inout State) -> Future<ParsedLines?, Never>? {
    if state.jobs.isEmpty { readOn(&state, limit: 1) }
    guard !state.jobs.isEmpty else { return nil }
    let job = state.jobs.removeFirst()
    readOn(&state, limit: limit)
    return job
  }

  /// Begins to read on where fewer jobs are ahead than the limit says.
  private func readOn(_ state: inout State, limit: Int) {
    guard !state.isReading, !state.isAtEnd, state.jobs.count < limit else { return }
    state.isReading = true
    state.jobs.append(pool.run(cutter.mayWait ? .input : .soon) { self.lines() })
  }

  /// Reads and parses blocks; nil where there are none.
  private func lines() -> ParsedLines? {
    var reading = Reading(blocksLeft: cutter.follows ? 1 : InputLimits.batchBlocks)
    var columns = state.withLock { $0.columns }
    // Where nobody reads meanwhile, a block is parsed before the next one is read. Until a header is
    // found, whoever reads on must know what these lines tell.
    if limit == 0 || spelling == .csv && columns == nil {
      let parsed = ParsedLines({ reading.next(of: cutter) }, spelling: spelling, columns: &columns)
      end(reading, columns)
      return parsed.blocks.isEmpty ? nil : parsed
    }
    var blocks: [LineBlock] = []
    while let block = reading.next(of: cutter) { blocks.append(block) }
    end(reading, columns)
    guard !blocks.isEmpty else { return nil }
    blocks.reverse()
    return ParsedLines({ blocks.popLast() }, spelling: spelling, columns: &columns)
  }

  /// Lets others read on.
  private func end(_ reading: Reading, _ columns: EventColumns?) {
    state.withLock { state in
      state.isReading = false
      state.isAtEnd = reading.isAtEnd
      state.failure = reading.failure
      state.columns = columns
      readOn(&state, limit: limit)
    }
  }

  /// How far a job has read what makes a batch; of a live input that is what is there.
  private struct Reading {
    var blocksLeft: Int
    var isAtEnd = false
    var failure: TraceError?

    mutating func next(of cutter: LineCutter) -> LineBlock? {
      guard blocksLeft > 0, !isAtEnd else { return nil }
      blocksLeft -= 1
      do throws(TraceError) {
        let block = try cutter.next()
        isAtEnd = block == nil
        return block
      } catch {
        isAtEnd = true
        failure = error
        return nil
      }
    }
  }
}
