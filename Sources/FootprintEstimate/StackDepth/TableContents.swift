import WasmBinary

/// Which functions a call through a table may reach.
///
/// A table that only element segments fill holds no more than those name. One that the host may
/// change (imported or exported), or that instructions put any function into, is open: it may hold
/// every function that is in some segment, or that `ref.func` or a global's initial value takes.
struct TableContents {
  /// Where the functions of a call come from.
  private enum Pool: Hashable {
    case open
    /// Tables that are copied into each other share what they hold: the first stands for all.
    case closed(leader: UInt32)
    case elements(table: UInt32, Range<UInt32>)
  }

  private struct Source: Hashable {
    var pool: Pool
    var shape: Int32
  }

  private let module: WasmModule
  private let signatures: FunctionSignatures
  private let functionTypes: [UInt32]
  private let calls: IndirectCalls
  private var leaders: [UInt32: UInt32] = [:]
  private var openLeaders: Set<UInt32> = []
  /// Tables whose elements are not all known by their place.
  private var shiftedTables: Set<UInt32> = []
  private var segmentsByLeader: [UInt32: [Int]] = [:]

  /// Groups that reach the same functions are one: the number of each group's set.
  private(set) var setOfGroup: [Int32] = []
  /// The functions of each set, in order.
  private(set) var sets: [[Int32]] = []

  init(
    _ module: WasmModule, _ signatures: FunctionSignatures, _ functionTypes: [UInt32],
    _ calls: IndirectCalls
  ) {
    self.module = module
    self.signatures = signatures
    self.functionTypes = functionTypes
    self.calls = calls
    joinCopiedTables()
    findOpenTables()
    findSegments()
    resolve()
  }

  private mutating func joinCopiedTables() {
    for pair in calls.copied {
      let leader = leader(of: pair.from)
      let other = self.leader(of: pair.to)
      if leader != other { leaders[other] = leader }
      shiftedTables.insert(pair.to)
    }
  }

  private mutating func leader(of table: UInt32) -> UInt32 {
    var table = table
    while let next = leaders[table] {
      // Every other step is taken out, which keeps the chains short.
      if let further = leaders[next] { leaders[table] = further }
      table = next
    }
    return table
  }

  private mutating func findOpenTables() {
    var tables = calls.changedTables
    for export in module.exports where export.kind == .table { tables.insert(export.index) }
    for index in module.importedTables.indices { tables.insert(UInt32(clamping: index)) }
    for table in tables { openLeaders.insert(leader(of: table)) }
  }

  private mutating func findSegments() {
    for (index, segment) in module.elements.enumerated() {
      guard case .active(let table, let offset) = segment.mode else { continue }
      segmentsByLeader[leader(of: table), default: []].append(index)
      if case .number = offset { continue }
      shiftedTables.insert(table)
    }
    for pair in calls.initialized where Int(pair.from) < module.elements.count {
      segmentsByLeader[leader(of: pair.to), default: []].append(Int(pair.from))
      shiftedTables.insert(pair.to)
    }
  }

  private mutating func pool(of group: IndirectCalls.Group) -> Pool {
    guard let table = group.table else { return .open }
    let leader = leader(of: table)
    if openLeaders.contains(leader) { return .open }
    if let elements = group.elements, !shiftedTables.contains(table) {
      return .elements(table: table, elements)
    }
    return .closed(leader: leader)
  }

  private mutating func resolve() {
    var numbers: [Source: Int32] = [:]
    var shapes: [Pool: [Int32: [Int32]]] = [:]
    var places: [UInt32: [UInt32: UInt32]] = [:]
    setOfGroup.reserveCapacity(calls.groups.count)
    for group in calls.groups {
      let source = Source(pool: pool(of: group), shape: group.shape)
      if let number = numbers[source] {
        setOfGroup.append(number)
        continue
      }
      let number = Int32(clamping: sets.count)
      numbers[source] = number
      setOfGroup.append(number)
      if case .elements(let table, let range) = source.pool {
        if places[table] == nil { places[table] = functionsByElement(of: table) }
        let found = Set(range.compactMap { places[table]?[$0] })
        sets.append(found.filter { shape(of: $0) == group.shape }.map { Int32($0) }.sorted())
      } else {
        if shapes[source.pool] == nil { shapes[source.pool] = functionsByShape(source.pool) }
        sets.append(shapes[source.pool]?[group.shape] ?? [])
      }
    }
  }

  private func shape(of function: UInt32) -> Int32 {
    signatures[functionTypes[Int(function)]].shape
  }

  private func isFunction(_ index: UInt32) -> Bool { Int(index) < functionTypes.count }

  private func functionsByShape(_ pool: Pool) -> [Int32: [Int32]] {
    var functions: Set<UInt32> = []
    var segments = module.elements.indices
    if case .closed(let leader) = pool {
      for index in segmentsByLeader[leader] ?? [] { insertFunctions(of: index, into: &functions) }
      segments = 0..<0
    } else {
      functions = calls.referenced
      for global in module.globals {
        if case .function(let function) = global.initial { functions.insert(function) }
      }
    }
    for index in segments { insertFunctions(of: index, into: &functions) }
    var result: [Int32: [Int32]] = [:]
    for function in functions.sorted() where isFunction(function) {
      result[shape(of: function), default: []].append(Int32(clamping: function))
    }
    return result
  }

  private func insertFunctions(of segment: Int, into functions: inout Set<UInt32>) {
    for case .some(let function) in module.elements[segment].functions {
      functions.insert(function)
    }
  }

  private func functionsByElement(of table: UInt32) -> [UInt32: UInt32] {
    var result: [UInt32: UInt32] = [:]
    for index in segmentsByLeader[table] ?? [] {
      guard case .active(_, .number(let offset)) = module.elements[index].mode else { continue }
      for (index, function) in module.elements[index].functions.enumerated() {
        guard let place = UInt32(exactly: UInt64(index) &+ offset) else { continue }
        result[place] = function.flatMap { isFunction($0) ? $0 : nil }
      }
    }
    return result
  }
}
