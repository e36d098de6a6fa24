/// A name with `*` for any characters and `?` for one.
package struct GlobPattern: Hashable, Sendable {
  private let pattern: [UInt8]

  package init(_ text: String) {
    pattern = Array(text.utf8)
  }

  /// The byte with which every name that matches begins; nil where there is none.
  package var firstByte: UInt8? {
    pattern.first.flatMap { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") ? nil : $0 }
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
