package import TraceModel

/// Diagnostics by kind: each message once, with its first place and how often it was met.
package struct DiagnosticCollector: Sendable {
  package private(set) var diagnostics: [Diagnostic] = []
  private let file: String
  private let isStrict: Bool
  private var places: [String: Int] = [:]
  private var droppedKinds = 0

  package init(file: String, isStrict: Bool) {
    self.file = file
    self.isStrict = isStrict
  }

  /// Notes something tolerated; with `--strict` a warning ends the reading instead.
  package mutating func note(
    _ severity: Diagnostic.Severity, _ message: String, line: Int?, count: Int = 1
  ) throws(TraceError) {
    let location = SourceLocation(file: file, line: line)
    if isStrict, severity == .warning {
      throw TraceError(
        .malformed, message, at: location,
        remedy: "run without --strict to keep what can be read")
    }
    if let place = places[message] {
      diagnostics[place].count += count
      return
    }
    guard diagnostics.count < InputLimits.diagnostics else {
      droppedKinds += 1
      diagnostics[diagnostics.count - 1] = Diagnostic(
        .note, "further kinds of diagnostics are not listed", count: droppedKinds)
      return
    }
    places[message] = diagnostics.count
    diagnostics.append(Diagnostic(severity, message, at: location, count: count))
  }

  package mutating func warn(_ message: String, line: Int?) throws(TraceError) {
    try note(.warning, message, line: line)
  }
}
