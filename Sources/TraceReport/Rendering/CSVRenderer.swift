import TraceModel

/// Writes a document's tables as one CSV table (RFC 4180) with exact integers.
///
/// Tables of different names share one header: a leading column `table`, then every column of any
/// of them, empty where a row's table lacks it.
package struct CSVRenderer {
  package init() {}

  package func render(_ document: Document) -> String {
    var keys: [String] = []
    for table in document.tables {
      for column in table.columns where !keys.contains(column.key) { keys.append(column.key) }
    }
    let namesTables = Set(document.tables.map(\.name)).count > 1
    var lines = [(namesTables ? ["table"] : []) + keys.map { quoted($0) }]
    for table in document.tables {
      let places = keys.map { key in table.columns.firstIndex { $0.key == key } }
      for row in table.rows where !row.isSummary {
        let fields = places.map { place in
          guard let place, place < row.cells.count else { return "" }
          return field(row.cells[place])
        }
        lines.append((namesTables ? [quoted(table.name)] : []) + fields)
      }
    }
    return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  private func field(_ cell: TableCell) -> String {
    switch cell {
    case .text(let text): quoted(withoutFormula(TerminalText.escaped(text, keepingLines: true)))
    case .absent: ""
    case .bytes(let count), .signedBytes(let count): String(count.rawValue)
    case .integer(let value): String(value)
    case .unsigned(let value), .nanoseconds(let value): String(value)
    case .ratio(let ratio), .share(let ratio): ratio.text
    }
  }

  /// A spreadsheet would run a name from a trace that begins like a formula.
  private func withoutFormula(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\n".unicodeScalars.contains(first) else {
      return text
    }
    return "'" + text
  }

  /// Scalar by scalar: a quote that carries a combining mark is a quote to every reader.
  private func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" }) else { return text }
    var result = "\""
    for scalar in scalars {
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
