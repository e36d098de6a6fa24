package import TraceModel
import WasmBinary

/// Labels of a run, sorted by what they are for: what it is compared by, and what else is known.
package struct RunIdentity: Hashable, Sendable {
  package private(set) var key = RunKey()
  package private(set) var commit: String?
  /// One for each name that is no part of the key, such as a host, a date or a board.
  package private(set) var labels: [RunLabel] = []

  /// Of two labels of one name, the later one holds.
  package init(_ labels: [RunLabel]) {
    var values: [String: String] = [:]
    for label in labels { values[label.name] = label.value }
    for part in RunKey.Part.allCases {
      guard let value = values.removeValue(forKey: part.rawValue) else { continue }
      switch part {
      // Where a build put it differs from machine to machine.
      case .module: key[part] = value.split(separator: "/").last.map(String.init) ?? value
      case .features:
        guard value.contains("="), let features = BuildFeatures(value) else {
          key[part] = value
          continue
        }
        // Spelt out, it is a digest, whatever the options' order; the text stays beside it.
        key[part] = String(ModuleDigest.sha256(Array(features.text.utf8)).prefix(8))
        values[part.rawValue] = features.text
      case .target, .wamr, .mode, .device: key[part] = value
      }
    }
    commit = values.removeValue(forKey: "commit").flatMap { $0.isEmpty ? nil : $0 }
    self.labels = values.map { RunLabel(name: $0.key, value: $0.value, isInferred: false) }
      .sorted()
  }
}
