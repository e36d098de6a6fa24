import Testing
import TraceModel

/// Names of series, and the patterns that choose them.
@Suite struct SeriesIDTests {
  private static let key: RunKey = {
    var key = RunKey()
    key[.module] = "app.wasm"
    key[.target] = "thumbv7"
    key[.mode] = "aot"
    return key
  }()

  @Test func `a key's text has its parts in order, with a dash for what is not said`() {
    #expect(SeriesIDTests.key.text == "app.wasm/thumbv7/-/aot")
    #expect(RunKey().text == "-")
  }

  @Test func `a series' text has no blanks, and says only what is not as usual`() {
    var key = RunKey()
    key[.module] = "my app/v2:x%,@.wasm"
    let usual = SeriesID(key: key, category: .linearMemory)
    #expect(usual.text == "my%20app%2Fv2%3Ax%25%2C%40.wasm:linear-memory")
    let other = SeriesID(
      key: SeriesIDTests.key, category: .appHeap, container: .linearMemory, measure: .used,
      source: .snapshots)
    #expect(other.text == "app.wasm/thumbv7/-/aot:app-heap@linear-memory,used,snapshots")
  }

  @Test(arguments: [
    ("app.wasm", true), ("app*", true), ("*/thumbv7", true), ("*/x86_64", false),
    ("app.wasm/thumbv7/-/aot:linear-memory", true), ("*:linear-*", true), ("*:module", false),
    ("*/*/*/*/*/*:linear-memory", true), ("app.wasm/thumbv?", true), ("APP*", false),
  ])
  func `a pattern matches by parts`(_ text: String, _ expected: Bool) throws {
    let pattern = try #require(SeriesPattern(text))
    #expect(pattern.matches(SeriesID(key: SeriesIDTests.key, category: .linearMemory)) == expected)
  }

  @Test(arguments: ["", "a b", "a//b", "a:", ":module", "a/b/c/d/e/f/g", "a\tb"])
  func `what is no pattern is none`(_ text: String) {
    #expect(SeriesPattern(text) == nil)
  }

  @Test func `a series' own text is a pattern that matches it`() throws {
    for category in MemoryCategory.allCases {
      for measure in Measure.allCases {
        for source in [FootprintSource.events, .snapshots, .estimate] {
          let series = SeriesID(
            key: SeriesIDTests.key, category: category, container: category.defaultContainer,
            measure: measure, source: source)
          #expect(try #require(SeriesPattern(series.text)).matches(series))
        }
      }
    }
  }
}
