import TraceModel

/// A table as HTML: every number also as the exact integer, for sorting and for machines.
///
/// End tags that HTML lets one leave out are left out: a table of 2,000 rows is half markup.
struct HTMLTable {
  let table: Table
  /// What a screen reader calls it.
  let label: String

  private let columns: [Int]
  /// Text cells above this many characters wrap.
  private static let wordLimit = 42

  init(_ table: Table, label: String? = nil) {
    self.table = table
    self.label = label ?? table.title ?? table.name
    columns = table.columns.indices.filter { !table.columns[$0].isMachineOnly }
  }

  var html: HTML {
    let heads = columns.map { index -> HTML in
      let column = table.columns[index]
      let alignment: HTML = column.alignment == .trailing ? " class=n" : ""
      return "<th scope=\"col\" data-key=\"\(column.key)\"\(alignment)>\(column.title)</th>"
    }
    let body = table.rows.filter { !$0.isSummary }.map { row($0) }
    let sums = table.rows.filter(\.isSummary).map { row($0) }
    let foot: HTML = sums.isEmpty ? "" : "<tfoot>\(sums)</tfoot>"
    return """
      <div class="scroll" role="region" aria-label="\(label)" tabindex="0">\
      <table data-name="\(table.name)"><thead><tr>\(heads)</tr></thead>
      <tbody>\(body)</tbody>\(foot)</table></div>

      """
  }

  private func row(_ row: Table.Row) -> HTML {
    var result: HTML = "<tr>"
    for (place, index) in columns.enumerated() {
      let cell = index < row.cells.count ? row.cells[index] : .none
      result += self.cell(
        cell, depth: place == 0 ? row.depth : 0,
        isNumber: table.columns[index].alignment == .trailing)
    }
    result += "\n"
    return result
  }

  private func cell(_ cell: TableCell, depth: Int, isNumber: Bool) -> HTML {
    let text = cell.shown(.scaled)
    if let exact = HTMLTable.exact(cell) {
      return "<td data-value=\(HTML(trusted: exact))>\(text)"
    }
    let isLong = text.count > HTMLTable.wordLimit
    let alignment: HTML = isNumber ? " class=n" : isLong ? " class=w" : ""
    guard depth > 0 else { return "<td\(alignment)>\(text)" }
    return "<td class=\"d\(min(depth, 4))\">of which \(text)"
  }

  /// Digits, a sign, a decimal point; nil where the cell is no number.
  private static func exact(_ cell: TableCell) -> String? {
    switch cell {
    case .text, .absent: nil
    case .bytes(let count), .signedBytes(let count): String(count.rawValue)
    case .integer(let value): String(value)
    case .unsigned(let value), .nanoseconds(let value): String(value)
    case .ratio(let ratio), .share(let ratio): ratio.text
    }
  }
}
