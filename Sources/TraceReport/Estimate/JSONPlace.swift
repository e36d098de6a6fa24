import TraceModel

/// A value together with its path in the document, so that an error can name it.
struct JSONPlace {
  let value: JSONValue
  /// Such as `rows[2].category`; empty for the document.
  let path: String
  let file: String

  /// The member of that name; nil where it is missing or null.
  func member(_ name: String) -> JSONPlace? {
    guard let value = value[name], value != .null else { return nil }
    return JSONPlace(value: value, path: path.isEmpty ? name : "\(path).\(name)", file: file)
  }

  /// The member of that name, which has to be there.
  func required(_ name: String) throws(TraceError) -> JSONPlace {
    guard let member = member(name) else { throw failure("the key \"\(name)\" is missing") }
    return member
  }

  func elements() throws(TraceError) -> [JSONPlace] {
    guard case .array(let values) = value else { throw failure("expected a list") }
    return values.enumerated().map { index, value in
      JSONPlace(value: value, path: "\(path)[\(index)]", file: file)
    }
  }

  func members() throws(TraceError) -> [(name: String, place: JSONPlace)] {
    guard case .object(let members) = value else { throw failure("expected an object") }
    return members.map {
      ($0.name, JSONPlace(value: $0.value, path: "\(path).\($0.name)", file: file))
    }
  }

  func string() throws(TraceError) -> String {
    guard case .string(let text) = value else { throw failure("expected a text in quotes") }
    return text
  }

  /// A size: a whole number of bytes, not negative.
  func size() throws(TraceError) -> ByteCount {
    switch value {
    case .integer(let bytes) where bytes >= 0: return ByteCount(bytes)
    case .integer(let bytes): throw failure("a size cannot be negative, found \(bytes)")
    case .decimal(let text) where text.hasPrefix("-"):
      throw failure("a size cannot be negative, found \(text)")
    case .decimal(let text) where text.allSatisfy(\.isNumber):
      throw failure("\(text) bytes are more than memtrace can count (\(Int64.max))")
    case .decimal(let text): throw failure("expected a whole number of bytes, found \(text)")
    default: throw failure("expected a whole number of bytes")
    }
  }

  func optionalSize(_ name: String) throws(TraceError) -> ByteCount? {
    guard let member = member(name) else { return nil }
    return try member.size()
  }

  func category() throws(TraceError) -> MemoryCategory {
    let id = try string()
    guard let category = MemoryCategory(id: id) else {
      throw failure("unknown category \"\(id)\"; see memtrace categories")
    }
    return category
  }

  func failure(_ message: String, code: TraceError.Code = .malformed) -> TraceError {
    TraceError(
      code,
      path.isEmpty ? message : "\(path): \(message)",
      at: SourceLocation(file: file)
    )
  }
}
