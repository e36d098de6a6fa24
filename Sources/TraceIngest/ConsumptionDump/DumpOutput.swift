import TraceModel

/// Turns closed pieces into records and diagnostics.
struct DumpOutput {
  var queue = RecordQueue()
  /// A dump, a block, a sample of the process or a heap's statistics was found.
  private(set) var hasData = false
  private var inferred: [String: Set<String>] = [:]
  /// The first pieces that other text broke off before a whole block.
  private var doubtful: [DumpPiece] = []
  private static let doubtfulLimit = 16

  /// Facts on the run that all dumps agree on.
  var labels: [RunLabel] {
    inferred.keys.sorted().compactMap { name in
      guard let values = inferred[name], values.count == 1, let value = values.first else {
        return nil
      }
      return RunLabel(name: name, value: value, isInferred: true)
    }
  }

  mutating func collect(
    from session: inout CaptureSession,
    context: inout ReadContext
  ) throws(TraceError) {
    for closed in session.takeClosed() {
      try append(closed, &session, &context)
    }
    for (line, record) in session.takeLines() {
      switch record {
      case .process, .heapStatistics: hasData = true
      case .loader, .fileRead, .heapCreated: break
      }
      queue.append(.captureLine(record), line: line)
    }
  }

  private mutating func append(
    _ closed: ClosedPiece,
    _ session: inout CaptureSession,
    _ context: inout ReadContext
  ) throws(TraceError) {
    let piece = closed.piece
    switch closed.end {
    case .regular: break
    case .brokenOff:
      guard piece.hasWholeBlock else {
        if !piece.fields.isEmpty, doubtful.count < DumpOutput.doubtfulLimit {
          doubtful.append(piece)
        }
        return session.noteLookAlike(line: piece.line)
      }
      try context.diagnostics.warn(
        "a dump stops before its end; what it printed is kept as incomplete",
        line: piece.line
      )
    case .torn:
      try context.diagnostics.warn(
        "dumps of several threads are torn: what cannot be told apart is kept as incomplete",
        line: piece.line
      )
    case .endOfCapture:
      context.isIncomplete = true
      try context.diagnostics.warn(
        "the capture ends inside a dump; what it printed is kept as incomplete",
        line: piece.line
      )
    }
    if piece.fields.isEmpty, closed.end == .torn {
      if doubtful.count < DumpOutput.doubtfulLimit { doubtful.append(piece) }
      return
    }
    guard !piece.fields.isEmpty else {
      return session.noteLookAlike(line: piece.line)
    }
    let isComplete = piece.isWhole && closed.end == .regular
    let snapshot = piece.snapshot(source: context.source, isComplete: isComplete)
    if closed.end == .regular { try checkSums(of: snapshot, &context) }
    hasData = true
    for (name, values) in StructProfile.possibleLabels(for: snapshot) {
      inferred[name] = inferred[name]?.intersection(values) ?? values
    }
    queue.append(.snapshot(snapshot), line: snapshot.line)
  }

  /// Where a capture has nothing else, keeps the pieces that may be look-alikes or the rest of a dump.
  mutating func keepDoubtful(_ context: inout ReadContext) throws(TraceError) {
    guard !hasData else { return }
    for piece in doubtful {
      try context.diagnostics.warn(
        "a part of a block, which another thread or the application may have printed; "
          + "it is kept as incomplete",
        line: piece.line)
      let snapshot = piece.snapshot(source: context.source, isComplete: false)
      queue.append(.snapshot(snapshot), line: snapshot.line)
      hasData = true
    }
  }

  private func checkSums(
    of snapshot: Snapshot,
    _ context: inout ReadContext
  ) throws(TraceError) {
    for mismatch in SnapshotSums.mismatches(in: snapshot.fields) {
      try context.diagnostics.warn(
        "the dump in line \(snapshot.line) says \(mismatch.total.name) is \(mismatch.printed), "
          + "but its parts sum to \(mismatch.sum)",
        line: snapshot.line
      )
    }
  }
}
