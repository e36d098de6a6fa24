/// A value that one thread at a time looks at and changes.
package final class Locked<Value>: @unchecked Sendable {
  private let access = Lock()
  private var value: Value

  package init(_ value: sending Value) { self.value = value }

  package func withLock<Result>(
    _ body: (inout sending Value) -> sending Result
  ) -> sending Result {
    access.lock()
    defer { access.unlock() }
    return body(&value)
  }
}
