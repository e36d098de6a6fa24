/// One function that an address lies in, and the line of it.
package struct SymbolFrame: Hashable, Sendable {
  /// The name: C++ demangled, all others as the file has them; nil where only a line is known.
  package var function: String?
  /// The base name of the source file.
  package var file: String?
  /// The line, from 1; nil where the compiler made code that stands in no line.
  package var line: Int?

  package init(function: String?, file: String? = nil, line: Int? = nil) {
    self.function = function
    self.file = file
    self.line = line
  }
}
