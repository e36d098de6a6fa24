package import TraceModel

/// One side of a diff: a measured footprint or an estimate, reduced to what can be compared.
package struct DiffSide: Hashable, Sendable {
  /// Bytes of one category, inside one container or in none.
  package struct Row: Hashable, Sendable {
    package var category: MemoryCategory
    package var container: MemoryCategory?
    package var bytes: ByteCount
    package var used: ByteCount?
    package var source: FootprintSource
    package var expectation: Expectation
  }

  /// The file as the user named it.
  package var name: String
  package var measure: Measure
  package var source: FootprintSource
  package var labels: [RunLabel]
  package var covers: Set<MemoryCategory>
  /// Categories that exist but whose bytes are wrong, with the reason.
  package var unknown: [MemoryCategory: String]
  package var rows: [Row]
  /// Parts of a global heap that `rows` has only as one sum.
  package var heapParts: [Row] = []
  /// High-water marks of what the source shows without its size: the aux stack of a dump.
  package var marks: [MemoryCategory: ByteCount] = [:]
  package var fields: [SnapshotField: FieldExpectation]
  /// What was found while the side was made, for the diff's warnings.
  package var notes: [String] = []

  /// An estimate: committed bytes with bounds.
  package init(_ estimate: Estimate, name: String) {
    self.name = name
    measure = .committed
    source = .estimate
    labels = estimate.labels
    covers = estimate.covers
    unknown = [:]
    rows = estimate.rows.map { row in
      Row(
        category: row.category,
        container: row.container,
        bytes: row.expected,
        used: row.used,
        source: .estimate,
        expectation: Expectation(row)
      )
    }
    fields = estimate.fields.mapValues { FieldExpectation($0) }
    for (field, bounds) in estimate.fieldBounds {
      fields[field] = FieldExpectation(bounds, predicted: estimate.fields[field])
    }
  }

  /// A measured footprint, with the dump whose lines `--fields` compares.
  ///
  /// `globalHeapSplit` is the latest dump's footprint; it splits the global heap as "of which" where
  /// the events have only its sum.
  package init(
    _ footprint: Footprint,
    name: String,
    labels: [RunLabel] = [],
    globalHeapSplit: Footprint? = nil,
    snapshot: Snapshot? = nil
  ) {
    self.name = name
    self.labels = labels
    measure = footprint.measure
    source = footprint.source
    covers = footprint.covers.union(footprint.rows.map(\.category))
    unknown = footprint.unknown
    rows = DiffSide.merged(footprint)
    fields = [:]
    for (field, value) in snapshot?.fields ?? [:] {
      if case .bytes(let bytes) = value { fields[field] = FieldExpectation(ByteCount(bytes)) }
    }
    marks[.auxStack] = snapshot?.bytes(.auxStackUsed).map { ByteCount($0) }
    if let globalHeapSplit { splitGlobalHeap(by: globalHeapSplit) }
  }

  /// The rows of threads, instances and sites added up by category and container.
  private static func merged(_ footprint: Footprint) -> [Row] {
    struct Key: Hashable {
      let category: MemoryCategory
      let container: MemoryCategory?
    }
    var rows: [Row] = []
    var places: [Key: Int] = [:]
    for row in footprint.rows {
      let key = Key(category: row.category, container: row.container)
      guard let place = places[key] else {
        places[key] = rows.count
        rows.append(
          Row(
            category: row.category,
            container: row.container,
            bytes: row.bytes,
            used: row.used,
            source: footprint.source,
            expectation: Expectation(row.bytes)
          )
        )
        continue
      }
      rows[place].bytes += row.bytes
      // A sum of some high-water marks would pass for the sum of all.
      if let sum = rows[place].used, let used = row.used {
        rows[place].used = sum + used
      } else {
        rows[place].used = nil
      }
      rows[place].expectation = Expectation(rows[place].bytes)
    }
    return rows
  }
}
