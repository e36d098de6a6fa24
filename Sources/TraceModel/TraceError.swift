/// What made an input or a store unusable; the program ends with it.
///
/// Public, as are the types of the instruction decoder that throws it: only what is public is
/// inlined in another target.
public struct TraceError: Error, Hashable, Sendable {
  /// The kind of failure, for callers that react to it.
  package enum Code: Hashable, Sendable {
    case malformed
    case truncated
    case corrupted
    case unsupportedVersion
    case unknownFormat
    case nothingFound
    case limitExceeded
    case exists
    case inputOutput
    case interrupted
    case insufficientData
  }

  package var code: Code
  package var message: String
  package var location: SourceLocation?
  package var remedy: String?

  package init(
    _ code: Code, _ message: String, at location: SourceLocation? = nil, remedy: String? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.remedy = remedy
  }
}

extension TraceError: CustomStringConvertible {
  /// Place, message and what to do, as it is printed.
  public var description: String {
    var text = location.map { "\($0): " } ?? ""
    text += "error: \(message)"
    if let remedy { text += "\n  help: \(remedy)" }
    return text
  }
}
