import TraceModel

/// Records as lines of the log; keys in the canonical order.
extension RecordedProcess {
  @inline(__always)
  func write(
    _ head: RecordHead, of ring: Ring, at place: UInt64, time: UInt64
  ) throws(TraceError) {
    switch head.operation {
    case RecordOperation.malloc.rawValue:
      try block(" malloc", head, ring, place, time)
    case RecordOperation.free.rawValue:
      let frame = try frame(of: head.stack)
      try log.event(at: time, thread: ring.thread)
      log.text.text(" free addr=")
      log.text.hexadecimal(ring.word(2, at: place))
      end(frame)
    case RecordOperation.calloc.rawValue:
      try block(" calloc", head, ring, place, time)
    case RecordOperation.realloc.rawValue:
      let frame = try frame(of: head.stack)
      try log.event(at: time, thread: ring.thread)
      log.text.text(" realloc old=")
      log.text.hexadecimal(ring.word(4, at: place))
      addressAndSize(ring, place)
      end(frame)
    default:
      try writeRare(head, of: ring, at: place, time: time)
    }
  }

  @inline(__always)
  private func block(
    _ name: StaticString, _ head: RecordHead, _ ring: Ring, _ place: UInt64, _ time: UInt64,
    isAligned: Bool = false
  ) throws(TraceError) {
    let frame = try frame(of: head.stack)
    try log.event(at: time, thread: ring.thread)
    log.text.text(name)
    addressAndSize(ring, place)
    if isAligned {
      log.text.text(" align=")
      log.text.decimal(ring.word(4, at: place))
    }
    end(frame)
  }

  @inline(__always)
  private func addressAndSize(_ ring: Ring, _ place: UInt64) {
    log.text.text(" addr=")
    log.text.hexadecimal(ring.word(2, at: place))
    log.text.text(" size=")
    log.text.decimal(ring.word(3, at: place))
  }

  @inline(__always)
  private func end(_ frame: UInt64, result: Int64 = 0) {
    if frame != 0 {
      log.text.text(" stack=")
      log.text.decimal(frame)
    }
    if result != 0 {
      log.text.text(" result=")
      log.text.signed(result)
    }
    log.text.byte(UInt8(ascii: "\n"))
  }

  @inline(never)
  private func writeRare(
    _ head: RecordHead, of ring: Ring, at place: UInt64, time: UInt64
  ) throws(TraceError) {
    switch RecordOperation(rawValue: head.operation) {
    case .memalign: try block(" memalign", head, ring, place, time, isAligned: true)
    case .alignedAlloc: try block(" aligned_alloc", head, ring, place, time, isAligned: true)
    case .posixMemalign: try block(" posix_memalign", head, ring, place, time, isAligned: true)
    case .valloc: try block(" valloc", head, ring, place, time)
    case .pvalloc: try block(" pvalloc", head, ring, place, time)
    case .mmap, .munmap, .mprotect, .mremap, .madvise, .brk:
      try writeMapping(head, ring, place, time)
    case .pthreadCreate, .threadStart, .threadExit, .threadName:
      try writeThread(head, ring, place, time)
    case .image, .imageGone: try writeImage(head, ring, place, time)
    case .fork, .exec, .execFailed, .exit, .signal:
      try writeProcess(head, ring, place, time)
    case .malloc, .calloc, .realloc, .free, .none?, .skip, .process, .owner, .stack, nil:
      notes.unknownRecords += 1
    }
  }

  // MARK: Mappings

  private func writeMapping(
    _ head: RecordHead, _ ring: Ring, _ place: UInt64, _ time: UInt64
  ) throws(TraceError) {
    let frame = try frame(of: head.stack)
    try log.eventWithText(at: time, thread: ring.thread)
    switch RecordOperation(rawValue: head.operation) {
    case .mmap:
      log.text.text(" mmap")
      addressAndSize(ring, place)
      protection(ring.word(4, at: place))
      log.text.text(" flags=")
      log.text.hexadecimal(ring.word(5, at: place))
      log.text.text(" fd=")
      log.text.signed(Int64(bitPattern: ring.word(6, at: place)))
      log.text.text(" offset=")
      log.text.decimal(ring.word(7, at: place))
      file(ring.text(at: place, from: 8))
      end(frame)
    case .munmap:
      log.text.text(" munmap")
      addressAndSize(ring, place)
      end(frame)
    case .mprotect:
      log.text.text(" mprotect")
      addressAndSize(ring, place)
      protection(ring.word(4, at: place))
      end(frame, result: Int64(bitPattern: ring.word(5, at: place)))
    case .mremap:
      log.text.text(" mremap old=")
      log.text.hexadecimal(ring.word(4, at: place))
      log.text.text(" oldsize=")
      log.text.decimal(ring.word(6, at: place))
      addressAndSize(ring, place)
      end(frame)
    case .madvise:
      log.text.text(" madvise")
      addressAndSize(ring, place)
      log.text.text(" advice=")
      log.text.signed(Int64(bitPattern: ring.word(4, at: place)))
      end(frame, result: Int64(bitPattern: ring.word(5, at: place)))
    default:
      log.text.text(" brk")
      addressAndSize(ring, place)
      end(frame)
    }
  }

  private func protection(_ bits: UInt64) {
    log.text.text(" prot=")
    if bits & 7 == 0 { log.text.text("none") }
    if bits & 1 != 0 { log.text.byte(UInt8(ascii: "r")) }
    if bits & 2 != 0 { log.text.byte(UInt8(ascii: "w")) }
    if bits & 4 != 0 { log.text.byte(UInt8(ascii: "x")) }
  }

  private func file(_ path: [UInt8]) {
    guard !path.isEmpty else { return }
    log.text.text(" file=")
    log.text.visible(path)
  }

  // MARK: Threads

  private func writeThread(
    _ head: RecordHead, _ ring: Ring, _ place: UInt64, _ time: UInt64
  ) throws(TraceError) {
    let frame = try frame(of: head.stack)
    try log.eventWithText(at: time, thread: ring.thread)
    switch RecordOperation(rawValue: head.operation) {
    case .pthreadCreate:
      log.text.text(" pthread_create thread=")
      log.text.hexadecimal(ring.word(2, at: place))
      log.text.text(" stacksize=")
      log.text.decimal(ring.word(3, at: place))
      end(frame)
    case .threadStart:
      log.text.text(" thread-start self=")
      log.text.hexadecimal(ring.word(2, at: place))
      log.text.text(" stack=")
      log.text.hexadecimal(ring.word(3, at: place))
      log.text.text(" stacksize=")
      log.text.decimal(ring.word(4, at: place))
      log.text.text(" guard=")
      log.text.decimal(ring.word(5, at: place))
      end(0)
    case .threadExit:
      log.text.text(" thread-exit")
      end(0)
    default:
      log.text.text(" thread name=")
      log.text.visible(ring.text(at: place, from: 2))
      end(0)
    }
  }

  // MARK: Images

  private func writeImage(
    _ head: RecordHead, _ ring: Ring, _ place: UInt64, _ time: UInt64
  ) throws(TraceError) {
    let address = ring.word(2, at: place)
    let size = min(ring.word(3, at: place), .max - address)
    let addresses = address..<address + size
    var buildID: [UInt8] = []
    let isLoad = head.operation == RecordOperation.image.rawValue
    let path: [UInt8]
    var pool: Range<UInt64>?
    if isLoad {
      let room = (head.words - min(head.words, 6)) * 8
      let count = min(ring.word(5, at: place), room, 64)
      buildID = (0..<count).map { offset in
        UInt8(truncatingIfNeeded: ring.word(6 + offset / 8, at: place) >> (offset % 8 * 8))
      }
      path = ring.text(at: place, from: 6 + (count + 7) / 8)
      let image = LoadedImages.Image(
        addresses: addresses, bias: ring.word(4, at: place), buildID: buildID,
        path: String(decoding: path, as: UTF8.self))
      guard names.load(image) else { return }
      // No library but WAMR's own is opened for it.
      if !image.name.contains(".so") || image.name.hasPrefix("libiwasm") {
        pool = names.variable(named: RecordedProcess.poolName, of: image)
      }
    } else {
      path = ring.text(at: place, from: 4)
      names.unload(addresses)
    }
    if names.hasForgotten {
      names.hasForgotten = false
      // A frame belongs to the image of the call, one byte before its address.
      stacks.forgetFrames(in: addresses)
    }
    try log.eventWithText(at: time, thread: ring.thread)
    log.text.text(isLoad ? " image load addr=" : " image unload addr=")
    log.text.hexadecimal(address)
    log.text.text(" size=")
    log.text.decimal(ring.word(3, at: place))
    file(path)
    if !buildID.isEmpty {
      log.text.text(" buildid=")
      let digits = Array("0123456789abcdef".utf8)
      for byte in buildID {
        log.text.byte(digits[Int(byte >> 4)])
        log.text.byte(digits[Int(byte & 15)])
      }
    }
    end(0)
    if let pool { try writePool(pool, ring, time) }
  }

  /// The global heap of an iwasm that was built with `WAMR_BUILD_GLOBAL_HEAP_POOL`: a static buffer
  /// (product-mini/platforms/posix/main.c) out of which WAMR's own allocator takes all blocks.
  private static let poolName = "global_heap_buf"

  private func writePool(
    _ addresses: Range<UInt64>, _ ring: Ring, _ time: UInt64
  ) throws(TraceError) {
    try log.eventWithText(at: time, thread: ring.thread)
    log.text.text(" pool addr=")
    log.text.hexadecimal(addresses.lowerBound)
    log.text.text(" size=")
    log.text.decimal(UInt64(addresses.count))
    log.text.text(" name=")
    log.text.visible(RecordedProcess.poolName.utf8)
    end(0)
  }

  // MARK: The process

  private func writeProcess(
    _ head: RecordHead, _ ring: Ring, _ place: UInt64, _ time: UInt64
  ) throws(TraceError) {
    let value = ring.word(2, at: place)
    switch RecordOperation(rawValue: head.operation) {
    case .exec:
      try writePendingExec()
      pendingExec = (time, ring.thread, ring.text(at: place, from: 2))
    case .execFailed:
      // What was written before the call has not happened.
      pendingExec = nil
      try log.eventWithText(at: time, thread: ring.thread)
      log.text.text(" exec")
      file(ring.text(at: place, from: 3))
      end(0, result: Int64(bitPattern: value))
    case .fork:
      try log.event(at: time, thread: ring.thread)
      log.text.text(" fork child=")
      log.text.decimal(value)
      end(0)
    case .signal:
      log.lastSignal = value
      try log.event(at: time, thread: ring.thread)
      log.text.text(" signal number=")
      log.text.decimal(value)
      end(0)
    default:
      // The collector says it at the end, with the status that the parent was told.
      exitRecord = (time, ring.thread, Int64(bitPattern: value))
    }
  }

  func writePendingExec() throws(TraceError) {
    guard let exec = pendingExec else { return }
    pendingExec = nil
    try log.eventWithText(at: exec.time, thread: exec.thread)
    log.text.text(" exec")
    file(exec.path)
    end(0)
  }

  /// The last event of the log: how the process ended.
  func writeEnd(_ processEnd: ProcessEnd, at time: UInt64) throws(TraceError) {
    let said = exitRecord
    switch processEnd {
    case .signal(let number):
      guard log.lastSignal != UInt64(clamping: number) else { return }
      try log.event(at: time, thread: log.pid)
      log.text.text(" signal number=")
      log.text.signed(Int64(number))
    case .exit(let status):
      try log.event(at: said?.time ?? time, thread: said?.thread ?? log.pid)
      log.text.text(" exit status=")
      log.text.signed(Int64(status))
    case .unknown:
      guard let said else { return }
      try log.event(at: said.time, thread: said.thread)
      log.text.text(" exit")
      if said.status >= 0 {
        log.text.text(" status=")
        log.text.signed(said.status)
      }
    }
    end(0)
  }
}
