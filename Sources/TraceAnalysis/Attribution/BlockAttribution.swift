import TraceModel

/// What rules say of live memory, beyond the category that a block's row holds.
struct BlockAttribution {
  /// What the rules say of one block or mapping.
  struct Finding {
    var category: MemoryCategory?
    /// What follows the execution environment's struct in the block.
    var part: MemoryCategory?
    var instance: UInt64?
    /// The thread that is created next uses it.
    var isForCreatedThread = false

    /// Whether more must be told than the category of the whole block.
    var amends: Bool { part != nil || instance != nil || isForCreatedThread }
  }

  /// Changes that stand beside a block's own, until it ends.
  struct Amendment {
    /// The ordinal of the block's allocation.
    var allocation: UInt64
    var changes: [Adjustment] = []
    var instance: UInt64?
    /// The block as its cells and its instance see it: what `changes` and its row sum to.
    var holdings: [Adjustment] = []
  }

  /// Memory that a thread has asked for on behalf of the thread that it creates next.
  struct Awaiting {
    var blocks: [(address: UInt64, allocation: UInt64)] = []
    var mappings: [UInt64] = []
  }

  var stacks: StackAttribution
  var instances = InstanceTracker()
  var amendments: [UInt64: Amendment] = [:]
  /// By the thread that asked.
  var awaiting: [UInt64: Awaiting] = [:]
  /// By `pthread_t` of the thread that was created for it.
  var created: [UInt64: Awaiting] = [:]

  init(_ rules: AttributionRules) {
    stacks = StackAttribution(rules)
  }

  @inline(__always)
  mutating func find(stack: UInt64, size: UInt64, thread: UInt64, event: UInt64) -> Finding {
    var finding = Finding()
    if let rule = stacks.heapRule(of: stack, size: size, event: event) { set(&finding, by: rule) }
    setInstance(of: &finding, stack: stack, thread: thread, event: event)
    return finding
  }

  mutating func findMapping(
    stack: UInt64, thread: UInt64, access: PageAccess, isLow: Bool, event: UInt64
  )
    -> Finding
  {
    var finding = Finding()
    let rule = stacks.rule(of: stack, event: event) { rule in
      (rule.kind ?? .mapping) == .mapping && (rule.isLow ?? isLow) == isLow
        && rule.access.map { $0 == .none ? access.isEmpty : access.contains(.execute) } ?? true
    }
    if let rule { set(&finding, by: rule) }
    setInstance(of: &finding, stack: stack, thread: thread, event: event)
    return finding
  }

  /// The category of a created thread's stack.
  mutating func findThread(stack: UInt64, event: UInt64) -> MemoryCategory? {
    stacks.rule(of: stack, event: event) { $0.kind == .thread }.map {
      stacks.rules.rules[$0].category
    }
  }

  private func set(_ finding: inout Finding, by rule: Int) {
    let rule = stacks.rules.rules[rule]
    finding.category = rule.category
    finding.part = rule.part
    finding.isForCreatedThread = rule.isForCreatedThread
  }

  @inline(__always)
  private mutating func setInstance(
    of finding: inout Finding, stack: UInt64, thread: UInt64, event: UInt64
  ) {
    let opener = stacks.opener(of: stack)
    if opener != nil || instances.count > 0 {
      finding.instance = instances.instance(
        thread: thread, stack: stack, opener: opener, event: event)
    }
  }
}
