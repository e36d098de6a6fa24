import TraceModel

/// One table of a TOML file, with what is needed to name a mistake in it.
struct TomlTable {
  let members: [JSONMember]
  /// How a message calls it: `budget 2`.
  let name: String
  let file: String

  init(_ value: JSONValue, name: String, file: String) {
    if case .object(let members) = value { self.members = members } else { members = [] }
    self.name = name
    self.file = file
  }

  /// Throws at the first key that is none of these.
  func allow(_ names: [String]) throws(TraceError) {
    guard let other = members.first(where: { !names.contains($0.name) }) else { return }
    throw failure(
      "\(other.name) is no key here", remedy: "there are \(names.joined(separator: ", "))")
  }

  func value(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

  func text(_ name: String) throws(TraceError) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let text) = value else { throw failure("\(name) is no text") }
    return text
  }

  func table(_ name: String) throws(TraceError) -> TomlTable? {
    guard let value = value(name) else { return nil }
    guard case .object = value else { throw failure("\(name) is no table") }
    return TomlTable(value, name: "\(self.name), \(name)", file: file)
  }

  /// The elements of `[[name]]`.
  func tables(_ name: String) throws(TraceError) -> [TomlTable] {
    guard let value = value(name) else { return [] }
    guard case .array(let elements) = value else {
      throw failure("\(name) is no array of tables: write [[\(name)]]")
    }
    var tables: [TomlTable] = []
    for (index, element) in elements.enumerated() {
      guard case .object = element else { throw failure("\(name) \(index + 1) is no table") }
      tables.append(TomlTable(element, name: "\(name) \(index + 1)", file: file))
    }
    return tables
  }

  static func texts(_ value: JSONValue) -> [String]? {
    guard case .array(let elements) = value else { return nil }
    let texts = elements.compactMap { element -> String? in
      guard case .string(let text) = element else { return nil }
      return text
    }
    return texts.count == elements.count ? texts : nil
  }

  /// The value, or an error that says what it should have been.
  func require<Value>(
    _ value: Value?, _ name: String, _ expected: String
  ) throws(TraceError) -> Value {
    guard let value else { throw failure("\(name) is not \(expected)") }
    return value
  }

  func failure(_ message: String, remedy: String? = nil) -> TraceError {
    TraceError(
      .malformed, "\(name): \(message)", at: SourceLocation(file: file), remedy: remedy)
  }
}
