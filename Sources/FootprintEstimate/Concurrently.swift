import Dispatch
import Synchronization
import TraceModel

/// Two computations at a time.
enum Concurrently {
  /// Both results; where both fail, the first one's error.
  static func both<First: Sendable, Second: Sendable>(
    _ first: @Sendable () throws(TraceError) -> First,
    and second: @Sendable () throws(TraceError) -> Second
  ) throws(TraceError) -> (First, Second) {
    let unfinished = TraceError(.interrupted, "a computation was not finished")
    let left = Mutex<Result<First, TraceError>>(.failure(unfinished))
    let right = Mutex<Result<Second, TraceError>>(.failure(unfinished))
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      if index == 0 {
        let result = Result { () throws(TraceError) in try first() }
        left.withLock { $0 = result }
      } else {
        let result = Result { () throws(TraceError) in try second() }
        right.withLock { $0 = result }
      }
    }
    return (try left.withLock { $0 }.get(), try right.withLock { $0 }.get())
  }
}
