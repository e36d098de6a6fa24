package import TraceModel

/// Moments of an event log that explain its timeline: growth of linear memory, calls that asked for
/// memory and got none, and the log's own marks.
package struct MomentAggregator: Aggregator {
  package static let parts: EventParts = [.times]

  package struct Moment: Hashable, Sendable {
    package var time: UInt64
    package var event: UInt64
    /// What was added, or what was asked for; 0 for a mark.
    package var bytes: Int64
    /// The operation's name, or the mark's.
    package var name: String
  }

  /// How many of one kind are kept; of growth the largest, of the others the first.
  package static let limit = 200

  package private(set) var growth: [Moment] = []
  package private(set) var growthCount = 0
  package private(set) var failures: [Moment] = []
  package private(set) var failureCount = 0
  package private(set) var marks: [Moment] = []
  package private(set) var markCount = 0

  package init() {}

  /// Takes growth from a batch with its derived columns.
  package mutating func consume(_ batch: EventBatch) {
    var row = -1
    var added: Int64 = 0
    var grown: [(row: Int, bytes: Int64)] = []
    batch.forEachEffect { effect in
      guard effect.category == MemoryCategory.linearMemory.code else { return }
      if effect.row != row {
        if added > 0 { grown.append((row, added)) }
        row = effect.row
        added = 0
      }
      added &+= effect.committed
    }
    if added > 0 { grown.append((row, added)) }
    growthCount += grown.count
    growth += grown.map { moment($0.row, of: batch, bytes: $0.bytes) }
    guard growth.count > MomentAggregator.limit else { return }
    growth.sort { ($1.bytes, $0.event) < ($0.bytes, $1.event) }
    growth.removeLast(growth.count - MomentAggregator.limit)
  }

  /// Takes failures and marks from a batch as the log had it; without addresses only the failures
  /// that have a `result`.
  package mutating func consumeRecorded(_ batch: EventBatch, hasAddresses: Bool = true) {
    var extras = ExtraCursor(batch)
    let kinds = batch.shapeTable.map(ShapeKind.init)
    for row in 0..<batch.count {
      let kind = kinds[Int(batch.shapes[row])]
      let values =
        kind.hasFurtherKeys
        ? extras.take(batch.shapeTable[Int(batch.shapes[row])]) : ExtraValues()
      if kind.call == .mark {
        markCount += 1
        guard marks.count < MomentAggregator.limit else { continue }
        var mark = moment(row, of: batch, bytes: 0)
        mark.name = values.text("name") ?? "mark"
        marks.append(mark)
      } else if kind.mayFail && values.hasFailed
        || hasAddresses && kind.gotNothing(row, of: batch)
      {
        failureCount += 1
        guard failures.count < MomentAggregator.limit else { continue }
        failures.append(
          moment(row, of: batch, bytes: Int64(truncatingIfNeeded: batch.sizes[row])))
      }
    }
  }

  /// What rows of a shape may tell, worked out once a batch.
  private struct ShapeKind {
    enum Call {
      case allocation
      case mapping
      case mark
      case other
    }

    let call: Call
    let hasFurtherKeys: Bool
    /// A `result` says whether the call failed.
    let mayFail: Bool

    init(_ shape: EventShape) {
      call =
        switch shape.operation {
        case .mark: .mark
        case .mmap, .mremap: .mapping
        default: shape.operation.mayBeginBlock ? .allocation : .other
        }
      hasFurtherKeys = shape.fields.contains { !EventBatch.isCore($0) }
      mayFail = call == .mapping || shape.operation == .mprotect
    }

    /// An allocation or mapping at address 0.
    @inline(__always)
    func gotNothing(_ row: Int, of batch: EventBatch) -> Bool {
      switch call {
      case .mapping: batch.addresses[row] == 0 || batch.addresses[row] == .max
      case .allocation: batch.addresses[row] == 0 && batch.sizes[row] > 0
      case .mark, .other: false
      }
    }
  }

  private func moment(_ row: Int, of batch: EventBatch, bytes: Int64) -> Moment {
    Moment(
      time: batch.times[row], event: batch.firstEvent + UInt64(row), bytes: bytes,
      name: batch.shapeTable[Int(batch.shapes[row])].operation.name)
  }
}
