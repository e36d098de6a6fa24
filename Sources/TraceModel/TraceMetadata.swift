/// Whose allocations a log holds.
package enum TraceScope: String, Sendable, CaseIterable {
  /// Everything that went through WAMR's allocator: heap blocks are the global heap's.
  case wamr
  /// The whole process.
  case process
  /// The inside of a program's linear memory, told by the program: addresses are offsets in it.
  case guest
}

/// One input of a trace.
package struct TraceSource: Hashable, Sendable {
  /// The file's name without its folder; `-` for standard input.
  package var name: String
  /// The reader's format name.
  package var format: String
  package var lines: Int64
  package var bytes: Int64
  /// What the input, its header or `--scope` says; nil where nothing does.
  package var scope: TraceScope?
  /// The ordinal of its first event, where it has any.
  package var firstEvent: UInt64

  package init(
    name: String, format: String, lines: Int64 = 0, bytes: Int64 = 0, scope: TraceScope? = nil,
    firstEvent: UInt64 = 0
  ) {
    self.name = name
    self.format = format
    self.lines = lines
    self.bytes = bytes
    self.scope = scope
    self.firstEvent = firstEvent
  }
}

/// A fact about the run; reserved names: wamr, mode, target, features, module.
package struct RunLabel: Hashable, Sendable, Comparable {
  package var name: String
  package var value: String
  /// Found in the capture rather than given by `--label`.
  package var isInferred: Bool

  package init(name: String, value: String, isInferred: Bool) {
    self.name = name
    self.value = value
    self.isInferred = isInferred
  }

  package static let reservedNames = ["wamr", "mode", "target", "features", "module"]

  package static func < (left: RunLabel, right: RunLabel) -> Bool {
    (left.name, left.value) < (right.name, right.value)
  }
}

/// What a trace says about itself.
package struct TraceMetadata: Hashable, Sendable {
  package var sources: [TraceSource] = []
  package var labels: [RunLabel] = []
  package var diagnostics: [Diagnostic] = []
  /// An input ended before its end, or a store was recovered.
  package var isIncomplete = false
  /// Where blocks were is not kept; all else is.
  package var leavesAddressesOut = false
  /// How many events at the beginning only say what is live when the others begin.
  package var openingEvents: UInt64 = 0
  /// Where the store holds a part of a trace.
  package var slice: TraceSlice?

  package init() {}
}
