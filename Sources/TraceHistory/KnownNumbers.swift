import TraceModel

/// Numbers under which a history keeps keys, series, frames and stacks.
///
/// They hold for one transaction: afterwards another program may delete what they name.
struct KnownNumbers {
  struct Series: Hashable {
    var key: Int64
    var category: MemoryCategory
    var container: MemoryCategory?
    var measure: Measure
    var source: FootprintSource
  }

  /// A call stack, as the stack it was called from and its innermost frame.
  struct Stack: Hashable {
    var parent: Int64
    var frame: Int64
  }

  var keys: [RunKey: Int64] = [:]
  var series: [Series: Int64] = [:]
  var frames: [String: Int64] = [:]
  var stacks: [Stack: Int64] = [:]
}
