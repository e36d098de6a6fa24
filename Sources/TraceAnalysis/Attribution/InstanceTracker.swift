/// Numbers module instances: what one call of an instantiating function asks for is one instance.
///
/// Rationale: logs show no call begin or end. A new instance begins when the instantiating call is
/// another one, when the thread asked for something outside of it in between, or when it asks again
/// for what the instance asked for first.
struct InstanceTracker {
  private struct Open {
    var opener: Int32
    var firstStack: UInt64
    var instance: UInt64
    var isLeft: Bool
  }

  private var open: [UInt64: Open] = [:]
  private(set) var count: UInt64 = 0
  /// The events that began an instance or left one, where somebody asks for them.
  var turns: [UInt64]?

  /// Whether an allocation of a thread belongs to no instance, and changes none, unless its stack has
  /// an opener.
  func isOutside(_ thread: UInt64) -> Bool { open.isEmpty || open[thread]?.isLeft ?? true }

  /// The instance that an allocation of a thread belongs to, from 1; nil for none.
  mutating func instance(
    thread: UInt64, stack: UInt64, opener: Int32?, event: UInt64
  ) -> UInt64? {
    guard let opener else {
      if !open.isEmpty, open[thread]?.isLeft == false {
        open[thread]?.isLeft = true
        turns?.append(event)
      }
      return nil
    }
    if let current = open[thread], current.opener == opener, !current.isLeft,
      current.firstStack != stack
    {
      return current.instance
    }
    count += 1
    turns?.append(event)
    open[thread] = Open(opener: opener, firstStack: stack, instance: count, isLeft: false)
    return count
  }
}
