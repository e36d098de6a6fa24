import Testing
import TraceModel
import TraceReport

@Suite struct RendererTests {
  static let document = Document(
    headline: ["peak"],
    tables: [
      Table(
        "rows",
        columns: [
          .init("name"), .init("secret", isMachineOnly: true), .number("size", key: "sizeBytes"),
          .number("delta", key: "deltaBytes"),
        ],
        rows: [
          .init([
            .text("a|b <i>"), .text("x"), .bytes(ByteCount(1_310_720)),
            .signedBytes(ByteCount(2048)),
          ]),
          .init(
            [.text("in,\"side"), .none, .bytes(ByteCount(512)), .bytes(nil)],
            depth: 1
          ),
          .init([.text("total"), .none, .bytes(ByteCount(1)), .none], isSummary: true),
        ]
      )
    ],
    footnotes: ["note"],
    json: ["schema": "x"]
  )

  @Test func `text aligns columns and says of which`() {
    #expect(
      Self.document.render(.text) == """
        peak

        name                     size      delta
        a|b <i>              1.25 MiB  +2.00 KiB
          of which in,"side     512 B          -
        total                     1 B

        note

        """
    )
    #expect(Self.document.render(.text, bytes: .exact).contains("1310720  +2048"))
  }

  @Test func `one very long name does not widen the rows of others`() {
    let name = String(repeating: "x", count: 1000)
    let table = Table(
      "t", columns: [.init("name"), .number("size")],
      rows: [.init([.text(name), .integer(1)]), .init([.text("short"), .integer(2)])])
    let text = Document(tables: [table], json: []).render(.text)
    #expect(text == "name   size\n\(name)     1\nshort     2\n")
  }

  @Test func `markdown escapes pipes and tags`() {
    #expect(
      Self.document.render(.markdown) == #"""
        peak

        | name | size | delta |
        | --- | ---: | ---: |
        | a\|b &lt;i&gt; | 1.25 MiB | +2.00 KiB |
        | of which in,"side | 512 B | - |
        | total | 1 B |  |

        - note

        """#
    )
  }

  @Test func `CSV has exact integers, every column and no sums`() {
    #expect(
      Self.document.render(.csv) == "name,secret,sizeBytes,deltaBytes\r\n"
        + "a|b <i>,x,1310720,2048\r\n\"in,\"\"side\",,512,\r\n"
    )
  }

  @Test func `tables of different names share one CSV table`() {
    let document = Document(
      tables: [
        Table("a", columns: [.init("x"), .init("y")], rows: [.init([.integer(1), .integer(2)])]),
        Table("b", columns: [.init("y"), .init("z")], rows: [.init([.integer(3), .integer(4)])]),
      ],
      json: []
    )
    #expect(document.render(.csv) == "table,x,y,z\r\na,1,2,\r\nb,,3,4\r\n")
  }

  @Test func `a quote or comma that carries a combining mark is quoted in CSV`() {
    let table = Table(
      "t", columns: [.init("n")],
      rows: [.init([.text("a\"\u{301}b")]), .init([.text("a,\u{301}")])])
    let csv = Document(tables: [table], json: []).render(.csv)
    #expect(csv == "n\r\n\"a\"\"\u{301}b\"\r\n\"a,\u{301}\"\r\n")
  }

  @Test(arguments: ["=1+1", "+1", "-1", "@sum", "\n=1", "=\u{301}1"])
  func `a name from a trace does not become a formula`(_ name: String) {
    let table = Table(
      "t",
      columns: [.init("n"), .number("d")],
      rows: [
        .init([.text(name), .signedBytes(ByteCount(-5))])
      ]
    )
    let csv = Document(tables: [table], json: []).render(.csv)
    #expect(csv.contains("'" + name))
    #expect(csv.hasSuffix(",-5\r\n"))
  }

  @Test(arguments: OutputFormat.allCases)
  func `control characters never reach a terminal`(_ format: OutputFormat) {
    let hostile = "a\u{1B}[2J\u{7}\u{9B}31m\u{202E}\r"
    let table = Table("t", title: hostile, columns: [.init("n")], rows: [.init([.text(hostile)])])
    let text = Document(
      headline: [hostile],
      tables: [table],
      preformatted: hostile,
      footnotes: [hostile],
      json: .string(hostile)
    ).render(format)
    let controls = text.unicodeScalars.filter { TerminalText.isUnsafe($0) }
    let allowed: Set<Unicode.Scalar> = format == .csv ? ["\n", "\r"] : ["\n"]
    #expect(Set(controls).isSubset(of: allowed))
    if format == .csv { #expect(text.count { $0 == "\r\n" } == 2) }
  }

  @Test func `a code block's fence is longer than what it holds`() {
    let text = Document(preformatted: "a\n```\nb", json: []).render(.markdown)
    #expect(text == "````text\na\n```\nb\n````\n")
  }
}
