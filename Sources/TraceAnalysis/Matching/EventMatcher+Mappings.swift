import TraceModel

/// Mappings, threads and what else is no heap block.
extension EventMatcher {
  mutating func applyMapping(
    _ values: ExtraValues, batch: borrowing EventBatch, row: Int, event: UInt64,
    into derived: inout DerivedColumns
  ) {
    let shape = batch.shapeTable[Int(batch.shapes[row])]
    if values.hasFailed { return }
    var request = AddressSpace.Request(
      thread: batch.threads[row], address: batch.addresses[row], size: batch.sizes[row])
    request.old = batch.olds[row]
    request.oldSize = values.number("oldsize") ?? 0
    request.access = PageAccess(text: values.text("prot") ?? "none")
    request.flags = values.number("flags") ?? 0
    request.file = values.text("file")
    request.isFile = request.file != nil || (values.signed("fd") ?? -1) >= 0
    request.advice = values.signed("advice") ?? 0
    if shape.keys.contains(.stack) { request.stack = batch.stacks[row] }
    attribute(&request, of: shape.operation, event: event)
    var ends: [Adjustment] = []
    switch shape.operation {
    case .mmap: space.map(request)
    case .munmap: space.unmap(request)
    case .mprotect: space.protect(request)
    case .mremap: space.remap(request)
    case .madvise: space.advise(request)
    case .pthreadCreate:
      let handle = values.number("thread") ?? 0
      noteCreation(by: request.thread, handle: handle)
      space.createThread(
        request, handle: handle, stackBytes: values.number("stacksize") ?? 0)
    case .other("memory"), .other("region"):
      if scope == .guest { ends = guestChanges(shape.operation, values, batch: batch, row: row) }
    case .threadStart where scope == .guest:
      ends = guestChanges(.threadStart, values, batch: batch, row: row)
    case .threadStart:
      let handle = values.number("self") ?? 0
      let stackBytes = values.number("stacksize") ?? 0
      if let start = values.number("stack"), start > 0 {
        space.startThread(request, handle: handle, onStack: start, of: stackBytes)
      } else {
        space.startThread(request, handle: handle, stackBytes: stackBytes)
      }
    case .threadExit: space.endThread(request.thread)
    case .thread:
      if let name = values.text("name") { space.nameThread(request.thread, name) }
    case .image:
      request.access = [.read]
      if values.text("") == "unload" { space.unmap(request) } else { space.map(request) }
    case .other("resident"):
      guard request.size <= AddressSpace.limit else {
        known.impossibleSizes += 1
        break
      }
      let bytes = ByteCount(Int64(min(values.number("rss") ?? 0, request.size)))
      resident.add(
        bytes, space.category(ofPages: request), time: batch.times[row], event: event,
        committed: committed)
    case .other("pool"):
      // What lies in it, its own allocator knows: the global heap that the trace does not split.
      request.access = [.read, .write]
      request.ruled = .runtimeOther
      space.map(request)
    case .exec:
      space.clear()
      ends = endBlocks(row: row)
    case .sample:
      if let rss = values.number("rss"), rss <= UInt64(Int64.max) {
        noteResident(Int64(rss), event: event, time: batch.times[row])
      }
    default: break
    }
    noteCovers(of: shape.operation)
    for link in space.takeLinks() {
      hand(to: link, row: row, event: event, time: batch.times[row], into: &derived)
    }
    if shape.operation == .exec { endInstances(row: row, into: &derived) }
    let changes = space.takeChanges()
    move(
      changes.map(\.change) + ends, row: row, event: event, time: batch.times[row],
      into: &derived)
    noteInstances(changes, row: row, into: &derived)
  }

  private mutating func noteResident(_ bytes: Int64, event: UInt64, time: UInt64) {
    guard bytes > known.residentPeak?.bytes ?? -1 else { return }
    known.residentPeak = Peak(bytes: bytes, event: event, time: time)
  }

  private mutating func noteCovers(of operation: EventOperation) {
    switch operation {
    case .mmap, .munmap, .mprotect, .mremap:
      known.covers.formUnion([.linearMemory, .aotCode, .stackGuard])
    case .pthreadCreate, .threadStart: known.covers.insert(.nativeStack)
    case .image: known.covers.insert(.host)
    default: break
    }
  }

  /// Applies moves of live bytes, merged by what they are about.
  private mutating func move(
    _ changes: [Adjustment], row: Int, event: UInt64, time: UInt64,
    into derived: inout DerivedColumns
  ) {
    let merged = EventMatcher.merged(changes, row: row)
    for change in merged {
      committed &+= change.committed
      reserved &+= change.reserved
      let cell = cells.index(category: change.category, thread: change.cell.thread)
      cells.add(
        cell, committed: change.committed, reserved: change.reserved, count: change.count)
    }
    for change in merged where change.committed > 0 {
      let cell = cells.index(category: change.category, thread: change.cell.thread)
      cells.notePeaks(of: cell, event: event, time: time)
    }
    derived.adjustments += merged
  }

  private func noteInstances(
    _ changes: [(change: Adjustment, instance: UInt64?)], row: Int,
    into derived: inout DerivedColumns
  ) {
    let instances = Set(changes.compactMap(\.instance)).sorted()
    for instance in instances {
      let own = changes.filter { $0.instance == instance }.map(\.change)
      for change in EventMatcher.merged(own, row: row) {
        note(change, of: instance, row: row, into: &derived)
      }
    }
  }

  /// Changes of one row added up by what they are about; those that cancel out are left out.
  private static func merged(_ changes: [Adjustment], row: Int) -> [Adjustment] {
    guard !changes.isEmpty else { return [] }
    var merged: [Adjustment] = []
    var places: [Adjustment: Int] = [:]
    for change in changes {
      var key = change
      key.row = row
      (key.committed, key.reserved, key.count) = (0, 0, 0)
      let place = places[key] ?? merged.count
      if place == merged.count {
        places[key] = place
        merged.append(key)
      }
      merged[place].committed &+= change.committed
      merged[place].reserved &+= change.reserved
      merged[place].count &+= change.count
    }
    merged.removeAll { $0.committed == 0 && $0.reserved == 0 && $0.count == 0 }
    return merged
  }
}
