import TraceModel

/// Values ready to paste (`memtrace explain --snippet`).
package enum Snippet: String, CaseIterable, Sendable {
  /// An embedder's C code.
  case c
  /// A command line of iwasm.
  case iwasm
  /// A configuration fragment of NuttX, Zephyr or ESP-IDF.
  case kconfig

  /// The text of the snippet, which ends with a line end.
  package func text(_ values: RunValues) -> String {
    let lines =
      switch self {
      case .c: EmbedderSnippet(values: values).lines
      case .iwasm: IwasmSnippet(values: values).lines
      case .kconfig: KconfigSnippet(values: values).lines
      }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension RunValues {
  /// `app.wasm, WAMR 2.4.4, fast`: what the values are for.
  var subject: String {
    var parts = [shownModule]
    if let wamr { parts.append("WAMR \(wamr)") }
    if let mode { parts.append(mode.rawValue) }
    return parts.joined(separator: ", ")
  }

  /// The module's path without anything that could end a comment or a line.
  private var shownModule: String {
    let text = TerminalText.escaped(module ?? "the module")
    var shown = ""
    for character in text {
      shown.append(character == "/" && shown.last == "*" ? " /" : "\(character)")
    }
    return shown
  }

  /// The cmake options of a build whose global heap is a pool.
  func poolOptions(_ bytes: Int64) -> String {
    "-DWAMR_BUILD_GLOBAL_HEAP_POOL=1 -DWAMR_BUILD_GLOBAL_HEAP_SIZE=\(bytes)"
  }
}
