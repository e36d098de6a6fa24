import TraceModel

/// Reads what a runtime prints of memories and heaps beside its dumps.
struct RuntimeLines {
  /// A line that has no number of its own, or further lines, is kept here by thread.
  private var open: [UInt64?: CaptureLine] = [:]
  private var instantiations: [UInt64?: Int] = [:]
  private var heaps: [UInt64?: (line: Int, address: String)] = [:]
  private var finished: [(line: Int, CaptureLine)] = []
  /// The first line with a value that fell below zero.
  private(set) var wrappedLine: Int?

  private let source: Int
  /// No process has so many threads that have just begun such a line.
  private static let maxThreads = 1024

  init(source: Int) {
    self.source = source
  }

  /// Takes a text that belongs to no dump; false where it is none of the runtime's lines.
  mutating func text(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    prefix: LogPrefix?,
    line: Int
  ) -> Bool {
    let thread = prefix?.thread
    if continues(bytes, range, thread: thread) { return true }
    if let finishedEarly = open.removeValue(forKey: thread) { finish(finishedEarly) }
    return begins(bytes, range, prefix: prefix, line: line)
  }

  mutating func finish() {
    for (_, record) in open { finish(record) }
    open = [:]
  }

  mutating func takeFinished() -> [(line: Int, CaptureLine)] {
    defer { finished = [] }
    return finished
  }

  var firstOpenLine: Int? { open.values.map { RuntimeLines.line(of: $0) }.min() }

  private mutating func finish(_ record: CaptureLine) {
    finished.append((RuntimeLines.line(of: record), record))
  }

  private static func line(of record: CaptureLine) -> Int {
    switch record {
    case .loader(let memory): memory.line
    case .process(let sample): sample.line
    case .fileRead(let file): file.line
    case .heapCreated(let heap): heap.line
    case .heapStatistics(let statistics): statistics.line
    }
  }

  /// Completes what the thread has begun.
  private mutating func continues(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    thread: UInt64?
  ) -> Bool {
    guard let record = open[thread] else { return false }
    switch record {
    case .loader(var memory):
      if Template.dataOffset.numbers(in: bytes, range) != nil { return true }
      guard let values = Template.heapOffset.signed(in: bytes, range) else { return false }
      memory.heapOffset = values[0]
      memory.heapSize = values[1]
      finish(.loader(memory))
      open[thread] = nil
      return true
    case .heapCreated(var heap):
      if let values = Template.heapStruct.signed(in: bytes, range) {
        heap.structBytes = values[0]
      } else if let values = Template.heapActual.signed(in: bytes, range) {
        heap.actualBytes = values[0]
      } else if let values = Template.heapPadding.signed(in: bytes, range) {
        heap.paddingBytes = values[0]
      } else {
        return false
      }
      open[thread] = .heapCreated(heap)
      return true
    case .heapStatistics(var statistics):
      guard
        let values = Template.allocated.numbers(in: bytes, range)
          ?? Template.oldAllocated.numbers(in: bytes, range)
      else { return false }
      let occupied = Int64(bitPattern: values[2])
      if occupied < 0 { wrappedLine = wrappedLine ?? statistics.line }
      statistics.occupiedBytes = occupied
      finish(.heapStatistics(statistics))
      open[thread] = nil
      return true
    case .fileRead, .process: return false
    }
  }

  private mutating func begins(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    prefix: LogPrefix?,
    line: Int
  ) -> Bool {
    let thread = prefix?.thread
    if instantiations.count + heaps.count > RuntimeLines.maxThreads {
      instantiations = [:]
      heaps = [:]
    }
    if Template.instantiate.numbers(in: bytes, range) != nil {
      instantiations[thread] = line
    } else if let pages = Template.pages.signed(in: bytes, range) {
      let memory = LoaderMemory(
        source: source,
        line: instantiations.removeValue(forKey: thread) ?? line,
        thread: prefix?.printedThread,
        pageBytes: pages[0],
        initialPages: pages[1],
        maxPages: pages[2]
      )
      open[thread] = .loader(memory)
    } else if let size = Template.fileRead.signed(in: bytes, range) {
      finish(.fileRead(FileRead(source: source, line: line, bytes: size[0])))
    } else if let size = Template.heapCreated.signed(in: bytes, range) {
      open[thread] = .heapCreated(HeapCreated(source: source, line: line, totalBytes: size[0]))
    } else if let address = RuntimeLines.heapAddress(bytes, range) {
      heaps[thread] = (line, address)
    } else if let values = Template.heapUse.signed(in: bytes, range) {
      let heap = heaps.removeValue(forKey: thread)
      open[thread] = .heapStatistics(
        HeapStatistics(
          source: source,
          line: heap?.line ?? line,
          heap: heap?.address,
          freeBytes: values[0],
          currentBytes: values[1],
          highmarkBytes: values[2]
        )
      )
    } else {
      return false
    }
    return true
  }

  /// The address in `heap: 0x…, heap start: 0x…`.
  private static func heapAddress(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
    let line = bytes[range]
    guard line.starts(with: "heap: ".utf8), line.count < 100,
      let comma = line.firstIndex(of: UInt8(ascii: ",")),
      line[comma...].starts(with: ", heap start: ".utf8)
    else { return nil }
    return String(decoding: line[(line.startIndex + 6)..<comma], as: UTF8.self)
  }

  private enum Template {
    static let instantiate = LineTemplate("Memory instantiate:")
    static let pages = LineTemplate("  page bytes: #, init pages: #, max pages: #")
    static let dataOffset = LineTemplate("  data offset: #, stack size: #")
    static let heapOffset = LineTemplate("  heap offset: #, heap size: #")
    static let fileRead = LineTemplate("Read file, total size: #")
    static let heapCreated = LineTemplate("Heap created, total size: #")
    static let heapStruct = LineTemplate("   heap struct size: #")
    static let heapActual = LineTemplate("   actual heap size: #")
    static let heapPadding = LineTemplate("   padding bytes: #")
    static let heapUse = LineTemplate("total free: #, current: #, highmark: #")
    static let allocated = LineTemplate(
      "total size allocated: #, total size freed: #, total occupied: #"
    )
    static let oldAllocated = LineTemplate("g_total_malloc=#, g_total_free=#, occupied=#")
  }
}

extension LineTemplate {
  /// The numbers, where all of them fit.
  fileprivate func signed(in bytes: [UInt8], _ range: Range<Int>) -> [Int64]? {
    guard let numbers = numbers(in: bytes, range) else { return nil }
    let fitting = numbers.compactMap { Int64(exactly: $0) }
    return fitting.count == numbers.count ? fitting : nil
  }
}
