/// How a document is written (`--format`).
package enum OutputFormat: String, CaseIterable, Sendable {
  case text
  case json
  case csv
  case markdown
}
