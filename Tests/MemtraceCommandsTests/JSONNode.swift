import Foundation
import MemtraceTestSupport
import Testing

/// A parsed JSON value; what it is, is read by Foundation and not by memtrace itself.
indirect enum JSONNode: Decodable, Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case decimal(Double)
  case string(String)
  case array([JSONNode])
  case object([String: JSONNode])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .decimal(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONNode].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONNode].self))
    }
  }

  init(_ text: String) throws {
    self = try JSONDecoder().decode(JSONNode.self, from: Data(text.utf8))
  }

  subscript(_ key: String) -> JSONNode? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
  var elements: [JSONNode] { if case .array(let values) = self { values } else { [] } }
}

extension Workplace {
  /// A command's result as JSON.
  func json(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JSONNode {
    let outcome = try ProgramUnderTest.run(arguments + ["--format", "json"], in: path)
    #expect([0, 1].contains(outcome.exitCode), "\(outcome.errors)", sourceLocation: sourceLocation)
    return try JSONNode(outcome.output)
  }
}
