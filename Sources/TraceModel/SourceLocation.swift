/// A place in an input: file always, line for text, byte offset for binary.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int?
  package var byteOffset: UInt64?

  package init(file: String, line: Int? = nil, byteOffset: UInt64? = nil) {
    self.file = file
    self.line = line
    self.byteOffset = byteOffset
  }

  package var description: String {
    if let line { return "\(file):\(line)" }
    if let byteOffset { return "\(file): offset \(byteOffset)" }
    return file
  }
}
