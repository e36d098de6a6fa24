/// A gauge with its samples.
struct MetricFamily {
  let name: String
  let help: String
  let isBytes: Bool
  let samples: [(labels: String, value: Int64)]

  /// Labels without a value are left out: they say the same.
  ///
  /// Of samples with the same labels the first stays: a second makes readers refuse the whole file.
  init(
    _ name: String, _ help: String, isBytes: Bool = false,
    _ samples: [(labels: [(String, String)], value: Int64)]
  ) {
    self.name = name
    self.help = help
    self.isBytes = isBytes
    var seen: Set<String> = []
    self.samples = samples.map { (MetricFamily.labels($0.labels), $0.value) }
      .filter { seen.insert($0.0).inserted }
  }

  /// What describes it, then a line for each sample.
  var text: String {
    var lines = ["# TYPE \(name) gauge"]
    if isBytes { lines.append("# UNIT \(name) bytes") }
    lines.append("# HELP \(name) \(help)")
    lines += samples.map { "\(name)\($0.labels) \($0.value)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func labels(_ labels: [(String, String)]) -> String {
    let said = labels.filter { !$0.1.isEmpty }.map { "\($0.0)=\"\(escaped($0.1))\"" }
    return said.isEmpty ? "" : "{\(said.joined(separator: ","))}"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in TerminalText.escaped(text, keepingLines: true).unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
