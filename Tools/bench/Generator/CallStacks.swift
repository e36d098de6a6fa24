import Glibc

/// The call stacks of a program: how often each allocates (Zipf, exponent 1.1), and which sizes.
struct CallStacks {
  /// A call stack's allocation: its number in the log, from 1, and the bytes.
  struct Request {
    var stack: UInt32
    var size: UInt32
  }

  private static let exponent = 1.1
  private static let sizesPerStack = 8

  /// Walker's alias method: a column is its own number below the threshold, else its alias.
  private var thresholds: [UInt64]
  private var aliases: [UInt32]
  /// `sizesPerStack` for each stack, one from each equal part of the regular sizes.
  private var sizes: [UInt32]

  init(count: Int, random: inout SplitMix64) {
    let weights = (1...count).map { pow(Double($0), -Self.exponent) }
    (thresholds, aliases) = Self.aliasTable(weights)
    sizes = []
    sizes.reserveCapacity(count * Self.sizesPerStack)
    for _ in 0..<count {
      for part in 0..<Self.sizesPerStack {
        let quantile = (Double(part) + random.unit()) / Double(Self.sizesPerStack)
        sizes.append(SizeDistribution.size(atQuantile: quantile * SizeDistribution.regular))
      }
    }
  }

  private static func aliasTable(_ weights: [Double]) -> ([UInt64], [UInt32]) {
    let mean = weights.reduce(0, +) / Double(weights.count)
    var shares = weights.map { $0 / mean }
    var thresholds = Array(repeating: UInt64.max, count: weights.count)
    var aliases = Array(0..<UInt32(weights.count))
    var small = shares.indices.filter { shares[$0] < 1 }
    var large = shares.indices.filter { shares[$0] >= 1 }
    while let poor = small.popLast(), let rich = large.last {
      thresholds[poor] = UInt64(shares[poor] * 0x1p63) << 1
      aliases[poor] = UInt32(rich)
      shares[rich] -= 1 - shares[poor]
      if shares[rich] < 1 {
        large.removeLast()
        small.append(rich)
      }
    }
    return (thresholds, aliases)
  }

  func request(_ random: inout SplitMix64) -> Request {
    let column = random.below(thresholds.count)
    let stack = random.next() < thresholds[column] ? UInt32(column) : aliases[column]
    return Request(stack: stack + 1, size: size(of: stack + 1, &random))
  }

  /// One of the stack's own sizes, or in one of ten cases any larger one.
  func size(of stack: UInt32, _ random: inout SplitMix64) -> UInt32 {
    let quantile = random.unit()
    guard quantile < SizeDistribution.regular else {
      return SizeDistribution.size(atQuantile: quantile)
    }
    let part = Int(quantile / SizeDistribution.regular * Double(Self.sizesPerStack))
    return sizes[(Int(stack) - 1) * Self.sizesPerStack + part]
  }
}
