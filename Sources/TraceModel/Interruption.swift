package import Synchronization

/// Whether the user asked the program to stop; set by a signal handler, asked between blocks.
package enum Interruption {
  package static let isRequested = Atomic<Bool>(false)

  /// Throws where the user asked to stop.
  package static func check() throws(TraceError) {
    guard isRequested.load(ordering: .relaxed) else { return }
    throw TraceError(.interrupted, "interrupted; nothing was written")
  }
}
