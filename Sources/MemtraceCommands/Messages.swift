import Glibc
import TraceModel

/// What is said to people, on standard error.
enum Messages {
  /// Diagnostics shown before the rest is only counted.
  private static let shown = 12

  static func print(_ text: String) {
    var bytes = Array(visible(text).utf8)
    bytes.append(UInt8(ascii: "\n"))
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
  }

  static func print(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics.prefix(shown) { print(diagnostic.description) }
    if diagnostics.count > shown {
      print("and \(diagnostics.count - shown) more kinds; memtrace info lists them")
    }
  }

  /// Control characters from a capture never reach the terminal.
  private static func visible(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          let isControl = scalar.value < 32 && scalar != "\n" || (127..<160).contains(scalar.value)
          return isControl ? "\u{FFFD}" : scalar
        }))
  }
}
