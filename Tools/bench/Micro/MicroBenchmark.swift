import CAllocationCount

/// One stage of the engine, measured alone: time and allocations for each event.
struct MicroBenchmark {
  struct Result: Codable {
    /// The best round: what disturbs a round only makes it longer.
    var nanosecondsPerEvent: Double
    /// How many times as long as reading the same events' text byte by byte.
    var timesReading: Double
    /// Calls of the allocator in a round, for each thousand events.
    var allocationsPerThousandEvents: Double
  }

  let name: String
  /// Runs the stage once over all events.
  let round: () throws -> Void

  func result(rounds: Int, events: Int, reading: Double) throws -> Result {
    var best = Double.infinity
    var allocations = UInt64.max
    for _ in 0..<rounds {
      let before = allocation_count()
      let start = ContinuousClock.now
      try round()
      let elapsed = ContinuousClock.now - start
      allocations = min(allocations, allocation_count() - before)
      best = min(best, MicroBenchmark.nanoseconds(elapsed))
    }
    let perEvent = best / Double(events)
    return Result(
      nanosecondsPerEvent: perEvent, timesReading: perEvent / reading,
      allocationsPerThousandEvents: Double(allocations) * 1000 / Double(events))
  }

  static func nanoseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) * 1e-9
  }
}
