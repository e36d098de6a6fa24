import MemtraceTestSupport
import Testing

/// What the program prints as JSON is what it says it prints.
@Suite struct SchemaTests {
  static let documents: [(schema: String, sample: Sample, arguments: String)] = [
    ("info", .memmax, "info run.zst"), ("info", .threads, "info run.zst"),
    ("info", .sites, "info run.zst"),
    ("snapshots", .memmax, "snapshots run.zst"), ("snapshots", .sites, "snapshots run.zst"),
    ("peak", .memmax, "peak run.zst --from snapshots"),
    ("peak", .memmax, "peak run.zst --from snapshots --measure used"),
    ("peak", .threads, "peak run.zst --by category,thread,instance,site"),
    ("peak", .threads, "peak run.zst --measure reserved --by thread"),
    ("timeline", .threads, "timeline run.zst"),
    ("timeline", .threads, "timeline run.zst --by category"),
    ("timeline", .threads, "timeline run.zst --by thread --buckets 3"),
    ("timeline", .memmax, "timeline run.zst --from snapshots --by category"),
    ("threads", .threads, "threads run.zst"), ("threads", .sites, "threads run.zst"),
    ("sites", .sites, "sites run.zst"), ("sites", .sites, "sites run.zst --top 1 --at 1350"),
    ("leaks", .sites, "leaks run.zst"), ("leaks", .threads, "leaks run.zst --top 1"),
    ("leaks", .memmax, "leaks run.zst"),
    ("diff", .memmax, "diff memmax.json run.zst --from snapshots --fields"),
    ("diff", .memmax, "diff memmax-small-stack.json run.zst"),
    ("diff", .memmax, "diff run.zst run.zst --from snapshots --fields"),
    ("explain", .memmax, "explain run.zst"), ("explain", .threads, "explain run.zst"),
    ("explain", .memmax, "explain run.zst --from snapshots"),
    ("explain", .memmax, "explain memmax.json"),
    ("categories", .memmax, "categories"),
    ("doctor", .memmax, "doctor"),
  ]

  @Test(arguments: documents)
  func `a document is what its schema says`(
    _ name: String, _ sample: Sample, _ arguments: String
  ) throws {
    let place = try Workplace()
    try place.ingest(sample)
    let schema = try JSONNode(try place.succeed("schema", name).output)
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try ProgramUnderTest.run(words + ["--format", "json"], in: place.path)
    let document = try JSONNode(outcome.output)
    #expect(SchemaValidator.problems(document, schema) == [])
    #expect(outcome.output.hasPrefix("{\n  \"schema\": \"memtrace.\(name)/1\","))
  }

  /// Integers, and no other number but the ratio, which is no count of bytes.
  @Test(arguments: documents)
  func `a document has camel-case keys and integers`(
    _ name: String, _ sample: Sample, _ arguments: String
  ) throws {
    let place = try Workplace()
    try place.ingest(sample)
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try ProgramUnderTest.run(words + ["--format", "json"], in: place.path)
    let decimal = /"([^"]*)": -?[0-9]+[.eE]/
    for match in outcome.output.matches(of: decimal) { #expect(match.1 == "ratio") }
    // The dump's own field names stand as keys under "fields", with dots.
    let key = /"([A-Za-z0-9_.\- ]+)":/
    for match in outcome.output.matches(of: key) {
      #expect(String(match.1).wholeMatch(of: /[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z]*)?/) != nil)
    }
  }

  @Test(arguments: [
    "info", "timeline", "threads", "sites", "leaks", "peak", "diff", "explain", "snapshots",
    "report",
  ])
  func `a schema gives each size its unit, in a key that ends in Bytes`(_ name: String) throws {
    let schema = try JSONNode(try Workplace().succeed("schema", name).output)
    #expect(schema["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
    for (key, description) in SchemaValidator.properties(of: schema) {
      #expect(!description.isEmpty, "\(key)")
      if description.contains("Unit: bytes") {
        // "fields" has the dump's names, and "bytes" alone is a row's size.
        #expect(key == "bytes" || key.hasSuffix("Bytes") || name == "snapshots", "\(key)")
      } else {
        #expect(!key.hasSuffix("Bytes") || name == "snapshots" || name == "diff", "\(key)")
      }
    }
  }

  @Test func `every schema that help names is printed, and another is wrong usage`() throws {
    let place = try Workplace()
    let help = try place.succeed("schema", "--help").output
    for name in Set(SchemaTests.documents.map(\.schema)).union(["estimate"]) {
      #expect(help.contains(name))
      try place.succeed("schema", name)
    }
    try place.refuse("schema", "nothing", exitCode: 64, saying: ["No schema is called nothing"])
  }

  @Test func `the hand-written estimates are what their schema says`() throws {
    let place = try Workplace()
    try place.ingest(.memmax)
    let schema = try JSONNode(try place.succeed("schema", "estimate").output)
    for name in ["memmax.json", "memmax-small-stack.json"] {
      let estimate = try JSONNode(String(decoding: try place.bytes(name), as: UTF8.self))
      #expect(SchemaValidator.problems(estimate, schema) == [])
    }
  }
}

/// As much of JSON Schema as memtrace's schemas use.
enum SchemaValidator {
  static func problems(_ value: JSONNode, _ schema: JSONNode, at path: String = "$") -> [String] {
    var problems: [String] = []
    if let types = schema["type"] {
      let names = types.elements.isEmpty ? [types] : types.elements
      if !names.contains(where: { matches(value, $0.string ?? "") }) {
        problems.append("\(path): is no \(names.compactMap(\.string).joined(separator: " or "))")
      }
    }
    if let constant = schema["const"], constant != value { problems.append("\(path): not const") }
    if case .array(let values) = schema["enum"], !values.contains(value) {
      problems.append("\(path): not in enum")
    }
    if let minimum = schema["minimum"]?.integer, let number = value.integer, number < minimum {
      problems.append("\(path): below \(minimum)")
    }
    if let items = schema["items"] {
      for (index, element) in value.elements.enumerated() {
        problems += self.problems(element, items, at: "\(path)[\(index)]")
      }
    }
    guard case .object(let members) = value else { return problems }
    for name in schema["required"]?.elements.compactMap(\.string) ?? []
    where members[name] == nil {
      problems.append("\(path).\(name): missing")
    }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      if let property = schema["properties"]?[name] {
        problems += self.problems(member, property, at: "\(path).\(name)")
      } else if let others = schema["additionalProperties"], case .object = others {
        problems += self.problems(member, others, at: "\(path).\(name)")
      } else if schema["patternProperties"] == nil {
        problems.append("\(path).\(name): not in the schema")
      }
    }
    return problems
  }

  /// Every property of a schema and of what lies inside it, with its description.
  static func properties(of schema: JSONNode) -> [(key: String, description: String)] {
    var found: [(key: String, description: String)] = []
    if case .object(let properties) = schema["properties"] {
      for (key, property) in properties.sorted(by: { $0.key < $1.key }) {
        found.append((key, property["description"]?.string ?? ""))
        found += self.properties(of: property)
      }
    }
    if let items = schema["items"] { found += properties(of: items) }
    return found
  }

  private static func matches(_ value: JSONNode, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"),
      (.decimal, "number"), (.string, "string"), (.array, "array"), (.object, "object"):
      true
    default: false
    }
  }
}
