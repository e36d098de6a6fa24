import Testing
import TraceModel
import TraceReport

@Suite struct JSONTests {
  private func parse(_ text: String) throws(TraceError) -> JSONValue {
    try JSONParser.parse(Array(text.utf8), file: "x.json")
  }

  @Test func `objects keep their order and indent by two`() {
    let value: JSONValue = ["b": 1, "a": [true, nil], "empty": [], "none": .object([])]
    #expect(
      JSONWriter.text(value) == """
        {
          "b": 1,
          "a": [
            true,
            null
          ],
          "empty": [],
          "none": {}
        }
        """
    )
  }

  @Test(arguments: [
    ("a/b", #""a/b""#), ("\"\\", #""\"\\""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#),
    ("\u{0}\u{1B}[31m", #""\u0000\u001b[31m""#), ("\u{7F}\u{9B}", #""\u007f\u009b""#),
    ("\u{202E}", #""\u202e""#), ("naïve 🧠", #""naïve 🧠""#),
  ])
  func `text is escaped and read again`(_ text: String, _ json: String) throws {
    #expect(JSONWriter.text(.string(text)) == json)
    #expect(try parse(json) == .string(text))
  }

  @Test func `numbers are exact`() throws {
    #expect(JSONWriter.text(.unsigned(UInt64.max)) == "18446744073709551615")
    #expect(JSONWriter.text(.integer(Int64.min)) == "-9223372036854775808")
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("9223372036854775808") == .decimal("9223372036854775808"))
    #expect(try parse("[1.50, 1e3, -0]") == [.decimal("1.50"), .decimal("1e3"), 0])
    #expect(try parse(#""\ud83e\udde0\u00e9\/""#) == "🧠é/")
  }

  @Test(arguments: [
    ("{\"a\": 1,\n \"a\": 2}", 2, "twice"), ("[1,]", 1, "not JSON"), ("{,}", 1, "key in quotes"),
    ("[1\n2]", 2, "expected \",\" or \"]\""), ("01", 1, "no JSON number"),
    ("1.", 1, "no JSON number"), ("-", 1, "no JSON number"), ("tru", 1, "not JSON"),
    ("\"a", 1, "does not end"), ("\"\u{1}\"", 1, "control character"),
    (#""\x""#, 1, "unknown escape"), (#""\ud800""#, 1, "surrogate"), ("{} {}", 1, "unexpected"),
    (#""\u12"#, 1, "hexadecimal"), ("[", 1, "ends early"), (#""\"#, 1, "unknown escape"),
  ])
  func `what is no JSON is refused with its line`(_ text: String, _ line: Int, _ words: String) {
    let error = #expect(throws: TraceError.self) { try parse(text) }
    #expect(error?.location == SourceLocation(file: "x.json", line: line))
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func `depth is limited`() {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: TraceError.self) { try parse(deep) }
    #expect(error?.message.contains("nested deeper") == true)
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: TraceError.self) {
      try JSONParser.parse([0x22, 0xFF, 0x22], file: "x.json")
    }
  }
}
