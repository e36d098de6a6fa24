import CMemtraceChannel
import TraceModel
import TraceSymbols

/// One program in one process, from its start to its exec or end: its rings, put into one order.
///
/// Every ring says up to which time it is known. What is not later than all of them is written.
///
/// One thread uses it, and none of what it keeps is handed out to be changed: what an event needs is
/// not checked for exclusive access, which costs as much as writing the event.
final class RecordedProcess {
  /// A ring whose writer stands still inside an operation for longer is not waited for.
  static let patienceNanoseconds: UInt64 = 2_000_000_000
  /// Bytes of a ring looked at in one round: what fits in a cache, and lets the others go on.
  static let lookBytes: UInt64 = 1 << 18

  let pid: UInt32
  let start: UInt64
  let log: ProcessLog
  @safe @exclusivity(unchecked) private var rings: [Ring] = []
  /// The key of each ring's next event; `.max` where there is none.
  ///
  /// Its time, doubled, and 1 for what is no release: of two at one time the release is first.
  @safe @exclusivity(unchecked) private var keys: [UInt64] = []
  /// Whether a ring's next event gives up an address some time before it is over.
  @safe @exclusivity(unchecked) private var moves: [Bool] = []
  @safe @exclusivity(unchecked) private var moveCount = 0

  @safe @exclusivity(unchecked) var stacks = StackTree()
  var names: FrameNames
  private var executable: [UInt8] = []
  private var pageSize: UInt64 = 4096
  var notes = RecordingNotes()
  /// An exec whose success is not known yet.
  var pendingExec: (time: UInt64, thread: UInt64, path: [UInt8])?
  /// What the process said when it left.
  var exitRecord: (time: UInt64, thread: UInt64, status: Int64)?
  /// Read, and not yet due.
  @safe @exclusivity(unchecked) var pendingSample: ResidentSample?
  /// Its last record is written: no more will come.
  private(set) var isOver = false

  init(pid: UInt32, start: UInt64, log: ProcessLog, symboliser: Symboliser) {
    self.pid = pid
    self.start = start
    self.log = log
    names = FrameNames(symboliser)
  }

  func add(_ ring: Ring) {
    rings.append(ring)
    keys.append(.max)
    moves.append(false)
  }

  var lost: UInt64 { rings.reduce(0) { $0 &+ $1.lost } }

  func abandon() {
    for ring in rings { ring.abandon() }
  }

  // MARK: A round

  /// Takes what is there at a time, and writes what is in order; returns how full a ring was.
  ///
  /// Where the process runs no more (`isEnded`), that is everything.
  func round(at now: UInt64, isEnded: Bool) throws(TraceError) -> RingFill {
    var fill = RingFill.none
    // Nobody writes any more where the process has ended: a ring's content is the bound.
    for _ in 0..<(isEnded ? Int(Ring.capacities.upperBound / RecordedProcess.lookBytes) : 1) {
      var horizon = UInt64.max
      var hasMore = false
      for index in rings.indices {
        let ring = rings[index]
        fill = max(fill, RingFill(ring.fill, of: ring.capacity))
        let ringHasMore = look(at: ring, now: now, isEnded: isEnded)
        hasMore = hasMore || ringHasMore
        if keys[index] == .max { loadKey(index, ring) }
        if ring.isDamaged {
          notes.damagedRings.insert(ring.number)
          ring.abandon()
          continue
        }
        if isEnded {
          if ringHasMore { horizon = min(horizon, ring.lastTime) }
        } else if ring.known < horizon {
          if ring.known < now, ring.isStuck(at: now, for: RecordedProcess.patienceNanoseconds) {
            notes.stuckRings.insert(ring.number)
          } else {
            horizon = ring.known
          }
        }
      }
      try merge(upTo: isEnded ? horizon : min(horizon, now))
      for ring in rings { ring.giveBack() }
      if !hasMore { break }
    }
    return fill
  }

  /// Looks at a ring's new records and says up to which time it is known.
  private func look(at ring: Ring, now: UInt64, isEnded: Bool) -> Bool {
    // Asked before its records are looked at: what begins afterwards is later than now.
    let isIdle = !ring.isBusy
    if isIdle { ring.rested(at: now) }
    let hasMore = ring.look(RecordedProcess.lookBytes, isOver: isEnded) { head, place in
      define(head, ring, place)
    }
    let known = isIdle && !hasMore ? now : ring.lastTime
    if known > ring.known { ring.known = known }
    return hasMore
  }

  private func define(_ head: RecordHead, _ ring: Ring, _ place: UInt64) {
    if head.operation == RecordOperation.stack.rawValue {
      let count = Int(head.words) - 2
      let isKnown = stacks.define(head.stack, count: count) { index in
        ring.word(2 + UInt64(index), at: place)
      }
      if !isKnown { notes.impossibleStacks += 1 }
    } else {
      pageSize = ring.word(3, at: place)
      executable = ring.text(at: place, from: 5)
    }
  }

  /// Everything is written; an exec that nothing contradicted has happened.
  func finish() throws(TraceError) {
    guard !isOver else { return }
    isOver = true
    try beginLog()
    try writePendingExec()
    try writeSample(upTo: .max)
    for ring in rings {
      notes.lost &+= ring.lost
    }
    rings = []
    keys = []
    moves = []
    stacks = StackTree()
  }

  // MARK: Order

  private func merge(upTo horizon: UInt64) throws(TraceError) {
    while true {
      var first = -1
      var least = UInt64.max
      var second = UInt64.max
      for index in keys.indices {
        let key = keys[index]
        if key < least {
          second = least
          least = key
          first = index
        } else if key < second {
          second = key
        }
      }
      guard first >= 0, least >> 1 <= horizon else { break }
      try writeSample(upTo: least >> 1)
      let next = pendingSample.map { $0.time << 1 } ?? .max
      try writeRun(
        of: first, upTo: min(second, next, horizon == .max ? .max - 1 : horizon << 1 | 1))
    }
    try writeSample(upTo: horizon)
  }

  private func writeSample(upTo time: UInt64) throws(TraceError) {
    guard let sample = pendingSample, sample.time <= time else { return }
    pendingSample = nil
    try beginLog()
    try log.sample(sample)
  }

  /// Writes a ring's events as long as they are first.
  private func writeRun(of index: Int, upTo limit: UInt64) throws(TraceError) {
    let ring = rings[index]
    try beginLog()
    log.sawThread(ring.thread)
    var key = keys[index]
    repeat {
      if moveCount > 0, try writeMoves(before: index, time: key >> 1) {
        // The others' next events have changed.
        try write(ring, index: index, time: key >> 1)
        loadKey(index, ring)
        return
      }
      try write(ring, index: index, time: key >> 1)
      loadKey(index, ring)
      key = keys[index]
    } while key <= limit
  }

  @inline(__always)
  private func write(_ ring: Ring, index: Int, time: UInt64) throws(TraceError) {
    let head = ring.head(at: ring.taken)
    if moves[index] {
      moves[index] = false
      moveCount -= 1
    }
    try write(head, of: ring, at: ring.taken, time: time)
    ring.take(head)
  }

  /// Finds a ring's next event.
  @inline(__always)
  private func loadKey(_ index: Int, _ ring: Ring) {
    while ring.taken < ring.seen {
      let head = ring.head(at: ring.taken)
      let operation = head.operation
      if operation >= RecordOperation.malloc.rawValue
        || operation == RecordOperation.image.rawValue
        || operation == RecordOperation.imageGone.rawValue
      {
        let time = min(ring.word(1, at: ring.taken), .max >> 2)
        let isRelease =
          operation == RecordOperation.free.rawValue || operation == RecordOperation.munmap.rawValue
        keys[index] = time << 1 | (isRelease ? 0 : 1)
        if operation == RecordOperation.realloc.rawValue
          || operation == RecordOperation.mremap.rawValue
        {
          noteMove(index, ring)
        }
        return
      }
      if operation == RecordOperation.owner.rawValue {
        ring.thread = ring.word(2, at: ring.taken)
        log.sawThread(ring.thread)
      } else if operation > RecordOperation.imageGone.rawValue {
        notes.unknownRecords += 1
      }
      ring.take(head)
    }
    keys[index] = .max
  }

  // MARK: Moves

  private func noteMove(_ index: Int, _ ring: Ring) {
    let place = ring.taken
    let address = ring.word(2, at: place)
    let old = ring.word(4, at: place)
    let isFreed = address == 0 && ring.word(3, at: place) == 0
    guard old != 0, old != address, address != 0 || isFreed else { return }
    moves[index] = true
    moveCount += 1
  }

  /// Writes the moves of other threads that must have given up what an event now gets.
  ///
  /// A move is known at its end, its block's old address is free some time before.
  private func writeMoves(before index: Int, time: UInt64) throws(TraceError) -> Bool {
    let ring = rings[index]
    guard let gained = gained(ring) else { return false }
    var hasWritten = false
    for other in rings.indices where other != index && moves[other] && keys[other] != .max {
      let mover = rings[other]
      let place = mover.taken
      guard mover.word(5, at: place) <= time, released(mover, at: place).overlaps(gained) else {
        continue
      }
      // The move itself may have got what a third thread's move gave up; each is taken out of the
      // list first, so that this ends.
      keys[other] = .max
      _ = try writeMoves(before: other, time: time)
      try write(mover, index: other, time: time)
      loadKey(other, mover)
      hasWritten = true
    }
    return hasWritten
  }

  /// The addresses that a ring's next event gets; nil where it gets none.
  private func gained(_ ring: Ring) -> Range<UInt64>? {
    let operation = ring.head(at: ring.taken).operation
    let address = ring.word(2, at: ring.taken)
    guard address != 0 else { return nil }
    if operation == RecordOperation.mmap.rawValue || operation == RecordOperation.mremap.rawValue {
      return RecordedProcess.range(address, ring.word(3, at: ring.taken))
    }
    guard operation >= RecordOperation.malloc.rawValue, operation < RecordOperation.free.rawValue
    else { return nil }
    return address..<max(address, address &+ 1)
  }

  private func released(_ ring: Ring, at place: UInt64) -> Range<UInt64> {
    let old = ring.word(4, at: place)
    let isMapping = ring.head(at: place).operation == RecordOperation.mremap.rawValue
    return RecordedProcess.range(old, isMapping ? ring.word(6, at: place) : 1)
  }

  private static func range(_ start: UInt64, _ count: UInt64) -> Range<UInt64> {
    start..<start + min(count, .max - start)
  }

  // MARK: The log

  /// What stands before the first event of the log.
  private func beginLog() throws(TraceError) {
    try log.begin(pageSize: pageSize, executable: executable)
  }

  /// The number of a call stack in the log; its frames are defined first where they are new.
  @inline(__always)
  func frame(of stack: UInt32) throws(TraceError) -> UInt64 {
    let frame = stacks.frame(of: stack)
    return frame != 0 || stack == 0 ? frame : try defineFrames(of: stack)
  }

  @inline(never)
  private func defineFrames(of stack: UInt32) throws(TraceError) -> UInt64 {
    guard let leaf = stacks.leaf(of: stack) else {
      notes.undefinedStacks += 1
      return 0
    }
    var missing: [UInt32] = []
    var node = leaf
    while node != 0, stacks.nodes[Int(node)].frame == 0 {
      missing.append(node)
      node = stacks.nodes[Int(node)].parent
    }
    var frame = stacks.nodes[Int(node)].frame
    for node in missing.reversed() {
      for text in names.texts(at: stacks.nodes[Int(node)].address).reversed() {
        frame = try log.define(text, parent: frame)
      }
      stacks.setFrame(frame, ofNode: node)
    }
    stacks.setFrame(frame, ofStack: stack)
    return frame
  }
}

/// How full a ring is, by eighths.
struct RingFill: Comparable {
  var eighths: Int

  static let none = RingFill(eighths: 0)

  init(eighths: Int) {
    self.eighths = eighths
  }

  init(_ bytes: UInt64, of capacity: UInt64) {
    eighths = bytes == 0 ? 0 : 1 + Int(clamping: bytes &* 7 / capacity)
  }

  static func < (left: RingFill, right: RingFill) -> Bool { left.eighths < right.eighths }
}
