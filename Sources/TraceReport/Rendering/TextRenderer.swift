package import TraceModel

/// Writes a document for a terminal: aligned columns, blank lines between parts.
package struct TextRenderer {
  package var bytes: ByteCountFormat

  package init(bytes: ByteCountFormat = .scaled) {
    self.bytes = bytes
  }

  package func render(_ document: Document) -> String {
    var parts: [String] = []
    if !document.headline.isEmpty { parts.append(lines(document.headline)) }
    parts += document.tables.map(render)
    if let text = document.preformatted {
      parts.append(TerminalText.escaped(text, keepingLines: true))
    }
    if !document.footnotes.isEmpty { parts.append(lines(document.footnotes)) }
    return parts.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined(separator: "\n")
  }

  private func lines(_ texts: [String]) -> String {
    texts.map { TerminalText.escaped($0) }.joined(separator: "\n")
  }

  private func render(_ table: Table) -> String {
    let (columns, rows) = table.shown { TerminalText.escaped($0.shown(bytes)) }
    let body = rows.map { row in
      row.texts.enumerated().map { place, text in
        place == 0 ? String(repeating: "  ", count: row.depth) + text : text
      }
    }
    let header = columns.map(\.title)
    let widths = columns.indices.map { place in
      ([header] + body).map(\.[place].count).filter { $0 <= TextRenderer.widest }.max() ?? 0
    }
    var result = table.title.map { [TerminalText.escaped($0)] } ?? []
    result += ([header] + body).map { texts in
      line(zip(columns, zip(texts, widths)).map { ($0.alignment, $1.0, $1.1) })
    }
    return result.joined(separator: "\n")
  }

  /// A longer cell, such as a mangled name, stands out of its column instead of widening all rows.
  private static let widest = 160

  private func line(_ cells: [(alignment: Table.Alignment, text: String, width: Int)]) -> String {
    var result = ""
    for (place, cell) in cells.enumerated() {
      if place > 0 { result += "  " }
      let padding = String(repeating: " ", count: max(0, cell.width - cell.text.count))
      result += cell.alignment == .trailing ? padding + cell.text : cell.text + padding
    }
    while result.last == " " { result.removeLast() }
    return result
  }
}
