import Testing
import TraceReport

/// Names that GitHub or GitLab would act on.
@Suite struct MarkdownTextTests {
  static func cell(_ name: String) -> String {
    let table = Table("t", columns: [.init("n")], rows: [.init([.text(name)])])
    let text = Document(tables: [table], json: []).render(.markdown)
    return String(text.dropFirst("| n |\n| --- |\n| ".count).dropLast(" |\n".count))
  }

  @Test(arguments: [
    ("@everyone", "@&#8203;everyone"), ("(@a", "(@&#8203;a"), ("see #12", "see #&#8203;12"),
    ("aot_func#3", "aot\\_func#&#8203;3"), ("GH-7", "GH&#8203;-7"),
    ("https://a.b/c", "https:&#8203;//a.b/c"), ("www.a.b", "www&#8203;.a.b"),
    ("malloc@GLIBC_2.2.5", "malloc@&#8203;GLIBC\\_2.2.5"),
    ("std::map::at", "std::&#8203;map::at"), ("!1 %2 ~3", "!&#8203;1 %&#8203;2 \\~&#8203;3"),
    ("$x$", "<span>$</span>x<span>$</span>"), ("</details>", "&lt;/details&gt;"),
    ("<!-- x -->", "&lt;!-- x --&gt;"), ("a\u{338}|`\u{301}", "a\u{338}\\|\\`\u{301}"),
    ("<\u{338}b", "&lt;\u{338}b"), ("a\nb\r\nc", "a b c"), ("[x](y)", "\\[x\\](y)"),
  ])
  func `a name does nothing`(_ name: String, _ expected: String) {
    #expect(Self.cell(name) == expected)
  }

  @Test(arguments: [
    "app-heap@linear-memory", "operator new(unsigned int)", "module#section", "a::b", "my%20app",
    "hello.wasm/x86-64/2.4.4/aot:module", "50 %, !x",
  ])
  func `a name that nobody acts on is copied as it is`(_ name: String) {
    #expect(Self.cell(name) == name)
  }

  @Test(arguments: [
    ("# x", "\\# x"), ("- x", "\\- x"), ("1. x", "1\\. x"), ("  12) x", "12\\) x"),
    ("=== x", "\\=== x"), ("12 runs", "12 runs"), ("> x", "&gt; x"),
  ])
  func `a line begins as text`(_ line: String, _ expected: String) {
    #expect(Document(headline: [line], json: []).render(.markdown) == expected + "\n")
  }
}
