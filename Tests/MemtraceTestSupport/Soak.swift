import Foundation

/// How much longer the random tests of a run are than those of a plain one:
/// `MEMTRACE_SOAK=20 swift test -c release`.
package enum Soak {
  private static let text = ProcessInfo.processInfo.environment["MEMTRACE_SOAK"]

  package static let isAsked = text != nil
  private static let factor = text.map { text in
    guard let factor = Int(text), factor > 0 else {
      preconditionFailure("MEMTRACE_SOAK takes a number from 1 on, not \(text)")
    }
    return factor
  }

  /// How often to try what a plain run tries so often.
  package static func times(_ plain: Int) -> Int { plain * (factor ?? 1) }
}
