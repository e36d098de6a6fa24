/// Rows of cells under named columns.
package struct Table: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable {
    case leading
    case trailing
  }

  package struct Column: Hashable, Sendable {
    /// What people read above the column.
    package var title: String
    /// The name in CSV: the key of the same value in JSON.
    package var key: String
    package var alignment: Alignment
    /// Only in CSV: text and Markdown show it in another way or not at all.
    package var isMachineOnly: Bool

    package init(
      _ title: String,
      key: String? = nil,
      _ alignment: Alignment = .leading,
      isMachineOnly: Bool = false
    ) {
      self.title = title
      self.key = key ?? title
      self.alignment = alignment
      self.isMachineOnly = isMachineOnly
    }

    /// A column of numbers.
    package static func number(
      _ title: String,
      key: String? = nil,
      isMachineOnly: Bool = false
    ) -> Column {
      Column(title, key: key, .trailing, isMachineOnly: isMachineOnly)
    }
  }

  package struct Row: Hashable, Sendable {
    package var cells: [TableCell]
    /// How deep the row lies inside the rows above it; from 1 on it reads "of which".
    package var depth: Int
    /// A sum of other rows, which CSV leaves out.
    package var isSummary: Bool

    package init(_ cells: [TableCell], depth: Int = 0, isSummary: Bool = false) {
      self.cells = cells
      self.depth = depth
      self.isSummary = isSummary
    }
  }

  /// What the rows are, in CSV's column `table`; several tables may share it.
  package var name: String
  /// A line above the table.
  package var title: String?
  package var columns: [Column]
  package var rows: [Row]

  package init(_ name: String, title: String? = nil, columns: [Column], rows: [Row] = []) {
    self.name = name
    self.title = title
    self.columns = columns
    self.rows = rows
  }

  /// The columns and rows that people see, as text; "of which" stands before the first cell.
  func shown(
    _ write: (TableCell) -> String
  ) -> (columns: [Column], rows: [(texts: [String], depth: Int)]) {
    let visible = columns.indices.filter { !columns[$0].isMachineOnly }
    let texts = rows.map { row in
      let cells = visible.enumerated().map { place, index in
        let text = index < row.cells.count ? write(row.cells[index]) : ""
        return place == 0 && row.depth > 0 ? "of which " + text : text
      }
      return (texts: cells, depth: row.depth)
    }
    return (visible.map { columns[$0] }, texts)
  }
}
