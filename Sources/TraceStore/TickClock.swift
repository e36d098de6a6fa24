/// A clock that advances in ticks of several nanoseconds, as those of many processors do.
///
/// Its readings are multiples of the tick, rounded down to nanoseconds: a step of time is a whole
/// number of ticks, and all but which number is known beforehand.
struct TickClock {
  /// A tick in 2^-24 ns.
  let period: UInt64
  /// Ticks of a nanosecond, in 2^-32.
  private let frequency: Int64

  /// The bits of a period, and of a position, that are less than a nanosecond.
  static let fractionBits: UInt64 = 24
  private static let fractionMask: UInt64 = 1 << fractionBits - 1

  /// Where a reading lies between two nanoseconds, as far as the readings before it tell.
  struct Position {
    private var fraction: UInt64 = 1 << (fractionBits - 1)

    /// Passes so many ticks, and hands back how many nanoseconds that is.
    ///
    /// Both are numbers of two's complement.
    @inline(__always)
    mutating func pass(_ ticks: UInt64, of period: UInt64) -> UInt64 {
      let sum = fraction &+ ticks &* period
      fraction = sum & fractionMask
      return UInt64(bitPattern: Int64(bitPattern: sum) &>> Int64(fractionBits))
    }

    /// The last step was so many nanoseconds longer, or shorter, than expected.
    ///
    /// Of one nanosecond the reading lay near the side that was not passed; more is a reading of its own.
    @inline(__always)
    mutating func correct(by nanoseconds: UInt64) {
      if nanoseconds == 1 { fraction = 0 }
      if nanoseconds == .max { fraction = fractionMask }
    }
  }

  /// The clock of a tick of more than a nanosecond.
  init(nanoseconds: Double) {
    period = UInt64(nanoseconds * Double(1 << TickClock.fractionBits) + 0.5)
    frequency = Int64(Double(1 << 32) / nanoseconds + 0.5)
  }

  /// How many ticks a step most nearly is; both are two's complement.
  @inline(__always)
  func ticks(in step: UInt32) -> UInt64 {
    let step = Int64(Int32(bitPattern: step))
    return UInt64(bitPattern: (step &* frequency &+ 1 &<< 31) &>> 32)
  }
}
