package import TraceAnalysis
package import TraceModel

/// Where a run's memory goes, in plain sentences, and what would make it less.
package struct Explanation: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    package var category: MemoryCategory
    package var container: MemoryCategory?
    /// Nil where the source shows only what was used inside.
    package var bytes: ByteCount?
    /// What is really used inside, at most.
    package var used: ByteCount?
    package var basis: Estimate.Basis?
    package var sentence: String
    /// The attribution rules behind the bytes, the largest share first.
    package var rules: [RuleUse.Share] = []
  }

  /// A flag or option, with what it saves in all the rows that it changes.
  package struct Change: Hashable, Sendable {
    package var categories: [MemoryCategory]
    package var action: String
    /// Nil where the saving cannot be told beforehand.
    package var saved: ByteCount?
  }

  package var source: FootprintSource
  /// The file that an estimate is of.
  package var module: Estimate.Module?
  /// The ordinal of the event or dump of a measured peak.
  package var event: UInt64?
  /// The sum of the rows that lie in no other.
  package var total: ByteCount
  package var rows: [Row]
  /// The largest saving first, those whose saving is not known last.
  package var changes: [Change]
  /// What else is to be known: assumptions of an estimate, categories that a dump got wrong.
  package var notes: [String]

  /// Names the rules behind each row that lies in no other.
  package mutating func add(_ use: RuleUse) {
    for index in rows.indices where rows[index].container == nil {
      rows[index].rules = use.shares(of: rows[index].category)
    }
  }
}
