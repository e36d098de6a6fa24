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
    let any = UInt8(ascii: "?")
    let pattern = pattern.span
    let name = name.span
    var place = 0
    var at = 0
    var retry: (place: Int, at: Int)?
    while at < name.count {
      if place < pattern.count, pattern[place] == star {
        place += 1
        if place == pattern.count { return true }
        retry = (place, at)
      } else if place < pattern.count, pattern[place] == any || pattern[place] == name[at] {
        place += 1
        at += 1
      } else if let last = retry {
        place = last.place
        at = last.at + 1
        // Whatever stands before the next byte that may fit belongs to the star.
        let next = pattern[place]
        while next != any, next != star, at < name.count, name[at] != next { at += 1 }
        retry = (place, at)
      } else {
        return false
      }
    }
    while place < pattern.count, pattern[place] == star { place += 1 }
    return place == pattern.count
  }

  package func matches(_ name: String) -> Bool { matches(Array(name.utf8)) }
}
