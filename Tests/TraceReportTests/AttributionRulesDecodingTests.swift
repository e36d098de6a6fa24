import Testing
import TraceAnalysis
import TraceModel
import TraceReport

/// Rules as TOML.
@Suite struct AttributionRulesDecodingTests {
  private func decode(_ text: String) throws -> AttributionRules {
    try AttributionRules.userRules(Array(text.utf8), file: "own.toml")
  }

  @Test func `the built-in rules name each category that a process's stacks can show`() throws {
    let rules = try AttributionRules.builtIn().rules
    let named = Set(rules.map(\.category)).union(rules.compactMap(\.part))
    #expect(
      named.isSuperset(of: [
        .moduleFile, .module, .moduleInstance, .execEnv, .wasmStack, .runtimeOther, .aotCode,
        .linearMemory, .stackGuard, .gcHeap, .sharedHeap, .host,
      ]))
    #expect(rules.allSatisfy { !$0.why.isEmpty })
    #expect(Set(rules.map(\.name)).count == rules.count)
  }

  @Test func `a user's rules come before the built-in ones`() throws {
    let rules = try decode(
      """
      [[rule]]
      name = "mine"
      category = "host"
      frames = ["my_*"]
      also = ["main"]
      without = ["wasm_*"]
      on = "mapping"
      access = "executable"
      flag32 = true
      owner = "created-thread"
      opens = "instance"
      bytes = 12
      multiple-of = 4
      seen = ["x"]
      why = "because"
      """
    ).rules
    let mine = try #require(rules.first)
    #expect(mine.name == "mine")
    #expect(mine.category == .host)
    #expect(mine.frames == ["my_*"] && mine.also == ["main"] && mine.without == ["wasm_*"])
    #expect(mine.kind == .mapping && mine.access == .executable && mine.isLow == true)
    #expect(mine.isForCreatedThread && mine.opensInstance)
    #expect(mine.bytes == 12 && mine.multipleOf == 4 && mine.seen == ["x"])
    #expect(mine.why == "because")
    #expect(rules.count == (try AttributionRules.builtIn().rules.count) + 1)
  }

  @Test(
    arguments: [
      ("[[rule]]\nname = \"a\"\ncategory = \"hosts\"\nframes = [\"x\"]", "no category is called"),
      ("[[rule]]\nname = \"a\"\ncategory = \"host\"", "frames is no list"),
      ("[[rule]]\nname = \"a\"\ncategory = \"host\"\nframes = []", "frames is empty"),
      ("[[rule]]\nname = \"a\"\ncategory = \"host\"\nframes = [1]", "no text"),
      ("[[rule]]\ncategory = \"host\"\nframes = [\"x\"]", "name is no text"),
      ("[[rule]]\nname = \"a\"\ncategory = \"host\"\nframes = [\"x\"]\nfoo = 1", "foo is no key"),
      ("[[rule]]\nname = \"a\"\ncategory = \"host\"\nframes = [\"x\"]\non = \"y\"", "\"heap\""),
      ("[[rule]]\nname = \"a\"\ncategory = \"host\"\nframes = [\"x\"]\nbytes = 0", "bytes is no"),
      ("[[rules]]\nname = \"a\"", "rules is no key"), ("rule = 3", "no array"), ("rule = [", "own"),
    ])
  func `a mistake in a rule is said with the file`(text: String, message: String) {
    let error = #expect(throws: TraceError.self) { try decode(text) }
    #expect(error?.location?.file == "own.toml")
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `two rules of one name are a mistake`() {
    let rule = "[[rule]]\nname = \"a\"\ncategory = \"host\"\nframes = [\"x\"]\n"
    #expect(throws: TraceError.self) { try decode(rule + rule) }
  }
}
