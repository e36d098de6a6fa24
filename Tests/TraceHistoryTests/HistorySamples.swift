import TraceModel

@testable import TraceHistory

/// Runs and patterns of the tests.
enum HistorySamples {
  static func key(
    _ module: String, target: String = "x86_64", mode: String = "aot", features: String = ""
  ) -> RunKey {
    var key = RunKey()
    key[.module] = module
    key[.target] = target
    key[.mode] = mode
    key[.features] = features
    return key
  }

  static func night(_ number: Int) -> UTCTime {
    UTCTime(seconds: 1_790_000_000 + Int64(number) * 86_400)
  }

  /// A run with two rows.
  static func run(_ module: String, night: Int, bytes: Int64 = 1000) -> HistoryRun {
    HistoryRun(
      key: key(module), time: HistorySamples.night(night), commit: "c\(night)",
      rows: [
        HistoryRow(.linearMemory, ByteCount(bytes), kind: .exact),
        HistoryRow(.nativeStack, ByteCount(bytes / 2), kind: .noisy),
      ])
  }

  /// A run with a value in every place that a run has.
  static func full(night: Int) -> HistoryRun {
    HistoryRun(
      key: key("app.wasm", features: "0a1b2c3d"), time: HistorySamples.night(night),
      commit: "abc",
      labels: [
        RunLabel(name: "board", value: "", isInferred: false),
        RunLabel(name: "host", value: "a\u{0}b\n\u{1F600}", isInferred: false),
      ],
      rows: [
        HistoryRow(.unattributed, .zero, kind: .noisy),
        HistoryRow(
          .module, ByteCount(5), kind: .exact, source: .estimate, minimum: .zero,
          maximum: ByteCount(.max)),
        HistoryRow(.linearMemory, ByteCount(65_536), kind: .exact),
        HistoryRow(.linearMemory, ByteCount(8192), kind: .noisy, measure: .resident),
        HistoryRow(.appHeap, ByteCount(16), kind: .noisy),
        HistoryRow(.appHeap, ByteCount(17), kind: .noisy, container: .linearMemory),
        HistoryRow(
          .appHeap, ByteCount(9), kind: .noisy, container: .linearMemory, measure: .used,
          minimum: ByteCount(1)),
      ],
      details: [
        HistoryDetail(.linearMemory, ByteCount(3), thread: "1", frames: ["malloc", "f", "main"]),
        HistoryDetail(.linearMemory, ByteCount(2), thread: "2", frames: ["g", "f", "main"]),
        HistoryDetail(.linearMemory, ByteCount(1), thread: nil, frames: []),
        HistoryDetail(.module, ByteCount(4), thread: "", frames: ["", "main"]),
      ],
      verdicts: [
        BudgetVerdict(subject: "total", bytes: ByteCount(10), limit: ByteCount(9)),
        BudgetVerdict(subject: "linear-memory growth", bytes: ByteCount(-1), limit: .zero),
      ])
  }
}
