import TraceModel

/// The process's mappings and thread stacks, categorised by the patterns WAMR makes.
///
/// Patterns, from WAMR's posix_memmap.c, posix_thread.c and aot_loader.c (main, 2.4.4, 1.3.3):
/// linear memory is mapped without access, then opened piece by piece by `mprotect`; AOT code is
/// executable or mapped below 2 GiB; each thread closes three pages at the low end of its stack and
/// maps 32 KiB for signals; each execution environment has one page without access.
struct AddressSpace {
  /// No address of a real process lies beyond; sums of regions below it fit 63 bits.
  static let limit: UInt64 = 1 << 61
  static let guardBytes: UInt64 = 12288
  static let signalStackBytes: UInt64 = 32768
  private static let map32Bit: UInt64 = 0x40
  private static let reserveFlags: UInt64 = 0x22
  private static let adviseHugePage: Int64 = 14

  var pageSize: UInt64 = 4096
  /// Moves of live bytes since the matcher took them last.
  private(set) var changes: [Adjustment] = []
  private(set) var unmatchedUnmaps: UInt64 = 0
  private(set) var impossibleSizes: UInt64 = 0
  private(set) var threads: [UInt64: ThreadFacts] = [:]
  private var regions = RegionMap()
  private var nextMapping = 0
  private var stackMapping: [UInt64: Range<UInt64>] = [:]
  /// Threads that closed their guard pages and have mapped no signal stack yet.
  private var guardedThreads: Set<UInt64> = []

  /// What a mapping event says.
  struct Request {
    var thread: UInt64
    var address: UInt64
    var size: UInt64
    var old: UInt64 = 0
    var oldSize: UInt64 = 0
    var access: PageAccess = []
    var flags: UInt64 = 0
    var isFile = false
    var file: String?
    var advice: Int64 = 0
    var stack: UInt64?
  }

  mutating func takeChanges() -> [Adjustment] {
    defer { changes = [] }
    return changes
  }

  mutating func map(_ request: Request) {
    guard let range = pages(request.address, request.size) else {
      let isFailed = request.address == 0 || request.address == .max
      if !isFailed, request.size > 0 { impossibleSizes += 1 }
      return
    }
    _ = take(range)
    nextMapping += 1
    add(
      Region(
        start: range.lowerBound, end: range.upperBound, mapping: nextMapping,
        access: request.access, category: category(of: request),
        allocatingThread: request.thread, stack: request.stack))
  }

  private mutating func category(of request: Request) -> MemoryCategory {
    if let file = request.file, file.hasSuffix(".wasm") || file.hasSuffix(".aot") {
      return .moduleFile
    }
    if request.isFile { return .host }
    if request.access.contains(.execute) || request.flags & AddressSpace.map32Bit != 0 {
      return .aotCode
    }
    if request.access.isEmpty {
      if request.size == pageSize { return .stackGuard }
      // Private and anonymous and nothing else: other programs reserve with further flags.
      if request.flags == AddressSpace.reserveFlags { return .linearMemory }
    }
    if request.size == AddressSpace.signalStackBytes, request.access == [.read, .write],
      guardedThreads.remove(request.thread) != nil
    {
      return .stackGuard
    }
    return .unattributed
  }

  mutating func unmap(_ request: Request) {
    guard let range = pages(request.address, request.size) else { return }
    if take(range).isEmpty { unmatchedUnmaps += 1 }
  }

  mutating func remap(_ request: Request) {
    guard let target = pages(request.address, request.size) else { return }
    var moved: Region?
    if let source = pages(request.old, request.oldSize) {
      moved = take(source).first
    }
    _ = take(target)
    nextMapping += 1
    var region =
      moved
      ?? Region(
        start: 0, end: 0, mapping: nextMapping, access: [.read, .write],
        category: .unattributed, allocatingThread: request.thread, stack: request.stack)
    region.start = target.lowerBound
    region.end = target.upperBound
    region.isForeign = false
    // Memory without hardware bound checks grows by mremap; nothing else of WAMR's does.
    if region.category == .unattributed { region.category = .linearMemory }
    add(region)
  }

  mutating func protect(_ request: Request) {
    guard let range = pages(request.address, request.size) else { return }
    let touched = regions.overlapping(range)
    guard !touched.isEmpty else {
      closeForeignGuard(range, request)
      return
    }
    let isGuard = request.size == AddressSpace.guardBytes
    if isGuard, let region = touched.first, touched.allSatisfy({ $0.mapping == region.mapping }) {
      if region.category == .nativeStack, request.access.isEmpty {
        link(region.mapping, around: range, to: request.thread)
      } else if region.category == .stackGuard, !request.access.isEmpty,
        endStack(guardedBy: region, thread: request.thread)
      {
        return
      }
    }
    let before = take(range)
    for var region in before where !region.isForeign || request.access.isEmpty {
      region.access = request.access
      if region.isStack { region.category = request.access.isEmpty ? .stackGuard : .nativeStack }
      add(region)
    }
    for region in before where !region.isStack && !region.isForeign {
      guard let category = AddressSpace.category(of: region, after: request.access) else {
        continue
      }
      recategorize(region.mapping, around: range, as: category)
    }
  }

  /// What a mapping turns out to be when the access to a part of it changes; nil where that tells
  /// nothing.
  private static func category(of region: Region, after access: PageAccess) -> MemoryCategory? {
    if access.contains(.execute) {
      return [.unattributed, .linearMemory].contains(region.category) ? .aotCode : nil
    }
    let opens = region.access.isEmpty && !access.isEmpty
    return opens && [.unattributed, .stackGuard].contains(region.category) ? .linearMemory : nil
  }

  mutating func advise(_ request: Request) {
    guard request.advice == AddressSpace.adviseHugePage,
      let range = pages(request.address, request.size),
      let region = regions.overlapping(range).first, region.category == .unattributed
    else { return }
    recategorize(region.mapping, around: range, as: .linearMemory)
  }

  /// The guard pages of a stack whose mapping the log does not show: the main thread's, or a
  /// worker's whose `pthread_create` is logged later.
  private mutating func closeForeignGuard(_ range: Range<UInt64>, _ request: Request) {
    guard request.access.isEmpty else { return }
    if request.size == AddressSpace.guardBytes { guardedThreads.insert(request.thread) }
    nextMapping += 1
    var region = Region(
      start: range.lowerBound, end: range.upperBound, mapping: nextMapping, access: [],
      category: .stackGuard, allocatingThread: request.thread, isForeign: true)
    region.owner = request.thread
    add(region)
  }

  // MARK: Threads

  mutating func createThread(_ request: Request, handle: UInt64, stackBytes: UInt64) {
    let start = handle > stackBytes ? handle - stackBytes : 0
    guard stackBytes > 0, start < handle, handle <= AddressSpace.limit else { return }
    let range = start..<handle
    let removed = take(range)
    nextMapping += 1
    var stack = Region(
      start: start, end: handle, mapping: nextMapping, access: [.read, .write],
      category: .nativeStack, allocatingThread: request.thread, stack: request.stack)
    stack.isStack = true
    add(stack)
    // A worker may close its guard pages before its creator's call returns and is logged.
    for closed in removed where closed.isForeign && closed.access.isEmpty {
      let isAwaitingSignalStack = guardedThreads.contains(closed.allocatingThread)
      protect(
        Request(
          thread: closed.allocatingThread, address: closed.start, size: closed.end - closed.start))
      if !isAwaitingSignalStack { guardedThreads.remove(closed.allocatingThread) }
    }
  }

  mutating func startThread(_ request: Request, handle: UInt64, stackBytes: UInt64) {
    guard handle > 0, handle <= AddressSpace.limit else { return }
    let place = handle - 1
    if let region = regions.overlapping(place..<handle).first, region.category == .nativeStack,
      region.owner == nil
    {
      link(region.mapping, around: region.start..<region.end, to: request.thread)
    } else if stackMapping[request.thread] == nil {
      createThread(request, handle: handle, stackBytes: stackBytes)
      if let region = regions.overlapping(place..<handle).first {
        link(region.mapping, around: region.start..<region.end, to: request.thread)
      }
      threads[request.thread]?.creator = nil
    }
    threads[request.thread]?.isInferred = false
  }

  mutating func endThread(_ thread: UInt64) {
    guard let range = stackMapping.removeValue(forKey: thread) else { return }
    for region in regions.overlapping(range)
    where region.owner == thread
      && (region.category == .nativeStack || region.category == .stackGuard)
    {
      _ = take(region.start..<region.end)
    }
  }

  mutating func nameThread(_ thread: UInt64, _ name: String) {
    threads[thread, default: ThreadFacts()].name = name
  }

  /// Gives a stack, whoever asked for it, to the thread that runs on it.
  private mutating func link(_ mapping: Int, around range: Range<UInt64>, to thread: UInt64) {
    guardedThreads.insert(thread)
    guard let first = regions.overlapping(range).first(where: { $0.mapping == mapping }),
      first.owner == nil
    else { return }
    let whole = extent(of: mapping, around: range)
    var facts = threads[thread, default: ThreadFacts()]
    facts.creator = first.allocatingThread
    facts.stackBytes = Int64(clamping: whole.upperBound - whole.lowerBound)
    facts.isInferred = true
    threads[thread] = facts
    stackMapping[thread] = whole
    for var region in take(whole) {
      if region.mapping == mapping { region.owner = thread }
      add(region)
    }
  }

  /// A guard that becomes accessible again ends the stack it lies in; false where it is no stack's.
  private mutating func endStack(guardedBy region: Region, thread: UInt64) -> Bool {
    guard let owner = region.owner, let range = stackMapping[owner],
      range.contains(region.start)
    else { return false }
    endThread(owner)
    return true
  }

  // MARK: Regions

  private mutating func recategorize(
    _ mapping: Int, around range: Range<UInt64>, as category: MemoryCategory
  ) {
    for var region in take(extent(of: mapping, around: range)) {
      if region.mapping == mapping { region.category = category }
      add(region)
    }
  }

  /// The addresses from the first to the last region of a mapping; its pieces are neighbours.
  private func extent(of mapping: Int, around range: Range<UInt64>) -> Range<UInt64> {
    var whole = range
    while whole.lowerBound > 0,
      let left = regions.overlapping(whole.lowerBound - 1..<whole.lowerBound).first,
      left.mapping == mapping
    {
      whole = left.start..<whole.upperBound
    }
    while whole.upperBound < .max,
      let right = regions.overlapping(whole.upperBound..<whole.upperBound + 1).first,
      right.mapping == mapping
    {
      whole = whole.lowerBound..<right.end
    }
    return whole
  }

  private mutating func add(_ region: Region) {
    regions.insert(region)
    note(region, sign: 1, count: 1)
  }

  /// Removes what lies in a range and returns it.
  private mutating func take(_ range: Range<UInt64>) -> [Region] {
    regions.remove(range).map { cut in
      note(cut.region, sign: -1, count: cut.remainingPieces - 1)
      return cut.region
    }
  }

  private mutating func note(_ region: Region, sign: Int64, count: Int64) {
    changes.append(
      Adjustment(
        row: 0, category: region.category, allocatingThread: region.allocatingThread,
        owner: region.owner, stack: region.stack, committed: sign * region.committed,
        reserved: sign * region.reserved, count: count))
  }

  /// The whole pages of a call; nil where it failed or makes no sense.
  private func pages(_ address: UInt64, _ size: UInt64) -> Range<UInt64>? {
    guard address != 0, address <= AddressSpace.limit, size > 0, size <= AddressSpace.limit else {
      return nil
    }
    let start = address / pageSize * pageSize
    return start..<((address + size + pageSize - 1) / pageSize * pageSize)
  }
}
