/// One thing that was looked at before a recording, and what it means for it.
package struct Finding: Hashable, Sendable {
  package enum Severity: String, CaseIterable, Sendable {
    /// As a recording needs it.
    case ok
    /// A recording works, but shows less than it could.
    case note
    /// There will be no recording, or none that is worth having.
    case problem
  }

  /// The check's name, which never changes: `static-program`.
  package var check: String
  package var severity: Severity
  /// What was found, in a few words.
  package var found: String
  /// What it means for a recording; nil where nothing is to be said.
  package var why: String?
  /// What mends it.
  package var remedy: String?

  package init(
    _ check: String, _ severity: Severity, _ found: String, why: String? = nil,
    remedy: String? = nil
  ) {
    self.check = check
    self.severity = severity
    self.found = found
    self.why = why
    self.remedy = remedy
  }
}
