import TraceModel

/// Stacks, and the threads that run on them.
extension AddressSpace {
  mutating func createThread(_ request: Request, handle: UInt64, stackBytes: UInt64) {
    let start = handle > stackBytes ? handle - stackBytes : 0
    guard stackBytes > 0, start < handle, handle <= AddressSpace.limit else { return }
    if let thread = startedThreads.removeValue(forKey: handle) {
      threads[thread, default: ThreadFacts()].creator = request.thread
      links.append(ThreadLink(handle: handle, creator: request.thread, thread: thread))
      return
    }
    let range = start..<handle
    let removed = take(range)
    addStack(range, request, handle: handle)
    // A worker may close its guard pages before its creator's call returns and is logged.
    for closed in removed where closed.isForeign && closed.access.isEmpty {
      let isAwaitingSignalStack = guardedThreads.contains(closed.allocatingThread)
      protect(
        Request(
          thread: closed.allocatingThread, address: closed.start, size: closed.end - closed.start))
      if !isAwaitingSignalStack { guardedThreads.remove(closed.allocatingThread) }
    }
  }

  private mutating func addStack(_ range: Range<UInt64>, _ request: Request, handle: UInt64?) {
    nextMapping += 1
    var stack = Region(
      start: range.lowerBound, end: range.upperBound, mapping: nextMapping,
      access: [.read, .write], category: request.ruled ?? .nativeStack,
      allocatingThread: request.thread, stack: request.stack)
    stack.stackCategory = stack.category
    stack.handle = handle
    add(stack)
  }

  /// A thread begins on a stack whose addresses the log gives.
  mutating func startThread(
    _ request: Request, handle: UInt64, onStack start: UInt64, of stackBytes: UInt64
  ) {
    guard start > 0, start <= AddressSpace.limit, stackBytes > 0,
      stackBytes <= AddressSpace.limit, stackMapping[request.thread] == nil
    else { return }
    let range = start..<start + stackBytes
    var facts = threads[request.thread, default: ThreadFacts()]
    var origin = request
    if let given = regions.overlapping(range).first(where: {
      $0.isStack && $0.owner == nil && $0.handle == handle
    }) {
      origin.thread = given.allocatingThread
      origin.stack = given.stack
      facts.creator = given.allocatingThread
      links.append(
        ThreadLink(handle: handle, creator: given.allocatingThread, thread: request.thread))
      _ = take(extent(of: given.mapping, around: given.start..<given.end))
    } else if handle != 0 {
      startedThreads[handle] = request.thread
    }
    _ = take(range)
    if request.thread == mainThread { origin.ruled = .host }
    addStack(range, origin, handle: handle)
    for var region in take(range) {
      region.owner = request.thread
      add(region)
    }
    facts.stackBytes = Int64(clamping: stackBytes)
    facts.isInferred = false
    threads[request.thread] = facts
    stackMapping[request.thread] = range
    guardedThreads.insert(request.thread)
  }

  mutating func startThread(_ request: Request, handle: UInt64, stackBytes: UInt64) {
    guard handle > 0, handle <= AddressSpace.limit else { return }
    let place = handle - 1
    if let region = regions.overlapping(place..<handle).first, region.isStack,
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
    for (handle, started) in startedThreads where started == thread {
      startedThreads[handle] = nil
    }
    for region in regions.overlapping(range)
    where region.owner == thread
      && (region.isStack || region.category == .stackGuard)
    {
      _ = take(region.start..<region.end)
    }
  }

  mutating func nameThread(_ thread: UInt64, _ name: String) {
    threads[thread, default: ThreadFacts()].name = name
  }

  /// Gives a stack, whoever asked for it, to the thread that runs on it.
  mutating func link(_ mapping: Int, around range: Range<UInt64>, to thread: UInt64) {
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
    if let handle = first.handle {
      links.append(ThreadLink(handle: handle, creator: first.allocatingThread, thread: thread))
    }
    for var region in take(whole) {
      if region.mapping == mapping { region.owner = thread }
      add(region)
    }
  }

  /// A guard that becomes accessible again ends the stack it lies in; false where it is no stack's.
  mutating func endStack(guardedBy region: Region, thread: UInt64) -> Bool {
    // Where the log tells of a thread's start, it tells of its end, too.
    guard let owner = region.owner, let range = stackMapping[owner],
      threads[owner]?.isInferred == true,
      range.contains(region.start)
    else { return false }
    endThread(owner)
    return true
  }
}
