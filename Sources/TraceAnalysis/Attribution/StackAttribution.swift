package import TraceModel

/// Which rule speaks for each call stack, and which call opened the instance it lies below.
package struct StackAttribution {
  private struct Node {
    var lists: AttributionRules.Lists
    /// The call that opens an instance: its caller's node and its function; -1 for none.
    var opener: Int32
    /// The rule for heap blocks, -1 for none, or one of the two below.
    var heapRule: Int16 = -1

    /// The block's size decides, and perhaps what else was seen.
    static let dependsOnBlock: Int16 = -2
    /// What else was seen decides.
    static let dependsOnSeen: Int16 = -3
  }

  private struct Call: Hashable {
    var caller: Int32
    var function: String
  }

  package let rules: AttributionRules
  /// What each rule says of blocks, where that is a category alone.
  private let plainCodes: [UInt8]
  private var nodes: [Node] = []
  /// Places of nodes by id + 1, where ids are small.
  private var places: [Int32] = []
  private var distantPlaces: [UInt64: Int32] = [:]
  /// What is said of heap blocks by stack alone; kept as rules are found, and as stacks are defined.
  private(set) var plain = PlainCategories()
  /// Stacks of which that is said for as long as no more is seen.
  private var plainUntilMoreIsSeen: [UInt64] = []
  private var openers: [Call: Int32] = [:]
  /// The lists that frames of any stack match, up to the event asked about last.
  private var seen: AttributionRules.Lists = 0
  /// What comes to be seen, by the first event behind the definition.
  private var comingToBeSeen: [(event: UInt64, lists: AttributionRules.Lists)] = []
  private var allSeen: AttributionRules.Lists = 0
  private var frames = FrameLists()
  private var knownFunctions: [String: AttributionRules.Lists] = [:]
  /// The nodes' `heapRule` by their lists, of which there are few.
  private var knownRules: [AttributionRules.Lists: Int16] = [:]
  private static let nearIDs: UInt64 = 1 << 22
  private static let nowhere: Int32 = -1

  package init(_ rules: AttributionRules) {
    self.rules = rules
    plainCodes = rules.rules.map { rule in
      let saysMore = rule.part != nil || rule.isForCreatedThread
      return saysMore ? PlainCategories.notPlain : rule.category.code
    }
  }

  package var isEmpty: Bool { nodes.isEmpty }

  /// Takes definitions; a parent must have been defined before.
  package mutating func define(_ stacks: StackBatch) {
    let lists = unsafe frames.lists(of: stacks.frames) { frame in
      guard let function = FrameText(unsafe String(decoding: frame, as: UTF8.self)).function else {
        return 0
      }
      let lists = knownFunctions[function] ?? rules.lists(matching: function)
      knownFunctions[function] = lists
      return lists
    }
    for row in stacks.rows { define(row, of: stacks.frames, lists: lists[Int(row.frame)]) }
  }

  private mutating func define(
    _ row: StackBatch.Row, of frames: FrameTable, lists: AttributionRules.Lists
  ) {
    guard nodes.count < Int(Int32.max) else { return }
    let parent = row.parent.map { place(of: $0) } ?? StackAttribution.nowhere
    var node = Node(lists: lists, opener: StackAttribution.nowhere)
    if parent >= 0 {
      node.lists |= nodes[Int(parent)].lists
      node.opener = nodes[Int(parent)].opener
    }
    if node.opener < 0, lists & rules.opening != 0,
      let function = FrameText(frames[Int(row.frame)]).function
    {
      // By caller and function: addresses inside the function are of its many calls.
      let call = Call(caller: parent, function: function)
      node.opener = openers[call] ?? Int32(openers.count)
      openers[call] = node.opener
    }
    if lists & ~allSeen != 0 {
      allSeen |= lists
      comingToBeSeen.append((row.firstEvent, lists))
      for stack in plainUntilMoreIsSeen { plain.note(PlainCategories.notPlain, of: stack) }
      plainUntilMoreIsSeen = []
    }
    node.heapRule =
      parent >= 0 && nodes[Int(parent)].lists == node.lists
      ? nodes[Int(parent)].heapRule : heapRule(for: node.lists)
    setPlace(of: row.id, to: Int32(nodes.count))
    nodes.append(node)
    let isPlain = node.opener < 0 && node.heapRule >= -1
    plain.define(
      row.id, as: isPlain ? plainCode(of: Int(node.heapRule)) : PlainCategories.notPlain,
      isNear: row.id < StackAttribution.nearIDs)
  }

  /// A node's rule for heap blocks.
  private mutating func heapRule(for lists: AttributionRules.Lists) -> Int16 {
    if let known = knownRules[lists] { return known }
    // Whatever is seen: does any rule ask for more than the stack?
    let found = rules.first(for: lists, seen: .max) { StackAttribution.isForHeap($0) }
    var rule = Int16(clamping: found ?? -1)
    if let found, rules.rules[found].needsBlock {
      let sized = rules.first(for: lists, seen: .max) { rule in
        StackAttribution.isForHeap(rule) && rule.asksForSize
      }
      rule = sized == nil ? Node.dependsOnSeen : Node.dependsOnBlock
    }
    knownRules[lists] = rule
    return rule
  }

  /// The rule for a heap block; its ordinal.
  @inline(__always)
  mutating func heapRule(of stack: UInt64, size: UInt64, event: UInt64) -> Int? {
    let place = place(of: stack)
    guard place >= 0 else { return nil }
    let known = nodes[Int(place)].heapRule
    if known >= -1 { return known < 0 ? nil : Int(known) }
    see(until: event)
    let rule = rules.first(for: nodes[Int(place)].lists, seen: seen) { rule in
      StackAttribution.isForHeap(rule) && (rule.bytes ?? size) == size
        && rule.multipleOf.map { size > 0 && size % $0 == 0 } ?? true
    }
    if known == Node.dependsOnSeen, nodes[Int(place)].opener < 0, comingToBeSeen.isEmpty {
      notePlainUntilMoreIsSeen(rule, of: stack)
    }
    return rule
  }

  private mutating func notePlainUntilMoreIsSeen(_ rule: Int?, of stack: UInt64) {
    let code = plainCode(of: rule ?? -1)
    guard code != PlainCategories.notPlain, plain.awaits(stack) else { return }
    plainUntilMoreIsSeen.append(stack)
    plain.note(code, of: stack)
  }

  /// What is to be said of the blocks that a rule, or none, is for.
  private func plainCode(of rule: Int) -> UInt8 {
    rule < 0 ? PlainCategories.own : plainCodes[rule]
  }

  /// Sees what was defined up to an event; events come in order.
  private mutating func see(until event: UInt64) {
    while let next = comingToBeSeen.first, next.event <= event {
      seen |= next.lists
      comingToBeSeen.removeFirst()
    }
  }

  private static func isForHeap(_ rule: AttributionRule) -> Bool {
    (rule.kind ?? .heap) == .heap && rule.access == nil && rule.isLow == nil
  }

  /// The rule for a mapping or a thread's stack; its ordinal.
  mutating func rule(
    of stack: UInt64, event: UInt64, where fits: (AttributionRule) -> Bool
  ) -> Int? {
    let place = place(of: stack)
    guard place >= 0 else { return nil }
    see(until: event)
    return rules.first(for: nodes[Int(place)].lists, seen: seen, where: fits)
  }

  /// The call that opened the instance which the stack lies below; equal for stacks below one call.
  @inline(__always)
  func opener(of stack: UInt64) -> Int32? {
    let place = place(of: stack)
    guard place >= 0, nodes[Int(place)].opener >= 0 else { return nil }
    return nodes[Int(place)].opener
  }

  @inline(__always)
  private func place(of id: UInt64) -> Int32 {
    if id < UInt64(places.count) { return places[Int(id)] }
    return distantPlaces.isEmpty ? StackAttribution.nowhere : distantPlace(of: id)
  }

  private func distantPlace(of id: UInt64) -> Int32 {
    distantPlaces[id] ?? StackAttribution.nowhere
  }

  private mutating func setPlace(of id: UInt64, to place: Int32) {
    guard id < StackAttribution.nearIDs else {
      distantPlaces[id] = place
      return
    }
    places.set(place, at: Int(id), filling: StackAttribution.nowhere)
  }
}
