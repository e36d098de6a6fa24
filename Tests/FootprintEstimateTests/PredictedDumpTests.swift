import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The dump that is predicted, against the dump that a real run printed, line by line.
@Suite struct PredictedDumpTests {
  /// Lines that instantiation determines.
  private static let lines: [SnapshotField] =
    SnapshotField.allCases.filter {
      ![.interpreterStackUsed, .auxStackUsed, .nativeStackLeft, .appHeapUsed].contains($0)
    }

  /// Versions whose instance has another layout, for which only the rest is asked.
  private static let older: Set<String> = ["1.0.0", "05-18-2022", "12-30-2021"]

  @Test func `every line of every recorded run is exact`() throws {
    var exact: [String: (good: Int, all: Int)] = [:]
    #expect(RecordedRun.estimates.count == 517)
    for (run, result) in RecordedRun.estimates {
      let estimate = try result.get()
      let grown = try Self.growth(of: run, from: estimate)
      for line in PredictedDumpTests.lines {
        guard case .bytes(let printed) = run.printed[line] else { continue }
        let isMemory = [.instanceMemories, .instanceTotal, .total].contains(line)
        if isMemory, grown != 0 { continue }
        let key = "\(run.run.mode?.rawValue ?? "") \(line.name)"
        let isExact = estimate.fields[line] == ByteCount(printed)
        exact[key, default: (0, 0)].all += 1
        if isExact { exact[key, default: (0, 0)].good += 1 }
        #expect(
          isExact,
          "\(run.testDescription): \(line.name) is \(printed), predicted \(estimate.fields[line]?.rawValue ?? -1)"
        )
      }
    }
    // One line for each mode and field: how many were exact.
    for (key, count) in exact.sorted(by: { $0.key < $1.key }) {
      print("\(key): \(count.good)/\(count.all)")
    }
  }

  /// How far memory.grow went in the run: whole pages of a module that has the instruction.
  private static func growth(of run: RecordedRun, from estimate: Estimate) throws -> Int64 {
    // Versions before 2.4 print a memory of 4 GiB in 32 bits.
    if run.module.hasPrefix("mem4g") { return 1 }
    guard case .bytes(let printed) = run.printed[.instanceMemories],
      let predicted = estimate.fields[.instanceMemories]?.rawValue,
      let row = estimate.rows.first(where: { $0.category == .linearMemory }),
      row.maximum != row.minimum
    else { return 0 }
    let growth = printed - predicted
    return growth > 0 && growth % 65_536 == 0 ? growth : 0
  }

  @Test func `what a run printed lies within the bounds`() throws {
    for (run, result) in RecordedRun.estimates where !run.module.hasPrefix("mem4g") {
      let estimate = try result.get()
      for (line, bounds) in estimate.fieldBounds {
        guard case .bytes(let printed) = run.printed[line] else { continue }
        #expect(
          printed >= bounds.minimum?.rawValue ?? 0 && printed <= bounds.maximum?.rawValue ?? .max,
          "\(run.testDescription): \(line.name) is \(printed)")
      }
    }
  }

  @Test func `rows without a container sum to the predicted total and what no dump shows`() throws {
    let unseen: Set<MemoryCategory> = [
      .moduleFile, .runtimeOther, .nativeStack, .stackGuard, .gcHeap,
    ]
    for (run, result) in RecordedRun.estimates {
      let estimate = try result.get()
      let sum = estimate.rows.filter {
        ($0.container == nil || $0.category == .aotCode) && !unseen.contains($0.category)
      }.map(\.expected.rawValue).reduce(0, +)
      let takesMaximum = estimate.rows.contains {
        $0.category == .linearMemory && $0.minimum != $0.expected
      }
      if !takesMaximum {
        #expect(ByteCount(sum) == estimate.fields[.total], "\(run.testDescription)")
      }
    }
  }

  @Test func `the parts of linear memory sum to it`() throws {
    for (run, result) in RecordedRun.estimates {
      let estimate = try result.get()
      let parts = estimate.rows.filter { $0.container == .linearMemory }
      let whole = estimate.rows.first { $0.category == .linearMemory }?.minimum ?? .zero
      #expect(parts.map(\.expected).reduce(.zero, +) == whole, "\(run.testDescription)")
    }
  }

  @Test func `no part is expected to be larger than what holds it`() throws {
    var run = RunConfiguration()
    for threads: Int64 in [0, 1, 4, 100] {
      run.threads = threads
      for name in ["threads_wat.wasm", "hello_hb.wasm", "memmax.wasm", "appheap.wasm"] {
        let file = try ModuleFile(bytes: try PackedSamples.module(name), file: name)
        let rows = try ModuleAnalysis(file, run: run).estimate().rows
        for row in rows {
          guard let container = row.container,
            let whole = rows.first(where: { $0.category == container && $0.container != container })
          else { continue }
          let parts = rows.filter { $0.container == container }.map(\.expected)
          #expect(
            parts.reduce(.zero, +) <= whole.expected || whole.expected == whole.maximum,
            "\(name), \(threads) threads: \(container.id)")
        }
      }
    }
  }
}
