import WasmBinary

/// What the bodies say about tables: which indirect calls there are, and what can get into a table
/// beside the element segments.
struct IndirectCalls {
  /// Functions that one kind of indirect call may reach.
  struct Group: Hashable {
    /// Nil for `call_ref`, whose functions come from anywhere.
    var table: UInt32?
    /// See ``FunctionSignatures/Signature/shape``.
    var shape: Int32
    /// The elements, where the index is known that well.
    var elements: Range<UInt32>?
  }

  struct TablePair: Hashable {
    var from: UInt32
    var to: UInt32
  }

  private(set) var groups: [Group] = []
  private var numbers: [Group: Int32] = [:]
  /// Tables that instructions put any function into.
  private(set) var changedTables: Set<UInt32> = []
  /// Element segment to table.
  private(set) var initialized: Set<TablePair> = []
  private(set) var copied: Set<TablePair> = []
  /// Functions that `ref.func` takes.
  private(set) var referenced: Set<UInt32> = []

  mutating func number(of group: Group) -> Int32 {
    if let number = numbers[group] { return number }
    let number = Int32(clamping: groups.count)
    numbers[group] = number
    groups.append(group)
    return number
  }

  mutating func reference(_ function: UInt32) { referenced.insert(function) }

  mutating func change(_ table: UInt32) { changedTables.insert(table) }

  mutating func initialize(_ table: UInt32, from segment: UInt32) {
    initialized.insert(TablePair(from: segment, to: table))
  }

  mutating func copy(from source: UInt32, to target: UInt32) {
    copied.insert(TablePair(from: source, to: target))
  }
}
