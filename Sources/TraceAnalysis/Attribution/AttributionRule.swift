package import TraceModel

/// Who is behind a block or mapping, told by the functions on the call stack that asked for it.
///
/// A rule matches a stack when for each of its lists of patterns at least one frame, at any depth,
/// matches one pattern of the list. Of several rules the first that matches wins.
package struct AttributionRule: Hashable, Sendable {
  /// What kind of event a rule is about.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case heap
    case mapping
    /// The stack that `pthread_create` gives to a thread.
    case thread
  }

  /// What pages of a mapping allow.
  package enum Access: String, Hashable, Sendable, CaseIterable {
    case none
    case executable
  }

  /// What `explain` calls it.
  package var name: String
  package var category: MemoryCategory
  package var frames: [String]
  package var also: [String] = []
  /// No frame may match one of these.
  package var without: [String] = []
  /// nil: any.
  package var kind: Kind?
  package var access: Access?
  /// Mapped below 2 GiB (`MAP_32BIT`).
  package var isLow: Bool?
  /// Heap blocks of exactly so many bytes.
  package var bytes: UInt64?
  /// Heap blocks of a multiple of so many bytes.
  package var multipleOf: UInt64?
  /// Some stack of the trace so far has a frame that matches one of these.
  package var seen: [String] = []
  /// What follows the execution environment's struct in the same block.
  package var part: MemoryCategory?
  /// Blocks below one call of `frames` belong to one module instance.
  package var opensInstance = false
  /// The allocating thread creates another next, and that one uses the memory.
  package var isForCreatedThread = false
  /// One sentence for people.
  package var why = ""

  /// Whether more than the frames of a stack must be known to tell a heap block by it.
  var needsBlock: Bool { asksForSize || !seen.isEmpty }

  var asksForSize: Bool { bytes != nil || multipleOf != nil }

  package init(name: String, category: MemoryCategory, frames: [String]) {
    self.name = name
    self.category = category
    self.frames = frames
  }
}
