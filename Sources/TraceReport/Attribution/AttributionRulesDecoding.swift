package import TraceAnalysis
package import TraceModel

extension AttributionRules {
  /// The rules for WAMR that come with the program.
  package static func builtIn() throws(TraceError) -> AttributionRules {
    try AttributionRules(rules(fromTOML: builtInText, file: "wamr-rules.toml"))
  }

  /// A user's rules, which are asked before the built-in ones.
  package static func userRules(
    _ bytes: [UInt8], file: String
  ) throws(TraceError) -> AttributionRules {
    let own = try rules(fromTOML: bytes, file: file)
    let builtIn = try rules(fromTOML: builtInText, file: "wamr-rules.toml")
    do {
      return try AttributionRules(own + builtIn)
    } catch {
      throw TraceError(
        error.code, error.message, at: SourceLocation(file: file), remedy: error.remedy)
    }
  }

  private static func rules(
    fromTOML bytes: [UInt8], file: String
  ) throws(TraceError) -> [AttributionRule] {
    let document = try TomlDocument.parse(bytes, file: file)
    guard case .object(let members) = document else { return [] }
    if let other = members.first(where: { $0.name != "rule" }) {
      throw failure("\(other.name) is no key of a file of rules", file)
    }
    guard let rules = document["rule"] else { return [] }
    guard case .array(let elements) = rules else {
      throw failure("rule is no array of tables", file)
    }
    var names: Set<String> = []
    var decoded: [AttributionRule] = []
    for (index, element) in elements.enumerated() {
      let rule = try AttributionRuleDecoder(element, ordinal: index + 1, file: file).rule()
      guard names.insert(rule.name).inserted else {
        throw failure("two rules are called \(rule.name)", file)
      }
      decoded.append(rule)
    }
    return decoded
  }

  private static func failure(_ message: String, _ file: String) -> TraceError {
    TraceError(
      .malformed, message, at: SourceLocation(file: file),
      remedy: "rules are [[rule]] tables with name, category and frames")
  }
}

/// One `[[rule]]` table.
private struct AttributionRuleDecoder {
  let members: [JSONMember]
  let ordinal: Int
  let file: String

  init(_ value: JSONValue, ordinal: Int, file: String) throws(TraceError) {
    self.ordinal = ordinal
    self.file = file
    guard case .object(let members) = value else {
      throw TraceError(
        .malformed, "rule \(ordinal) is no table", at: SourceLocation(file: file))
    }
    self.members = members
  }

  func rule() throws(TraceError) -> AttributionRule {
    let categoryID = try text("category")
    guard let category = MemoryCategory(id: categoryID) else {
      throw failure("no category is called \(categoryID)", "memtrace categories lists them")
    }
    var rule = AttributionRule(
      name: try text("name"), category: category, frames: try texts("frames"))
    guard !rule.frames.isEmpty else { throw failure("frames is empty") }
    for member in members {
      switch member.name {
      case "name", "category", "frames": break
      case "bytes": rule.bytes = try size("bytes")
      case "multiple-of": rule.multipleOf = try size("multiple-of")
      case "seen": rule.seen = try texts("seen")
      case "also": rule.also = try texts("also")
      case "without": rule.without = try texts("without")
      case "why": rule.why = try text("why")
      case "on": rule.kind = try choice("on")
      case "access": rule.access = try choice("access")
      case "flag32": rule.isLow = try flag("flag32")
      case "part":
        let id = try text("part")
        guard let part = MemoryCategory(id: id) else {
          throw failure("no category is called \(id)", "memtrace categories lists them")
        }
        rule.part = part
      case "opens":
        guard try text("opens") == "instance" else { throw failure("opens takes \"instance\"") }
        rule.opensInstance = true
      case "owner":
        guard try text("owner") == "created-thread" else {
          throw failure("owner takes \"created-thread\"")
        }
        rule.isForCreatedThread = true
      default: throw failure("\(member.name) is no key of a rule")
      }
    }
    return rule
  }

  private func value(_ name: String) -> JSONValue? {
    members.first { $0.name == name }?.value
  }

  private func text(_ name: String) throws(TraceError) -> String {
    guard case .string(let text) = value(name), !text.isEmpty else {
      throw failure("\(name) is no text")
    }
    return text
  }

  private func texts(_ name: String) throws(TraceError) -> [String] {
    guard case .array(let elements) = value(name) else {
      throw failure("\(name) is no list of texts")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element, !text.isEmpty else {
        throw failure("\(name) holds something that is no text")
      }
      texts.append(text)
    }
    return texts
  }

  private func size(_ name: String) throws(TraceError) -> UInt64 {
    guard case .integer(let number) = value(name), number > 0 else {
      throw failure("\(name) is no number of bytes")
    }
    return UInt64(number)
  }

  private func flag(_ name: String) throws(TraceError) -> Bool {
    guard case .bool(let flag) = value(name) else { throw failure("\(name) is not true or false") }
    return flag
  }

  private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String
  ) throws(TraceError) -> Choice {
    guard let choice = Choice(rawValue: try text(name)) else {
      let all = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw failure("\(name) takes one of \(all)")
    }
    return choice
  }

  private func failure(_ message: String, _ remedy: String? = nil) -> TraceError {
    let name: String
    if case .string(let text) = value("name") { name = " (\(text))" } else { name = "" }
    return TraceError(
      .malformed, "rule \(ordinal)\(name): \(message)", at: SourceLocation(file: file),
      remedy: remedy)
  }
}
