import ThreadPool
import TraceModel

/// Two computations at a time.
enum Concurrently {
  /// Both results; where both fail, the first one's error.
  static func both<First, Second>(
    _ first: () throws(TraceError) -> First,
    and second: @escaping @Sendable () throws(TraceError) -> sending Second
  ) throws(TraceError) -> (First, Second) {
    let pool = ThreadPool(threads: 2)
    // A pool ends when its jobs are done: it must not while the first computation has not begun.
    return try withExtendedLifetime(pool) { () throws(TraceError) in
      let other = pool.run { () throws(TraceError) in try second() }
      let result = Result { () throws(TraceError) in try first() }
      let otherResult = Result { () throws(TraceError) in try other.take() }
      return (try result.get(), try otherResult.get())
    }
  }
}
