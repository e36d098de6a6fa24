import TraceModel

extension Estimate {
  /// The run labels in `configuration`, and `module` from the module's path without its folder.
  static func labels(_ document: JSONPlace) -> [RunLabel] {
    let configuration = document.member("configuration")?.value
    return RunLabel.reservedNames.compactMap { name in
      let stated = configuration?[name].flatMap(text)
      let path = name == "module" ? document.member("module")?.value["path"].flatMap(text) : nil
      guard let value = stated ?? path else { return nil }
      return RunLabel(
        name: name,
        value: name == "module" ? lastComponent(value) : value,
        isInferred: false
      )
    }
  }

  /// A setting as one text; lists and objects become words with a space between them.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .bool(let flag): flag ? "1" : "0"
    case .integer(let number): String(number)
    case .decimal(let number): number
    case .string(let text): text
    case .array(let elements): elements.compactMap(text).joined(separator: " ")
    case .object(let members):
      members.compactMap { member in text(member.value).map { "\(member.name)=\($0)" } }
        .joined(separator: " ")
    }
  }

  private static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
