import TraceModel

/// A piece of address space whose pages share access and owner.
struct Region: Equatable {
  var start: UInt64
  var end: UInt64
  /// The mapping it is part of; pieces of one mapping keep its number.
  var mapping: Int
  var access: PageAccess
  var category: MemoryCategory
  var allocatingThread: UInt64
  var owner: UInt64?
  var stack: UInt64?
  /// Guard pages in a mapping that the log never showed: they end when they become accessible.
  var isForeign = false
  /// What its accessible pages are, where it is part of a stack that a thread was given.
  var stackCategory: MemoryCategory?
  /// `pthread_t` of the thread whose stack it is, where its creator's call told.
  var handle: UInt64?
  /// The module instance that it belongs to.
  var instance: UInt64?
  /// A rule has spoken: what its pages allow later says nothing more.
  var isRuled = false

  var isStack: Bool { stackCategory != nil }
  var length: Int64 { Int64(clamping: end - start) }
  var committed: Int64 { access.isEmpty ? 0 : length }
  var reserved: Int64 { access.isEmpty ? length : 0 }
}

/// What a page allows.
struct PageAccess: OptionSet {
  let rawValue: UInt8

  static let read = PageAccess(rawValue: 1)
  static let write = PageAccess(rawValue: 2)
  static let execute = PageAccess(rawValue: 4)

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Reads `none`, `r`, `rw`, `rx`, `rwx`; other letters are ignored.
  init(text: String) {
    var access: PageAccess = []
    if text != "none" {
      if text.contains("r") { access.insert(.read) }
      if text.contains("w") { access.insert(.write) }
      if text.contains("x") { access.insert(.execute) }
    }
    self = access
  }
}

/// Regions that do not overlap, ordered by address, in pieces so that a million of them stay quick.
struct RegionMap {
  private static let pieceLimit = 512
  private var pieces: [[Region]] = [[]]

  var all: [Region] { pieces.flatMap(\.self) }

  /// What was removed of a region, and how many pieces of it stay.
  struct Cut {
    var region: Region
    var remainingPieces: Int64
  }

  /// Removes the regions inside a range, cutting those that stand across its ends; returns them.
  mutating func remove(_ range: Range<UInt64>) -> [Cut] {
    var removed: [Cut] = []
    var kept: [Region] = []
    var piece = firstPiece(reaching: range.lowerBound)
    while piece < pieces.count, let first = pieces[piece].first, first.start < range.upperBound {
      let from = pieces[piece].partitionPoint { $0.end > range.lowerBound }
      var to = from
      while to < pieces[piece].count, pieces[piece][to].start < range.upperBound {
        var region = pieces[piece][to]
        let keptBefore = kept.count
        if region.start < range.lowerBound {
          var left = region
          left.end = range.lowerBound
          kept.append(left)
          region.start = range.lowerBound
        }
        if region.end > range.upperBound {
          var right = region
          right.start = range.upperBound
          kept.append(right)
          region.end = range.upperBound
        }
        removed.append(Cut(region: region, remainingPieces: Int64(kept.count - keptBefore)))
        to += 1
      }
      pieces[piece].removeSubrange(from..<to)
      if pieces[piece].isEmpty, pieces.count > 1 {
        pieces.remove(at: piece)
      } else {
        piece += 1
      }
    }
    for region in kept { insert(region) }
    return removed
  }

  /// Adds a region where none is.
  mutating func insert(_ region: Region) {
    guard region.start < region.end else { return }
    let piece = min(firstPiece(reaching: region.start), pieces.count - 1)
    let place = pieces[piece].partitionPoint { $0.start > region.start }
    pieces[piece].insert(region, at: place)
    guard pieces[piece].count > RegionMap.pieceLimit else { return }
    let upper = Array(pieces[piece][(RegionMap.pieceLimit / 2)...])
    pieces[piece].removeSubrange((RegionMap.pieceLimit / 2)...)
    pieces.insert(upper, at: piece + 1)
  }

  /// The regions that share an address with a range.
  func overlapping(_ range: Range<UInt64>) -> [Region] {
    var found: [Region] = []
    var piece = firstPiece(reaching: range.lowerBound)
    while piece < pieces.count, let first = pieces[piece].first, first.start < range.upperBound {
      var place = pieces[piece].partitionPoint { $0.end > range.lowerBound }
      while place < pieces[piece].count, pieces[piece][place].start < range.upperBound {
        found.append(pieces[piece][place])
        place += 1
      }
      piece += 1
    }
    return found
  }

  /// The first piece whose last region ends behind an address.
  private func firstPiece(reaching address: UInt64) -> Int {
    pieces.partitionPoint { ($0.last?.end ?? 0) > address }
  }
}

extension Array {
  /// The first index from which on `belongs` holds; it must not hold before.
  fileprivate func partitionPoint(_ belongs: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}
