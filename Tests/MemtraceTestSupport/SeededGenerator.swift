import Foundation

/// SplitMix64: the same numbers on every machine.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The seeds of a property test: 1 to `count`, more of them in a ``Soak``, or the one that
  /// MEMTRACE_TEST_SEED names.
  package static func seeds(_ count: UInt64) -> [UInt64] {
    if let text = ProcessInfo.processInfo.environment["MEMTRACE_TEST_SEED"],
      let seed = UInt64(text)
    {
      return [seed]
    }
    return Array(1...UInt64(Soak.times(Int(count))))
  }

  /// True once in `count` times.
  package mutating func once(in count: UInt64) -> Bool { next() % count == 0 }

  /// A number whose bit length is uniform, so that small and huge ones are equally likely.
  package mutating func anyMagnitude() -> UInt64 {
    let bits = next() % 65
    return bits == 0 ? 0 : next() >> (64 - bits)
  }
}
