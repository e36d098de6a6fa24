/// Who lies where in the first linear memory after instantiation; regions never overlap.
package struct LinearMemoryLayout: Hashable, Sendable {
  package enum Region: Hashable, Sendable {
    case staticData
    case auxStack
    case appHeap
    case libcHeap
  }

  package struct Place: Hashable, Sendable {
    package var region: Region
    package var range: Range<Int64>
  }

  /// In the order of their addresses.
  package private(set) var places: [Place] = []
  /// The linker's symbols say where each begins; otherwise it was guessed from the stack pointer's
  /// initial value and the data segments.
  package let isExact: Bool

  package func bytes(_ region: Region) -> Int64 {
    places.lazy.filter { $0.region == region }.map { Int64($0.range.count) }.reduce(0, +)
  }

  /// `stackTop` is the stack pointer's initial value, where the module has one.
  package init(
    _ memory: MemoryInstantiation, auxiliary: AuxiliaryLayout?, stackTop: Int64?,
    dataExtent: Range<Int64>?
  ) {
    isExact = auxiliary != nil
    let end = memory.initialBytes
    let dataStart = dataExtent?.lowerBound ?? 1024
    var dataEnd = auxiliary?.dataEnd ?? dataExtent.map { ($0.upperBound + 15) & ~15 } ?? 0
    let top = auxiliary.map { $0.stackGlobal == nil ? nil : $0.stackTop } ?? stackTop
    var stack: Range<Int64>?
    if let top, top > 0 {
      // Data first: the stack follows it. Stack first: it begins at 0.
      stack = top > dataEnd ? dataEnd..<top : 0..<min(top, dataStart > 0 ? dataStart : top)
      // Without symbols, zero-initialised data cannot be told from the stack.
      if auxiliary == nil, let guess = stack, guess.lowerBound == dataEnd, dataEnd > 0,
        guess.count > 65_536
      {
        dataEnd = top - 65_536
        stack = dataEnd..<top
      }
    }
    let heapBase = auxiliary?.heapBase ?? max(dataEnd, stack?.upperBound ?? 0)
    var next: Int64 = 0
    func add(_ region: Region, _ range: Range<Int64>) {
      let start = min(max(range.lowerBound, next), end)
      let limit = min(max(range.upperBound, start), end)
      guard limit > start else { return }
      places.append(Place(region: region, range: start..<limit))
      next = limit
    }
    let isStackFirst = stack.map { $0.lowerBound == 0 && dataEnd > $0.upperBound } ?? false
    if isStackFirst, let stack { add(.auxStack, stack) }
    if dataEnd > dataStart { add(.staticData, dataStart..<dataEnd) }
    if !isStackFirst, let stack { add(.auxStack, stack) }
    let heap = memory.heapOffset..<(memory.heapOffset + memory.heapBytes)
    if memory.heapPlace == .beforeHeapBase {
      add(.appHeap, heap)
      add(.libcHeap, (heapBase + memory.heapBaseShift)..<max(end, heapBase + memory.heapBaseShift))
    } else {
      let limit = memory.heapBytes > 0 ? heap.lowerBound : end
      if limit > heapBase { add(.libcHeap, heapBase..<limit) }
      add(.appHeap, heap)
    }
  }
}
