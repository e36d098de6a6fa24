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
  static let map32Bit: UInt64 = 0x40
  private static let reserveFlags: UInt64 = 0x22
  private static let adviseHugePage: Int64 = 14

  var pageSize: UInt64 = 4096
  /// The process's first thread, whose stack is the system's.
  var mainThread: UInt64?
  /// Moves of live bytes since the matcher took them last, each with its module instance.
  private(set) var changes: [(change: Adjustment, instance: UInt64?)] = []
  /// Threads that were told to run on a stack since the matcher took them last.
  var links: [ThreadLink] = []
  var unmatchedUnmaps: UInt64 = 0
  var impossibleSizes: UInt64 = 0
  var threads: [UInt64: ThreadFacts] = [:]
  var regions = RegionMap()
  var nextMapping = 0
  var stackMapping: [UInt64: Range<UInt64>] = [:]
  /// Threads that have begun, by `pthread_t`, whose creator's call is logged later.
  var startedThreads: [UInt64: UInt64] = [:]
  /// Threads that closed their guard pages and have mapped no signal stack yet.
  var guardedThreads: Set<UInt64> = []

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
    /// The category that a rule gives.
    var ruled: MemoryCategory?
    var instance: UInt64?
  }

  /// A thread and the one that created it.
  struct ThreadLink {
    /// `pthread_t`.
    var handle: UInt64
    var creator: UInt64
    var thread: UInt64
  }

  /// The category of a range that the system has as one mapping; nil where its accessible pages are
  /// of several, or of none that the log shows.
  func category(ofPages request: Request) -> MemoryCategory? {
    guard let range = pages(request.address, request.size) else { return nil }
    let found = Set(
      regions.overlapping(range).lazy.filter { !$0.access.isEmpty }.map(\.category))
    return found.count == 1 ? found.first : nil
  }

  mutating func takeChanges() -> [(change: Adjustment, instance: UInt64?)] {
    defer { changes = [] }
    return changes
  }

  mutating func takeLinks() -> [ThreadLink] {
    defer { links = [] }
    return links
  }

  /// Ends every mapping and stack, as `exec` does.
  mutating func clear() {
    _ = take(0..<(.max))
    stackMapping = [:]
    startedThreads = [:]
    guardedThreads = []
  }

  mutating func map(_ request: Request) {
    guard let range = pages(request.address, request.size) else {
      let isFailed = request.address == 0 || request.address == .max
      if !isFailed, request.size > 0 { impossibleSizes += 1 }
      return
    }
    _ = take(range)
    nextMapping += 1
    let pattern = category(of: request)
    var region = Region(
      start: range.lowerBound, end: range.upperBound, mapping: nextMapping,
      access: request.access, category: request.ruled ?? pattern,
      allocatingThread: request.thread, stack: request.stack)
    region.isRuled = request.ruled != nil
    region.instance = request.instance
    add(region)
  }

  /// Gives the mapping at an address, whoever asked for it, to the thread that uses it.
  mutating func give(mappingAt address: UInt64, to thread: UInt64) {
    guard address < AddressSpace.limit,
      let found = regions.overlapping(address..<address + 1).first, found.owner == nil
    else { return }
    for var region in take(extent(of: found.mapping, around: found.start..<found.end)) {
      if region.mapping == found.mapping { region.owner = thread }
      add(region)
    }
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
        category: request.ruled ?? .unattributed, allocatingThread: request.thread,
        stack: request.stack)
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
      if region.isStack, region.category != .stackGuard, request.access.isEmpty {
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
      if let stack = region.stackCategory {
        region.category = request.access.isEmpty ? .stackGuard : stack
      }
      add(region)
    }
    for region in before where !region.isStack && !region.isForeign && !region.isRuled {
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
  func extent(of mapping: Int, around range: Range<UInt64>) -> Range<UInt64> {
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

  mutating func add(_ region: Region) {
    regions.insert(region)
    note(region, sign: 1, count: 1)
  }

  /// Removes what lies in a range and returns it.
  mutating func take(_ range: Range<UInt64>) -> [Region] {
    regions.remove(range).map { cut in
      note(cut.region, sign: -1, count: cut.remainingPieces - 1)
      return cut.region
    }
  }

  private mutating func note(_ region: Region, sign: Int64, count: Int64) {
    let change = Adjustment(
      row: 0, category: region.category, allocatingThread: region.allocatingThread,
      owner: region.owner, stack: region.stack, committed: sign * region.committed,
      reserved: sign * region.reserved, count: count)
    changes.append((change, region.instance))
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
