package import TraceModel

/// What a command has to say, before it is written in one of the output formats.
package struct Document: Hashable, Sendable {
  /// Lines above everything else.
  package var headline: [String]
  package var tables: [Table]
  /// Text that is shown as it stands, such as a chart.
  package var preformatted: String?
  /// Lines below everything else.
  package var footnotes: [String]
  package var json: JSONValue

  package init(
    headline: [String] = [],
    tables: [Table] = [],
    preformatted: String? = nil,
    footnotes: [String] = [],
    json: JSONValue
  ) {
    self.headline = headline
    self.tables = tables
    self.preformatted = preformatted
    self.footnotes = footnotes
    self.json = json
  }

  /// The document as text that ends with a line end; JSON and CSV have exact integers always.
  package func render(
    _ format: OutputFormat,
    bytes: ByteCountFormat = .scaled
  ) -> String {
    switch format {
    case .text: TextRenderer(bytes: bytes).render(self)
    case .json: JSONRenderer().render(self)
    case .csv: CSVRenderer().render(self)
    case .markdown: MarkdownRenderer(bytes: bytes).render(self)
    }
  }
}
