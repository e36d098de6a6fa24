package import TraceModel

/// Where the lines of one process's log go.
package protocol RecordingSink: AnyObject {
  /// Takes whole lines; they need not be kept at once.
  func write(_ lines: UnsafeRawBufferPointer) throws(TraceError)
  /// Hands on what was kept, so that a recorder that is killed leaves it readable.
  func flush() throws(TraceError)
  /// Makes the result whole, under its own name.
  func finish() throws(TraceError)
  /// Removes what was written.
  func discard()
}
