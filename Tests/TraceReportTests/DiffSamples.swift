import TraceModel
import TraceReport

/// Sides of a diff in few words.
enum DiffSamples {
  /// A hand-written estimate: exactly the categories in its rows.
  static func estimate(
    _ rows: [MemoryCategory: Int64],
    basis: Estimate.Basis? = nil,
    min: Int64? = nil,
    max: Int64? = nil,
    covers: Set<MemoryCategory>? = nil
  ) -> DiffSide {
    let rows = rows.sorted { $0.key < $1.key }.map { category, bytes in
      var row = Estimate.Row(category, ByteCount(bytes))
      row.basis = basis
      row.minimum = min.map { ByteCount($0) }
      row.maximum = max.map { ByteCount($0) }
      return row
    }
    return DiffSide(Estimate(rows: rows, covers: covers), name: "estimate.json")
  }

  static func footprint(
    _ rows: [MemoryCategory: Int64],
    source: FootprintSource = .snapshots,
    covers: Set<MemoryCategory> = [],
    unknown: [MemoryCategory: String] = [:],
    measure: Measure = .committed
  ) -> Footprint {
    let rows = rows.sorted { $0.key < $1.key }.map { category, bytes in
      FootprintRow(category, ByteCount(bytes), container: category.defaultContainer)
    }
    return Footprint(
      measure: measure,
      source: source,
      rows: rows,
      covers: covers.union(rows.map(\.category)),
      unknown: unknown
    )
  }

  static func trace(
    _ rows: [MemoryCategory: Int64],
    source: FootprintSource = .snapshots,
    covers: Set<MemoryCategory> = [],
    unknown: [MemoryCategory: String] = [:],
    measure: Measure = .committed,
    labels: [RunLabel] = [],
    split: Footprint? = nil,
    snapshot: Snapshot? = nil,
    name: String = "trace.zst"
  ) -> DiffSide {
    DiffSide(
      footprint(rows, source: source, covers: covers, unknown: unknown, measure: measure),
      name: name,
      labels: labels,
      globalHeapSplit: split,
      snapshot: snapshot
    )
  }
}

extension FootprintDiff {
  func row(_ id: String, in container: String? = nil) -> DiffRow? {
    rows.first { $0.subject.id == id && $0.container?.id == container }
  }

  func verdict(_ id: String, in container: String? = nil) -> RowVerdict? {
    row(id, in: container)?.verdict
  }
}
