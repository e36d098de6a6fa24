/// What was tolerated while reading: said, counted and kept in the store.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  package enum Severity: String, Sendable {
    case warning
    case note
  }

  package var severity: Severity
  package var message: String
  package var location: SourceLocation?
  /// How many times it was met; the location is the first one's.
  package var count: Int

  package init(
    _ severity: Severity, _ message: String, at location: SourceLocation? = nil, count: Int = 1
  ) {
    self.severity = severity
    self.message = message
    self.location = location
    self.count = count
  }

  package var description: String {
    let place = location.map { "\($0): " } ?? ""
    let first = location?.line == nil ? "" : "; first here"
    let times = count > 1 ? " (\(count) times\(first))" : ""
    return "\(place)\(severity.rawValue): \(message)\(times)"
  }
}
