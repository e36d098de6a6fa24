import MemtraceTestSupport
import TraceAnalysis
import TraceModel
import TraceStore

/// A small trace that has something of everything a store can hold.
///
/// The stores in `SampleTraces/stores` hold it, too: add to another trace, and leave this one.
enum FullTrace {
  static let headers = [
    LogHeader(source: 0, firstEvent: 0, text: "#memtrace-log 1 scope=wamr exe=/a b"),
    LogHeader(source: 1, firstEvent: 3, text: "#memtrace-log 1 pagesize=4096"),
  ].compactMap(\.self)

  static let stacks = [
    StackDefinition(id: StackID(rawValue: 1), parent: nil, frame: "main (a.c:1)", firstEvent: 0),
    StackDefinition(
      id: StackID(rawValue: .max), parent: StackID(rawValue: 1), frame: "", firstEvent: 2),
  ]

  static let snapshots = [
    Snapshot(
      source: 0, line: 12, thread: "7F00", timeMilliseconds: 86_399_999, isComplete: true,
      fields: Dictionary(
        uniqueKeysWithValues: SnapshotField.allCases.map { field in
          (
            field,
            field.rawValue % 3 == 2
              ? .notEnoughInfo : .bytes(field.rawValue % 2 == 0 ? .max : -Int64(field.rawValue))
          )
        })),
    Snapshot(source: 3, line: 1, fields: [.total: .bytes(0)]),
    Snapshot(source: 3, line: 900_000, timeMilliseconds: 0, fields: [:]),
  ]

  static let lines: [CaptureLine] = [
    .loader(
      LoaderMemory(
        source: 0, line: 3, thread: "T", pageBytes: 65536, initialPages: 1, maxPages: 65536,
        heapOffset: 0, heapSize: nil)),
    .loader(
      LoaderMemory(
        source: 0, line: 4, thread: nil, pageBytes: .max, initialPages: .min, maxPages: -1,
        heapOffset: nil, heapSize: .max)),
    .process(
      ProcessSample(
        source: 1, line: 5, label: "wasm_store_new(...) L664",
        values: [NamedBytes("VmRSS", 1024), NamedBytes("VmStk", 0)])),
    .process(ProcessSample(source: 1, line: 6, label: nil, values: [])),
    .fileRead(FileRead(source: 1, line: 7, bytes: 12345)),
    .heapCreated(HeapCreated(source: 1, line: 8, totalBytes: 5, structBytes: 1)),
    .heapCreated(
      HeapCreated(
        source: 1, line: 9, totalBytes: 5, structBytes: 1, actualBytes: 2, paddingBytes: 3)),
    .heapStatistics(
      HeapStatistics(
        source: 1, line: 10, heap: "0x7f00", freeBytes: 1, currentBytes: 2, highmarkBytes: 3,
        occupiedBytes: -4)),
    .heapStatistics(
      HeapStatistics(
        source: 1, line: 11, heap: nil, freeBytes: 0, currentBytes: 0, highmarkBytes: 0)),
  ]

  static let metadata: TraceMetadata = {
    var metadata = TraceMetadata()
    metadata.sources = [
      TraceSource(
        name: "a log.txt", format: "memtrace-log", lines: 12, bytes: 345, scope: .wamr),
      TraceSource(name: "-", format: "wamr-dump", lines: 0, bytes: .max, firstEvent: 3),
    ]
    metadata.labels = [
      RunLabel(name: "mode", value: "aot, fast", isInferred: true),
      RunLabel(name: "wamr", value: "2.4.4", isInferred: false),
    ]
    metadata.diagnostics = [
      Diagnostic(
        .warning, "line skipped", at: SourceLocation(file: "a log.txt", line: 4), count: 7),
      Diagnostic(.note, "no place"),
    ]
    metadata.isIncomplete = true
    return metadata
  }()

  /// Two batches: blocks that end in their own and in the next one, mappings, threads, samples.
  static func batches() -> [EventBatch] {
    let number = BatchRow.Value.number
    let text = BatchRow.Value.text
    let prot = EventField("prot", .text)
    let first = [
      BatchRow(
        100, 1, "malloc",
        [
          (EventShape.address, number(0x1000)), (EventShape.size, number(64)),
          (EventShape.usage, text("runtime")), (EventShape.stack, number(1)),
        ]),
      BatchRow(
        110, 2, "calloc", [(EventShape.address, number(0x2000)), (EventShape.size, number(0))]),
      BatchRow(
        120, 1, "mmap",
        [
          (EventShape.address, number(0x10000)), (EventShape.size, number(16384)),
          (prot, text("none")), (EventField("flags", .hexadecimal), number(0x22)),
          (EventField("fd", .signed), number(.max)),
        ]),
    ]
    let second = [
      BatchRow(130, 2, "free", [(EventShape.address, number(0x1000))]),
      BatchRow(
        130, 2, "mprotect",
        [
          (EventShape.address, number(0x10000)), (EventShape.size, number(8192)),
          (prot, text("rw")),
        ]),
      BatchRow(
        140, 1, "realloc",
        [
          (EventShape.old, number(0x2000)), (EventShape.address, number(0x3000)),
          (EventShape.size, number(32)),
        ]),
      BatchRow(150, 1, "sample", [(EventField("rss", .decimal), number(1 << 20))]),
      BatchRow(160, 3, "thread", [(EventField("name", .text), text("wasm worker 1"))]),
      BatchRow(
        170, 3, "image",
        [(EventField("", .text), text("load")), (EventField("", .text), text("x"))]
      ),
      BatchRow(180, 3, "brk", [(EventField("by", .text), text("a b  c"))]),
    ]
    return [BatchRow.batch(first), BatchRow.batch(second, firstEvent: 3)]
  }

  static let resident: ResidentFootprint = {
    var resident = ResidentFootprint(time: 150, event: 6, committed: 1 << 20)
    resident.categories = [.linearMemory: ByteCount(4096), .host: ByteCount(1 << 19)]
    resident.rest = ByteCount(12288)
    return resident
  }()

  /// Changes of two instances, with and without what may be absent.
  static func instanceChanges(_ seed: UInt64) -> [InstanceChange] {
    let first = Adjustment(
      row: 1, category: .moduleInstance, allocatingThread: 1, owner: 2, stack: 7 + seed,
      committed: -5, reserved: 1 << 40, count: -1)
    let second = Adjustment(
      row: 2, category: .linearMemory, allocatingThread: .max, owner: nil, committed: 65536,
      reserved: 0, count: 0)
    return [
      InstanceChange(instance: 1, change: first),
      InstanceChange(instance: 90 - seed, change: second),
    ]
  }

  /// Writes it and hands back what the store must say.
  @discardableResult
  static func write(
    to path: String, level: Int32 = TraceWriter.defaultLevel
  ) throws -> (batches: [EventBatch], summary: TraceSummary) {
    var writing = try StoreWriting(path, level: level, replaces: true)
    writing.matcher.scope = .wamr
    let writer = writing.writer
    try writer.append(metadata)
    for header in headers { try writer.append(.logHeader(header)) }
    try writer.append(.stacks(StackBatch(stacks)))
    for line in lines { try writer.append(.captureLine(line)) }
    var batches: [EventBatch] = []
    for (index, batch) in FullTrace.batches().enumerated() {
      batches.append(
        try writing.append(batch, instanceChanges: instanceChanges(UInt64(index))))
    }
    for snapshot in snapshots { try writer.append(.snapshot(snapshot)) }
    return (batches, try writing.finish(metadata: metadata, resident: resident))
  }
}

/// A small store with events: a block that begins and ends, and one that takes its place.
///
/// The worked example of `TraceFileFormat.md`, where nothing is compressed.
enum TinyTrace {
  static let log = RandomLog(events: [
    LogEvent(time: 1000, thread: 7, .malloc, 0x1000, size: 64),
    LogEvent(time: 1003, thread: 7, .free, 0x1000),
    LogEvent(time: 1005, thread: 7, .malloc, 0x1000, size: 60),
  ])

  static let metadata: TraceMetadata = {
    var metadata = TraceMetadata()
    metadata.sources = [TraceSource(name: "a.log", format: "memtrace-log", lines: 3, bytes: 104)]
    return metadata
  }()

  /// A level at which zstd stores short frames as they are.
  static let stored: Int32 = -1000

  static func write(to path: String) throws {
    var writing = try StoreWriting(path, level: stored, replaces: true)
    for batch in log.batches(of: [3]) { try writing.append(batch) }
    try writing.finish(metadata: metadata)
  }
}
