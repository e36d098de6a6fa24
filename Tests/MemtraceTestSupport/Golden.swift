import Foundation

/// The expected outputs in Tests/Goldens, named `sample.command.format`.
package enum Golden {
  /// What is wrong with an output; nil where it is the golden's text.
  ///
  /// With `MEMTRACE_UPDATE_GOLDENS=1` a differing golden is rewritten, and that is a problem, too:
  /// nobody takes a run that rewrote its expectations for a passed one.
  package static func problem(with actual: String, as name: String) -> String? {
    let path = path(name)
    let expected = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    if expected == actual { return nil }
    if ProcessInfo.processInfo.environment["MEMTRACE_UPDATE_GOLDENS"] == "1" {
      do {
        try Data(actual.utf8).write(to: URL(fileURLWithPath: path))
        return "wrote \(path): review it with git diff, then run again without the update"
      } catch {
        return "cannot write \(path): \(error)"
      }
    }
    guard let expected else {
      return "\(path) is missing; MEMTRACE_UPDATE_GOLDENS=1 writes it. The output is:\n\(actual)"
    }
    return "\(path) differs (- golden, + output):\n" + difference(expected, actual)
  }

  private static func path(_ name: String) -> String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/Goldens/" + name
  }

  /// The differing lines with their numbers, and the lines around them left out.
  private static func difference(_ expected: String, _ actual: String) -> String {
    let before = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let after = actual.split(separator: "\n", omittingEmptySubsequences: false)
    var lines: [(line: Int, order: Int, text: String)] = []
    for change in after.difference(from: before) {
      switch change {
      case .remove(let offset, let element, _):
        lines.append((offset, 0, "-\(offset + 1): \(element)"))
      case .insert(let offset, let element, _):
        lines.append((offset, 1, "+\(offset + 1): \(element)"))
      }
    }
    return lines.sorted { ($0.line, $0.order) < ($1.line, $1.order) }.map(\.text)
      .joined(separator: "\n")
  }
}
