import Foundation
import Glibc

/// A text log, read by the obvious means.
///
/// Rationale: some have 200,000 lines. The C library looks for what is wanted of a line, which costs
/// a tenth of splitting it.
struct RecordedLog {
  private struct Event {
    var operation: String
    var address: UInt64?
    var old: UInt64?
    var size: Int?
  }

  private(set) var lines: [String] = []
  private(set) var stepsBack = 0
  /// Allocations at addresses that were live.
  private(set) var missedFrees = 0
  private(set) var threads: Set<String> = []
  private var events: [Event] = []
  private var last: UInt64 = 0
  private var live: Set<UInt64> = []

  private static let allocations: Set<String> = [
    "realloc", "malloc", "calloc", "memalign", "aligned_alloc", "posix_memalign", "valloc",
    "pvalloc",
  ]

  init(_ path: String) throws {
    var text = try Data(contentsOf: URL(fileURLWithPath: path))
    text.append(0)
    unsafe text.withUnsafeMutableBytes { bytes in
      var line = unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress
      while let start = unsafe line, unsafe start.pointee != 0 {
        let end = unsafe strchr(start, 10)
        if let end = unsafe end { unsafe end.pointee = 0 }
        unsafe read(start)
        unsafe line = end.map { unsafe $0 + 1 }
      }
    }
  }

  /// Takes a line that ends with a NUL.
  private mutating func read(_ line: UnsafePointer<CChar>) {
    unsafe lines.append(String(cString: line))
    var behind: UnsafeMutablePointer<CChar>?
    let time = unsafe strtoull(line, &behind, 10)
    guard let (thread, end) = unsafe RecordedLog.word(behind),
      let (operation, keys) = unsafe RecordedLog.word(end)
    else { return }
    if time < last { stepsBack += 1 }
    last = time
    if operation == "exec", unsafe strstr(line, " result=") == nil { live = [] }
    threads.insert(thread)
    let event = unsafe Event(
      operation: operation, address: RecordedLog.value(" addr=", 16, keys),
      old: RecordedLog.value(" old=", 16, keys),
      size: RecordedLog.value(" size=", 10, keys).map { Int(clamping: $0) })
    events.append(event)
    let address = event.address ?? 0
    if event.operation == "free" {
      live.remove(address)
    } else if address != 0, RecordedLog.allocations.contains(event.operation) {
      if let old = event.old { live.remove(old) }
      if !live.insert(address).inserted { missedFrees += 1 }
    }
  }

  /// The word behind a blank, and where it ends.
  private static func word(
    _ place: UnsafePointer<CChar>?
  ) -> (text: String, end: UnsafePointer<CChar>)? {
    guard let place = unsafe place, unsafe place.pointee == 0x20 else { return nil }
    let count = unsafe strcspn(place + 1, " ")
    let bytes = unsafe UnsafeRawBufferPointer(start: place + 1, count: count)
    return unsafe (String(decoding: bytes, as: UTF8.self), place + 1 + count)
  }

  /// The number of a key; nil where the line lacks it.
  private static func value(
    _ key: StaticString, _ base: Int32, _ keys: UnsafePointer<CChar>
  ) -> UInt64? {
    let name = unsafe UnsafeRawPointer(key.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let place = unsafe strstr(keys, name) else { return nil }
    return unsafe strtoull(place + key.utf8CodeUnitCount, nil, base)
  }

  func count(_ operation: String, _ isCounted: (Int) -> Bool) -> Int {
    events.count {
      $0.operation == operation && $0.address != 0 && isCounted($0.size ?? 0)
    }
  }

  /// The most bytes that lived at once in blocks of these sizes.
  func peak(of isCounted: (Int) -> Bool) -> Int {
    var live: [UInt64: Int] = [:]
    var total = 0
    var peak = 0
    for event in events {
      let address = event.address ?? 0
      if event.operation == "free" { total -= live.removeValue(forKey: address) ?? 0 }
      guard let size = event.size, event.operation.hasSuffix("alloc") else { continue }
      if let old = event.old { total -= live.removeValue(forKey: old) ?? 0 }
      guard isCounted(size) else { continue }
      live[address] = size
      total += size
      peak = max(peak, total)
    }
    return peak
  }
}
