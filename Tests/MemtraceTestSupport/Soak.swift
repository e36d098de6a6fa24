import Foundation

/// How much longer the random tests of a run are than those of a plain one:
/// `MEMTRACE_SOAK=20 swift test -c release`.
package enum Soak {
  package static let isAsked = ProcessInfo.processInfo.environment["MEMTRACE_SOAK"] != nil
  private static let factor =
    ProcessInfo.processInfo.environment["MEMTRACE_SOAK"].flatMap(Int.init) ?? 1

  /// How often to try what a plain run tries so often.
  package static func times(_ plain: Int) -> Int { plain * factor }
}
