/// A release of WAMR, or the development branch `main`, which is later than all of them.
package struct WamrVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// As WAMR's tags spell it: `2.4.4`, `05-18-2022`, `main`.
  package let description: String
  /// Year, month and day of the releases before 1.0.0 are numbers below 1.
  private let rank: [Int]

  /// Takes a tag's name, with or without `WAMR-`, or `main`; nil for anything else.
  package init?(_ text: String) {
    let name = text.hasPrefix("WAMR-") ? String(text.dropFirst(5)) : text
    description = name
    if name == "main" {
      rank = [Int.max]
      return
    }
    let separator: Character = name.contains("-") ? "-" : "."
    let parts = name.split(separator: separator, omittingEmptySubsequences: false).map { Int($0) }
    let numbers = parts.compactMap(\.self)
    guard numbers.count == parts.count, numbers.allSatisfy({ (0...9999).contains($0) }) else {
      return nil
    }
    if separator == "-" {
      guard numbers.count == 3 else { return nil }
      rank = [0, numbers[2], numbers[0], numbers[1]]
    } else {
      guard (1...3).contains(numbers.count), numbers[0] > 0 else { return nil }
      rank = numbers + Array(repeating: 0, count: 3 - numbers.count)
    }
  }

  private init(known name: String, rank: [Int]) {
    description = name
    self.rank = rank
  }

  package static let main = WamrVersion(known: "main", rank: [Int.max])
  package static let v1_0 = WamrVersion(known: "1.0.0", rank: [1, 0, 0])
  package static let v1_2 = WamrVersion(known: "1.2.0", rank: [1, 2, 0])
  package static let v2_0 = WamrVersion(known: "2.0.0", rank: [2, 0, 0])
  package static let v2_4 = WamrVersion(known: "2.4.0", rank: [2, 4, 0])

  package static func < (left: WamrVersion, right: WamrVersion) -> Bool {
    left.rank.lexicographicallyPrecedes(right.rank)
  }

  package static func == (left: WamrVersion, right: WamrVersion) -> Bool {
    left.rank == right.rank
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(rank) }
}
