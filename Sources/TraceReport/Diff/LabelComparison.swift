import TraceModel

/// Compares what two sides say about their runs.
enum LabelComparison {
  /// A sentence for each reserved label that both sides have and that differs.
  static func differences(_ left: DiffSide, _ right: DiffSide) -> [String] {
    RunLabel.reservedNames.compactMap { name in
      let first = left.labels.filter { $0.name == name }
      let second = right.labels.filter { $0.name == name }
      guard !first.isEmpty, !second.isEmpty, words(first, name) != words(second, name) else {
        return nil
      }
      return "\(name) differs: \(text(first)) in \(left.name), \(text(second)) in \(right.name)"
    }
  }

  /// The values as far as they matter: features in any order, a module without its folder.
  private static func words(_ labels: [RunLabel], _ name: String) -> Set<String> {
    var words: Set<String> = []
    for label in labels {
      switch name {
      case "features":
        words.formUnion(label.value.split { $0 == " " || $0 == "," }.map(String.init))
      case "module":
        words.insert(label.value.split(separator: "/").last.map(String.init) ?? "")
      default: words.insert(label.value)
      }
    }
    return words
  }

  private static func text(_ labels: [RunLabel]) -> String {
    labels.sorted().map { "\"\($0.value)\"" + ($0.isInferred ? " (inferred)" : "") }
      .joined(separator: " and ")
  }
}
