/// Where a row lies: its subject, and the subject whose row holds its bytes.
struct RowPlace: Hashable {
  let subject: String
  let container: String?
  /// What else tells rows of one subject apart, such as the thread.
  let scope: [String?]

  init(_ subject: String, in container: String?, scope: [String?] = []) {
    self.subject = subject
    self.container = container
    self.scope = scope
  }
}

/// Rows in the order of a table: each right below the row that holds it, one level deeper.
///
/// Siblings keep their order. A row whose container has no row of its own comes last, at depth 1.
struct NestedRows<Row> {
  private(set) var rows: [(row: Row, depth: Int)] = []
  private var children: [Int: [Int]] = [:]
  private var isPlaced: [Bool]

  init(_ source: [Row], place: (Row) -> RowPlace) {
    let places = source.map(place)
    var exact: [RowPlace: Int] = [:]
    var first: [String: Int] = [:]
    for (index, place) in places.enumerated() {
      let key = RowPlace(place.subject, in: nil, scope: place.scope)
      if exact[key] == nil { exact[key] = index }
      if first[place.subject] == nil { first[place.subject] = index }
    }
    isPlaced = Array(repeating: false, count: source.count)
    for (index, place) in places.enumerated() {
      guard let container = place.container else { continue }
      let parent = exact[RowPlace(container, in: nil, scope: place.scope)] ?? first[container]
      if let parent, parent != index { children[parent, default: []].append(index) }
    }
    for index in source.indices where places[index].container == nil {
      append(index, depth: 0, from: source)
    }
    // Orphans first, then what lies in a circle of containers.
    for (index, place) in places.enumerated() {
      guard let container = place.container, first[container] == nil else { continue }
      append(index, depth: 1, from: source)
    }
    for index in source.indices { append(index, depth: 1, from: source) }
  }

  private mutating func append(_ index: Int, depth: Int, from source: [Row]) {
    guard !isPlaced[index] else { return }
    isPlaced[index] = true
    rows.append((source[index], depth))
    for child in children[index] ?? [] { append(child, depth: depth + 1, from: source) }
  }
}
