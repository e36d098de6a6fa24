import MemtraceTestSupport
import Testing

/// The planted history in SampleTraces/history, whose README says what is planted where.
enum PlantedHistory {
  static let growth = "sensor.wasm/thumbv7/2.4.4/aot:linear-memory"
  static let growthTime = "2026-11-08T02:00:00Z"
  static let step = "gateway.wasm/x86_64/2.4.4/classic:runtime-other"
  static let stepTime = "2026-11-03T02:00:00Z"
  static let drift = "parser.wasm/x86_64/2.4.4/fast:gc-heap"
  static let spike = "blink.wasm/thumbv7/2.4.4/aot:host"
  static let spikeTime = "2026-11-10T02:00:00Z"
  static let improvement = "logger.wasm/aarch64/2.4.4/aot:runtime-other"
}

extension Workplace {
  /// Makes `history.sqlite`, and `memtrace.toml` with budgets for it.
  func plantHistory(withBudgets: Bool = true) throws {
    let runs = "history/planted.ndjson.zst"
    try makeOnce(["history.sqlite"], as: [runs]) {
      try succeed("history", "import", Samples.path(runs))
    }
    if withBudgets { try copy("history/memtrace.toml", to: "memtrace.toml") }
  }

  /// Makes `more.log`: `alloc.log` with one block more, of 70,000 bytes, before all others.
  func writeLargerLog() throws {
    try write(
      Array("1 tid=1 malloc addr=0x7fff00000000 size=70000\n".utf8) + (try bytes("alloc.log")),
      to: "more.log")
  }
}
