/// A name with `*` for any characters and `?` for one.
package struct GlobPattern: Hashable, Sendable {
  private let pattern: [UInt8]

  package init(_ text: String) {
    pattern = Array(text.utf8)
  }

  /// False only where no name that begins with a byte matches.
  package func mayMatch(nameBeginningWith byte: UInt8) -> Bool {
    guard let first = pattern.first else { return true }
    return first == byte || first == UInt8(ascii: "*") || first == UInt8(ascii: "?")
  }

  /// Costs at most the product of both lengths.
  package func matches(_ name: [UInt8]) -> Bool {
    let star = UInt8(ascii: "*")
    var place = 0
    var at = 0
    var retry: (place: Int, at: Int)?
    while at < name.count {
      if place < pattern.count, pattern[place] == star {
        retry = (place + 1, at)
        place += 1
      } else if place < pattern.count,
        pattern[place] == UInt8(ascii: "?") || pattern[place] == name[at]
      {
        place += 1
        at += 1
      } else if let last = retry {
        place = last.place
        at = last.at + 1
        retry = (last.place, at)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == star }
  }

  package func matches(_ name: String) -> Bool { matches(Array(name.utf8)) }
}
