/// The first word of a record: operation, flags, length and stack.
struct RecordHead {
  let word: UInt64

  var operation: UInt8 { UInt8(truncatingIfNeeded: word) }
  /// Bytes of padding in the last word of a text.
  var textPadding: UInt64 { word >> 8 & 7 }
  var hasText: Bool { word >> 8 & 8 != 0 }
  var words: UInt64 { word >> 16 & 0xFFFF }
  var stack: UInt32 { UInt32(truncatingIfNeeded: word >> 32) }

  /// The fewest words of a record by its operation; 1 for what is not known.
  static let leastWords: [UInt64] = {
    var least = [UInt64](repeating: 1, count: 256)
    for operation in RecordOperation.allCases where ![.none, .skip].contains(operation) {
      least[Int(operation.rawValue)] = 2 + UInt64(operation.argumentCount)
    }
    return least
  }()
}
