/// Call stacks with all that they are called from.
package struct StackSelection: Sendable {
  private var ids: Set<StackID> = []

  package init(_ used: Set<UInt64>, of definitions: some Sequence<StackDefinition>) {
    let parents = Dictionary(
      definitions.map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
    for number in used {
      var next: StackID? = StackID(rawValue: number)
      while let id = next, ids.insert(id).inserted { next = parents[id] ?? nil }
    }
  }

  package func contains(_ id: StackID) -> Bool { ids.contains(id) }
}
