import TraceReport

/// As much of JSON Schema as memtrace's schemas use.
enum SchemaCheck {
  static func problems(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
    var problems: [String] = []
    if let types = schema["type"], !names(types).contains(where: { matches(value, $0) }) {
      problems.append("\(path): wrong type")
    }
    if let constant = schema["const"], constant != value { problems.append("\(path): not const") }
    if case .array(let values) = schema["enum"], !values.contains(value) {
      problems.append("\(path): not in enum")
    }
    if case .integer(let minimum) = schema["minimum"], case .integer(let number) = value,
      number < minimum
    {
      problems.append("\(path): below minimum")
    }
    if case .array(let elements) = value, let items = schema["items"] {
      for (index, element) in elements.enumerated() {
        problems += self.problems(element, items, at: "\(path)[\(index)]")
      }
    }
    if case .object(let members) = value { problems += objectProblems(members, schema, path) }
    return problems
  }

  private static func objectProblems(
    _ members: [JSONMember],
    _ schema: JSONValue,
    _ path: String
  ) -> [String] {
    var problems: [String] = []
    if case .array(let required) = schema["required"] {
      for name in required where !members.contains(where: { .string($0.name) == name }) {
        problems.append("\(path): \(name) is missing")
      }
    }
    for member in members {
      let place = "\(path).\(member.name)"
      if let property = schema["properties"]?[member.name] {
        problems += self.problems(member.value, property, at: place)
      } else if schema["patternProperties"] == nil {
        // The schemas allow it; memtrace itself writes no key that they do not describe.
        problems.append("\(place): not in the schema")
      }
    }
    return problems
  }

  static func undescribed(_ schema: JSONValue, at path: String) -> [String] {
    var missing: [String] = []
    if case .object(let properties) = schema["properties"] {
      for property in properties {
        let place = "\(path).\(property.name)"
        if property.value["description"] == nil { missing.append(place) }
        missing += undescribed(property.value, at: place)
      }
    }
    if let items = schema["items"] { missing += undescribed(items, at: path + "[]") }
    return missing
  }

  private static func names(_ types: JSONValue) -> [String] {
    switch types {
    case .string(let name): [name]
    case .array(let names): names.flatMap { self.names($0) }
    default: []
    }
  }

  private static func matches(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"),
      (.decimal, "number"), (.string, "string"), (.array, "array"), (.object, "object"):
      true
    default: false
    }
  }
}
