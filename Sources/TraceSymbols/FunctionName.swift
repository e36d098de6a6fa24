import CElfutils
import Glibc

/// Names of functions as they are shown.
enum FunctionName {
  /// Longer names are shown as they are: demangling could take very long.
  private static let longestDemangled = 1 << 14

  /// A C++ name demangled; any other as it is, Rust's old scheme, which looks like C++, too.
  static func shown(_ name: UnsafePointer<CChar>) -> String {
    let text = unsafe String(cString: name)
    guard text.hasPrefix("_Z"), text.utf8.count <= longestDemangled, !isRust(text.utf8) else {
      return text
    }
    var status: CInt = 0
    guard let demangled = unsafe __cxa_demangle(name, nil, nil, &status) else { return text }
    defer { unsafe free(demangled) }
    return unsafe String(cString: demangled)
  }

  /// Whether a name ends with a hash as rustc appends it: `17h`, 16 hexadecimal digits, `E`.
  private static func isRust(_ name: String.UTF8View) -> Bool {
    let end = Array(name.suffix(20))
    guard end.count == 20, end[0...2].elementsEqual("17h".utf8), end[19] == UInt8(ascii: "E") else {
      return false
    }
    return end[3..<19].allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
  }
}
