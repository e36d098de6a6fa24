import TraceModel

/// The machine-readable form of a trace's dumps (`memtrace.snapshots/1`).
enum SnapshotsJSON {
  static func value(
    _ snapshots: [Snapshot],
    _ lines: [CaptureLine],
    _ names: SourceNames
  ) -> JSONValue {
    var loader: [JSONValue] = []
    var samples: [JSONValue] = []
    var filesRead: [JSONValue] = []
    var heaps: [JSONValue] = []
    var statistics: [JSONValue] = []
    for line in lines {
      switch line {
      case .loader(let memory): loader.append(value(memory, names))
      case .process(let sample): samples.append(value(sample, names))
      case .fileRead(let read): filesRead.append(.integer(read.bytes))
      case .heapCreated(let heap): heaps.append(value(heap, names))
      case .heapStatistics(let heap): statistics.append(value(heap, names))
      }
    }
    return [
      "schema": "memtrace.snapshots/1",
      "snapshots": .array(snapshots.enumerated().map { value($1, index: $0, names) }),
      "loader": .array(loader),
      "processSamples": .array(samples),
      "fileReadBytes": .array(filesRead),
      "heapCreated": .array(heaps),
      "heapStatistics": .array(statistics),
    ]
  }

  private static func value(
    _ snapshot: Snapshot,
    index: Int,
    _ names: SourceNames
  ) -> JSONValue {
    let fields = snapshot.fields.sorted { $0.key < $1.key }.map { field, value in
      JSONMember(field.name, .optional(value.bytes))
    }
    return [
      "index": .count(index),
      "source": .string(names[snapshot.source]),
      "line": .count(snapshot.line),
      "thread": .optional(snapshot.thread),
      "timeMilliseconds": .optional(snapshot.timeMilliseconds),
      "complete": .bool(snapshot.isComplete),
      "fields": .object(fields),
    ]
  }

  private static func value(_ memory: LoaderMemory, _ names: SourceNames) -> JSONValue {
    [
      "source": .string(names[memory.source]),
      "line": .count(memory.line),
      "thread": .optional(memory.thread),
      "pageBytes": .integer(memory.pageBytes),
      "initialPages": .integer(memory.initialPages),
      "maxPages": .integer(memory.maxPages),
      "heapOffsetBytes": .optional(memory.heapOffset),
      "heapBytes": .optional(memory.heapSize),
    ]
  }

  private static func value(_ sample: ProcessSample, _ names: SourceNames) -> JSONValue {
    var members = [
      JSONMember("source", .string(names[sample.source])),
      JSONMember("line", .count(sample.line)),
      JSONMember("label", .optional(sample.label)),
    ]
    for value in sample.values {
      let name = key(value.name)
      // A torn capture may print a line twice; an object has each key once.
      guard !members.contains(where: { $0.name == name }) else { continue }
      members.append(JSONMember(name, .integer(value.bytes)))
    }
    return .object(members)
  }

  /// `VmPeak` as `vmPeakBytes`.
  private static func key(_ name: String) -> String {
    name.prefix(1).lowercased() + name.dropFirst() + "Bytes"
  }

  private static func value(_ heap: HeapCreated, _ names: SourceNames) -> JSONValue {
    [
      "source": .string(names[heap.source]),
      "line": .count(heap.line),
      "totalBytes": .integer(heap.totalBytes),
      "structBytes": .optional(heap.structBytes),
      "actualBytes": .optional(heap.actualBytes),
      "paddingBytes": .optional(heap.paddingBytes),
    ]
  }

  private static func value(_ heap: HeapStatistics, _ names: SourceNames) -> JSONValue {
    [
      "source": .string(names[heap.source]),
      "line": .count(heap.line),
      "heap": .optional(heap.heap),
      "freeBytes": .integer(heap.freeBytes),
      "currentBytes": .integer(heap.currentBytes),
      "highmarkBytes": .integer(heap.highmarkBytes),
      "occupiedBytes": .optional(heap.occupiedBytes),
    ]
  }
}
