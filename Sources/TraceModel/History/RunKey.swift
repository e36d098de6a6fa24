/// What stays the same from night to night: runs of one key are compared with each other.
///
/// Rationale: host names, clocks and commits are no part of it, because a key that changes with them
/// compares nothing with anything.
package struct RunKey: Hashable, Comparable, Sendable {
  /// The labels of a key, in the order in which its text has them.
  package enum Part: String, CaseIterable, Sendable {
    case module
    case target
    case wamr
    case mode
    /// A digest of the build's features.
    case features
    /// The class of device, not the device.
    case device
  }

  /// One value for each part; empty where the run does not say.
  private var values: [String]

  package init() {
    values = Array(repeating: "", count: Part.allCases.count)
  }

  package subscript(part: Part) -> String {
    get { values[RunKey.place(part)] }
    set { values[RunKey.place(part)] = newValue }
  }

  /// `hello.wasm/x86_64/2.4.4/aot`: the parts in order, `-` for one that is not said, those at the
  /// end left out.
  package var text: String {
    let said = values.lastIndex { !$0.isEmpty } ?? 0
    return values[...said].map { $0.isEmpty ? "-" : SeriesText.escaped($0) }
      .joined(separator: "/")
  }

  package static func < (left: RunKey, right: RunKey) -> Bool {
    left.values.lexicographicallyPrecedes(right.values)
  }

  private static func place(_ part: Part) -> Int { Part.allCases.firstIndex(of: part) ?? 0 }
}

/// How names of series are spelt, so that one can be typed as a word.
package enum SeriesText {
  /// The text with `%`, blanks, control characters and what separates parts as `%20`.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value <= 0x20 || scalar.value == 0x7F || "%/:@,".unicodeScalars.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
