import Glibc

/// One line on a terminal that says how far ingest is, for what takes longer than a second.
final class ProgressLine {
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant
  private var isShown = false

  private init() {
    lastShown = start + .seconds(1) - .milliseconds(200)
  }

  /// nil where standard error is no terminal, or where a terminal is the input.
  static func onTerminal(inputs: [String]) -> ProgressLine? {
    guard isatty(2) == 1, !inputs.contains("-") || isatty(0) == 0 else { return nil }
    return ProgressLine()
  }

  /// Says how many events there are so far, a few times a second.
  func show(events: UInt64) {
    let now = ContinuousClock.now
    guard now - lastShown >= .milliseconds(200) else { return }
    lastShown = now
    isShown = true
    let elapsed = now - start
    let seconds =
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let rate = UInt64(Double(events) / seconds)
    write("\r\(events) events, \(rate) events/s\u{1B}[K")
  }

  /// Takes the line away again.
  func end() {
    guard isShown else { return }
    isShown = false
    write("\r\u{1B}[K")
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
