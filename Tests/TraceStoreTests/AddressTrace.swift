import MemtraceTestSupport
import TraceModel
import TraceStore

/// A small trace that needs every code of the model of addresses.
///
/// `SampleTraces/stores` holds it since version 3: add to another trace, and leave this one.
enum AddressTrace {
  static let log: RandomLog = {
    var events: [LogEvent] = []
    var time: UInt64 = 50
    func add(
      _ operation: EventOperation, _ address: UInt64, old: UInt64? = nil, size: UInt64? = nil,
      thread: UInt64 = 1, stack: UInt64? = nil
    ) {
      time += UInt64(events.count % 5) * 90
      events.append(
        LogEvent(
          time: time, thread: thread, operation, address, old: old, size: size, stack: stack))
    }
    // From nowhere, behind it, elsewhere, back, at the highest end, at an odd place.
    add(.malloc, 0x10000, size: 100)
    add(.malloc, 0x10070, size: 100)
    add(.calloc, 0x20000, size: 200, stack: 3)
    add(.malloc, 0x300, size: 100)
    add(.malloc, 0x200D0, size: 100)
    add(.malloc, 0x12345, size: 100, thread: .max)
    // The block freed last, the one before it, and one that another thread freed.
    add(.free, 0x10000)
    add(.free, 0x10070)
    add(.malloc, 0x10000, size: 97)
    add(.malloc, 0x10070, size: 104, stack: 3)
    add(.free, 0x300, thread: 2)
    add(.malloc, 0x300, size: 100)
    // More freed blocks than a list holds.
    for block in 0..<18 as Range<UInt64> { add(.malloc, 0x40000 + 112 * block, size: 100) }
    for block in 0..<18 as Range<UInt64> { add(.free, 0x40000 + 112 * block) }
    for block in [2, 0, 17] as [UInt64] { add(.malloc, 0x40000 + 112 * block, size: 100) }
    // In place, to elsewhere, to nothing, failed, of nothing, and of no known block.
    add(.realloc, 0x20000, old: 0x20000, size: 190, stack: 3)
    add(.realloc, 0x50000, old: 0x10000, size: 200_000)
    add(.realloc, 0, old: 0x10070, size: 0)
    add(.realloc, 0, old: 0x20000, size: 1 << 40)
    add(.realloc, 0x10000, old: 0, size: 100)
    add(.realloc, 0x60000, old: 0x7777, size: 1)
    // At a live address, also by a realloc; a failed call; frees of nothing.
    add(.malloc, 0x300, size: 5, thread: 3)
    add(.realloc, 0x300, old: 0x60000, size: 7)
    add(.malloc, 0, size: 5)
    add(.free, 0)
    add(.free, 0x7777)
    // The end of the address space, no bytes, and more bytes than there are.
    add(.memalign, .max, size: 64)
    add(.malloc, 1 << 63, size: 0)
    add(.malloc, 0x9000, size: .max)
    add(.free, .max)
    add(.free, 1 << 63)
    add(.malloc, 1 << 63, size: 0)
    return RandomLog(events: events)
  }()

  static func write(to path: String, level: Int32 = TraceWriter.defaultLevel) throws {
    var writing = try StoreWriting(path, level: level, replaces: true)
    for batch in log.batches(of: [9, 4, 25]) { try writing.append(batch) }
    try writing.finish()
  }
}
