import TraceModel

/// Tables of the lines that a capture prints beside its dumps; kinds without a line have none.
struct CaptureLineTables {
  private var loader = Table(
    "loader",
    title: "memory the loader instantiated",
    columns: [
      .init("source"), .number("line"), .init("thread"), .number("page", key: "pageBytes"),
      .number("pages", key: "initialPages"), .number("max pages", key: "maxPages"),
      .number("heap offset", key: "heapOffsetBytes"), .number("heap", key: "heapBytes"),
    ]
  )
  private var samples = Table(
    "processSamples",
    title: "process memory",
    columns: [
      .init("source"), .number("line"), .init("label"), .init("name"), .number("bytes"),
    ]
  )
  private var filesRead = Table(
    "fileRead",
    title: "files read",
    columns: [.init("source"), .number("line"), .number("bytes")]
  )
  private var heaps = Table(
    "heapCreated",
    title: "heaps created",
    columns: [
      .init("source"), .number("line"), .number("total", key: "totalBytes"),
      .number("struct", key: "structBytes"), .number("actual", key: "actualBytes"),
      .number("padding", key: "paddingBytes"),
    ]
  )
  private var statistics = Table(
    "heapStatistics",
    title: "heap statistics",
    columns: [
      .init("source"), .number("line"), .init("heap"), .number("free", key: "freeBytes"),
      .number("current", key: "currentBytes"), .number("highmark", key: "highmarkBytes"),
      .number("occupied", key: "occupiedBytes"),
    ]
  )

  init(_ lines: [CaptureLine], _ names: SourceNames) {
    for line in lines {
      switch line {
      case .loader(let memory): add(memory, names)
      case .process(let sample): add(sample, names)
      case .fileRead(let read):
        filesRead.rows.append(
          Table.Row([
            .text(names[read.source]), .integer(Int64(read.line)), .bytes(ByteCount(read.bytes)),
          ])
        )
      case .heapCreated(let heap): add(heap, names)
      case .heapStatistics(let heap): add(heap, names)
      }
    }
  }

  var tables: [Table] {
    [loader, samples, filesRead, heaps, statistics].filter { !$0.rows.isEmpty }
  }

  private mutating func add(_ memory: LoaderMemory, _ names: SourceNames) {
    loader.rows.append(
      Table.Row([
        .text(names[memory.source]), .integer(Int64(memory.line)), .text(memory.thread),
        bytes(memory.pageBytes), .integer(memory.initialPages), .integer(memory.maxPages),
        bytes(memory.heapOffset), bytes(memory.heapSize),
      ])
    )
  }

  private mutating func add(_ sample: ProcessSample, _ names: SourceNames) {
    for value in sample.values {
      samples.rows.append(
        Table.Row([
          .text(names[sample.source]), .integer(Int64(sample.line)), .text(sample.label),
          .text(value.name), bytes(value.bytes),
        ])
      )
    }
  }

  private mutating func add(_ heap: HeapCreated, _ names: SourceNames) {
    heaps.rows.append(
      Table.Row([
        .text(names[heap.source]), .integer(Int64(heap.line)), bytes(heap.totalBytes),
        bytes(heap.structBytes), bytes(heap.actualBytes), bytes(heap.paddingBytes),
      ])
    )
  }

  private mutating func add(_ heap: HeapStatistics, _ names: SourceNames) {
    statistics.rows.append(
      Table.Row([
        .text(names[heap.source]), .integer(Int64(heap.line)), .text(heap.heap),
        bytes(heap.freeBytes), bytes(heap.currentBytes), bytes(heap.highmarkBytes),
        bytes(heap.occupiedBytes),
      ])
    )
  }

  private func bytes(_ value: Int64?) -> TableCell {
    .bytes(value.map { ByteCount($0) })
  }
}
