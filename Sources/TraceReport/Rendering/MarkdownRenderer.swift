package import TraceModel

/// Writes a document as GitHub Markdown.
package struct MarkdownRenderer {
  package var bytes: ByteCountFormat

  package init(bytes: ByteCountFormat = .scaled) {
    self.bytes = bytes
  }

  package func render(_ document: Document) -> String {
    var parts = document.headline.map(MarkdownText.paragraph)
    parts += document.tables.map(render)
    if let text = document.preformatted { parts.append(fenced(text)) }
    if !document.footnotes.isEmpty {
      let items = document.footnotes.map { "- " + MarkdownText.paragraph($0) }
      parts.append(items.joined(separator: "\n"))
    }
    return parts.map { $0 + "\n" }.joined(separator: "\n")
  }

  private func render(_ table: Table) -> String {
    let (columns, rows) = table.shown { MarkdownText.escaped($0.shown(bytes)) }
    var lines = table.title.map { ["**\(MarkdownText.escaped($0))**", ""] } ?? []
    lines.append(line(columns.map { MarkdownText.escaped($0.title) }))
    lines.append(line(columns.map { $0.alignment == .trailing ? "---:" : "---" }))
    lines += rows.map { line($0.texts) }
    return lines.joined(separator: "\n")
  }

  private func line(_ texts: [String]) -> String {
    "| " + texts.joined(separator: " | ") + " |"
  }

  /// A code block whose fence is longer than any run of backticks in it.
  private func fenced(_ text: String) -> String {
    let safe = TerminalText.escaped(text, keepingLines: true)
    var longest = 2
    var run = 0
    for character in safe {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return fence + "text\n" + (safe.hasSuffix("\n") ? safe : safe + "\n") + fence
  }
}
