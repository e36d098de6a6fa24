package import TraceModel

/// What one thread did and held.
package struct ThreadReport: Hashable, Sendable {
  package var thread: String
  package var facts: ThreadFacts
  /// nil where nothing tells who runs WASM.
  package var role: ThreadRole?
  /// The module instances whose structures it has, in order.
  package var instances: [String] = []
  package var events: UInt64
  package var allocations: Int64
  package var allocatedBytes: ByteCount
  package var releases: Int64
  /// Its own largest total.
  package var peak: ByteCount
  /// What it held at the trace's peak.
  package var atPeak: ByteCount
  /// What it held at the end.
  package var atEnd: ByteCount

  package init(
    thread: String, facts: ThreadFacts, events: UInt64, allocations: Int64,
    allocatedBytes: ByteCount, releases: Int64, peak: ByteCount, atPeak: ByteCount,
    atEnd: ByteCount
  ) {
    self.thread = thread
    self.facts = facts
    self.events = events
    self.allocations = allocations
    self.allocatedBytes = allocatedBytes
    self.releases = releases
    self.peak = peak
    self.atPeak = atPeak
    self.atEnd = atEnd
  }
}

extension Document {
  /// Memory by thread (`memtrace threads`).
  package static func threads(_ threads: [ThreadReport]) -> Document {
    let sorted = threads.sorted {
      ($1.atPeak, $1.peak, $0.thread) < ($0.atPeak, $0.peak, $1.thread)
    }
    let rows = sorted.map { thread in
      Table.Row([
        .text(thread.thread), .text(thread.facts.name), .text(thread.role?.rawValue),
        .text(thread.instances.isEmpty ? nil : thread.instances.joined(separator: " ")),
        .text(thread.facts.creator.map { "\($0)" }),
        .text(thread.facts.creator.map { _ in thread.facts.isInferred ? "yes" : "no" }),
        .bytes(thread.facts.stackBytes.map { ByteCount($0) }), .unsigned(thread.events),
        .integer(thread.allocations), .bytes(thread.allocatedBytes), .integer(thread.releases),
        .bytes(thread.peak), .bytes(thread.atPeak), .bytes(thread.atEnd),
      ])
    }
    let columns: [Table.Column] = [
      .init("thread"), .init("name"),
      .init("role", isMachineOnly: !threads.contains { $0.role != nil }),
      .init("instances", isMachineOnly: !threads.contains { !$0.instances.isEmpty }),
      .init("creator"), .init("inferred"),
      .number("stack", key: "stackBytes"),
      .number("events", key: "eventCount"), .number("allocations", key: "allocationCount"),
      .number("allocated", key: "allocatedBytes"),
      .number("releases", key: "releaseCount"), .number("own peak", key: "peakBytes"),
      .number("at peak", key: "atPeakBytes"), .number("at end", key: "atEndBytes"),
    ]
    let isInferred = threads.contains { $0.facts.isInferred }
    return Document(
      tables: [Table("threads", columns: columns, rows: rows)],
      footnotes: isInferred
        ? ["inferred: linked to its creator by the guard pages in the stack it was given"] : [],
      json: [
        "schema": "memtrace.threads/1", "measure": "committed",
        "threads": .array(sorted.map(json)),
      ])
  }

  private static func json(_ thread: ThreadReport) -> JSONValue {
    [
      "thread": .string(thread.thread), "name": .optional(thread.facts.name),
      "role": .optional(thread.role?.rawValue),
      "instances": .array(thread.instances.map { .string($0) }),
      "creator": .optional(thread.facts.creator.map { "\($0)" }),
      "inferred": .bool(thread.facts.isInferred),
      "stackBytes": .optional(thread.facts.stackBytes), "eventCount": .unsigned(thread.events),
      "allocationCount": .integer(thread.allocations),
      "allocatedBytes": .bytes(thread.allocatedBytes), "releaseCount": .integer(thread.releases),
      "peakBytes": .bytes(thread.peak), "atPeakBytes": .bytes(thread.atPeak),
      "atEndBytes": .bytes(thread.atEnd),
    ]
  }
}
