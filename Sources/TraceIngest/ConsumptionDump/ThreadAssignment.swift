/// One way in which the log lines of several threads can have been torn.
struct ThreadAssignment: Hashable {
  private(set) var threads: [UInt64: ThreadState] = [:]
  private(set) var closed: [ClosedPiece] = []

  /// The threads that can have printed `text`: those whose prefix surely waits, else the others
  /// where `includesPossible`.
  func candidates(
    for text: DumpText,
    includesPossible: Bool
  ) -> [(thread: UInt64, slot: DumpSlot)] {
    var sure: [(thread: UInt64, slot: DumpSlot)] = []
    var possible: [(thread: UInt64, slot: DumpSlot)] = []
    for (thread, state) in threads where state.waiting != .no {
      guard let slot = state.place(of: text) else { continue }
      if state.waiting == .yes {
        sure.append((thread, slot))
      } else {
        possible.append((thread, slot))
      }
    }
    let found = sure.isEmpty && includesPossible ? possible : sure
    return found.count > 1 ? found.sorted { $0.thread < $1.thread } : found
  }

  /// False where the thread cannot print a prefix now: its last one still waits for its text.
  func allowsPrefix(of thread: UInt64) -> Bool { threads[thread]?.waiting != .yes }

  mutating func prefix(_ prefix: LogPrefix, line: Int) {
    var state = threads[prefix.thread] ?? ThreadState()
    // Other text came at the end of a block, so the block was printed alone.
    if state.waiting == .perhaps { close(state.close(.regular)) }
    state.waiting = .yes
    state.prefix = prefix
    state.prefixLine = line
    threads[prefix.thread] = state
  }

  mutating func take(_ text: DumpText, at slot: DumpSlot, by thread: UInt64) {
    guard var state = threads.removeValue(forKey: thread) else { return }
    close(state.take(text, at: slot))
    if !state.isIdle { threads[thread] = state }
  }

  /// Other text: threads outside a dump may have printed it, threads inside one cannot.
  mutating func other() {
    for (thread, state) in threads
    where state.waiting == .yes && state.dump?.isWholeBlock != false {
      threads[thread]?.waiting = .perhaps
    }
  }

  /// A log text that is no dump's and that only `thread` can have printed.
  mutating func log(by thread: UInt64) {
    guard let state = threads[thread], state.waiting == .yes, state.dump?.isWholeBlock != false,
      !threads.contains(where: { $0.key != thread && $0.value.waiting == .yes })
    else { return other() }
    threads[thread]?.waiting = .no
    if threads[thread]?.isIdle == true { threads[thread] = nil }
  }

  /// `thread` left its dump.
  mutating func abandon(_ thread: UInt64, _ end: PieceEnd) {
    guard var state = threads[thread] else { return }
    close(state.close(end))
    threads[thread] = state
  }

  /// A text that no thread waits for: a dump that just took its like may hold the wrong one.
  mutating func doubt(_ text: DumpText) {
    for (thread, state) in threads {
      guard let last = state.dump?.last, last == text.first || last == text.second else {
        continue
      }
      if SnapshotSums.cover(last.field) {
        threads[thread]?.dump?.mustSum = true
      } else {
        threads[thread]?.dump?.isDoubtful = true
      }
    }
  }

  /// Drops what is known of `thread`; it starts again with its next prefix.
  mutating func forget(_ thread: UInt64) { threads[thread] = nil }

  /// Ends what `thread` has open, as torn, and forgets it.
  mutating func tear(_ thread: UInt64) {
    abandon(thread, .torn)
    forget(thread)
  }

  mutating func finish() {
    for thread in threads.keys.sorted() { abandon(thread, .endOfCapture) }
    threads = [:]
  }

  mutating func takeClosed() -> [ClosedPiece] {
    defer { closed = [] }
    return closed
  }

  /// Forgets threads that print nothing at the moment; more than `limit` are none of a process.
  mutating func forgetThreads(atMost limit: Int) {
    threads = threads.filter { $0.value.dump != nil || $0.value.waiting == .yes }
    guard threads.count > limit else { return }
    for thread in threads.keys.sorted() { abandon(thread, .torn) }
    threads = [:]
  }

  /// The first line of anything that is still open or undecided.
  var firstOpenLine: Int? {
    let open = threads.values.compactMap { state -> Int? in
      state.dump?.line ?? (state.waiting == .yes ? state.prefixLine : nil)
    }
    return (open + closed.map(\.piece.line)).min()
  }

  private mutating func close(_ pieces: [ClosedPiece]) {
    guard !pieces.isEmpty else { return }
    closed += pieces
    closed.sort { ($0.piece.line, $0.piece.threadID) < ($1.piece.line, $1.piece.threadID) }
  }
}

extension DumpPiece {
  /// 0 for pieces without a prefix.
  var threadID: UInt64 { prefix?.thread ?? 0 }
}
