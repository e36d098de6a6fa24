import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The smallest pool against the one that bisection with WAMR itself found.
@Suite struct PoolEstimateTests {
  @Test func `a printed pool works and one a tenth smaller fails`() throws {
    var exact = 0
    var largest = 0
    let rows = try PoolSamples.rows()
    for row in rows {
      let inputs = try PoolSamples.inputs(
        build: row.build, module: row.module, options: row.options, features: row.features)
      let estimate = try #require(PoolEstimate(inputs))
      // A pool of `poolBytes` works, one of 8 bytes less fails.
      #expect(estimate.minimumBytes >= row.poolBytes, "\(row.testDescription)")
      #expect(estimate.minimumBytes * 9 / 10 < row.poolBytes, "\(row.testDescription)")
      if estimate.minimumBytes == row.poolBytes { exact += 1 }
      if estimate.largestBlockBytes == row.largestBlockBytes { largest += 1 }
    }
    print("smallest pool exact in \(exact), largest block in \(largest) of \(rows.count) runs")
    #expect(exact * 100 >= rows.count * 90)
    #expect(largest == rows.count)
  }

  @Test func `each request of a real run is foreseen in its place`() throws {
    var matched = 0
    var total = 0
    for run in try PoolSamples.runs() {
      let inputs = try PoolSamples.inputs(build: run.build, module: run.module)
      let events = inputs.allEvents.events.filter { $0.phase < .execution }
      let real = PoolEstimateTests.requests(of: run)
      // A run that finds no room ends early.
      total += real.count
      matched += zip(real, events.map(PoolEstimateTests.text)).prefix { $0 == $1 }.count
    }
    #expect(matched == total)
    #expect(total > 9000)
  }

  /// `m SIZE`, `r SIZE` and `f`, before the entry is called.
  private static func requests(of run: PoolSamples.Run) -> [String] {
    var requests: [String] = []
    for words in run.lines {
      if words[0] == "phase", words[1] == "run" { break }
      switch words[0] {
      case "m": requests.append("m \(words[1])")
      case "r": requests.append("r \(words[2])")
      case "f": requests.append("f")
      default: break
      }
      if words.last == "-1" { break }
    }
    return requests
  }

  private static func text(_ event: AllocationSequence.Event) -> String {
    switch event.operation {
    case .allocate, .allocateOptionally: "m \(max(1, event.size))"
    case .reallocate: "r \(event.size)"
    case .free, .freeIfGiven: "f"
    }
  }

  @Test func `phases grow and name their largest block`() throws {
    let inputs = try PoolSamples.inputs(build: "main-fast", module: "hello_hb.wasm")
    let estimate = try #require(PoolEstimate(inputs))
    #expect(estimate.phases.map(\.phase) == AllocationPhase.allCases)
    #expect(
      estimate.phases.map(\.largestFor)
        == [.runtimeTables, .moduleFile, .compiledCode, .instance, .execEnv])
    #expect(estimate.largestFor == .moduleFile)
    let minimums = estimate.phases.map(\.minimumBytes)
    #expect(minimums == minimums.sorted())
    #expect(minimums.last == estimate.minimumBytes)
    #expect(estimate.phases.allSatisfy { $0.heldBytes <= $0.minimumBytes })
    // The hook of an embedder of the same build saw these for the execution environment.
    #expect(estimate.phases.last?.largestBlockBytes == 65_808)
    #expect(estimate.pool.minimum == ByteCount(estimate.minimumBytes))
  }

  @Test func `a file outside of the pool is not in it`() throws {
    var inputs = try PoolSamples.inputs(build: "main-classic", module: "hello_hb.wasm")
    let whole = try #require(PoolEstimate(inputs))
    inputs.launch.readsFileIntoPool = false
    let without = try #require(PoolEstimate(inputs))
    #expect(whole.minimumBytes - without.minimumBytes == 113_456)
    #expect(without.largestFor == .execEnv)
  }

  @Test func `where mappings come from the heap, linear memory does`() throws {
    // Measured with an os_mmap that is a plain BH_MALLOC, as Zephyr's is.
    let pools = [
      ("hello_hb.wasm", Int64(408_616)), ("manyfuncs.wasm", 196_000), ("bigdata.wasm", 1_330_424),
      ("tiny.wasm", 135_224),
    ]
    for (name, bytes) in pools {
      var run = RunConfiguration()
      run.wamr = .main
      run.platform = .zephyr
      run.features = try #require(
        BuildFeatures("LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=1 AOT=0 HW_BOUND_CHECK=0"))
      let inputs = try PoolSamples.inputs(
        try PoolSamples.bytes(of: name), name: name, run: run,
        launch: PoolLaunch(arguments: [name]))
      #expect(PoolEstimate(inputs)?.minimumBytes == bytes)
    }
  }

  @Test func `threads need an instance and an environment each`() throws {
    // A run whose four threads wait for each other.
    var inputs = try PoolSamples.inputs(build: "main-fast", module: "threads_wat.wasm")
    let alone = try #require(PoolEstimate(inputs))
    var run = inputs.build.configuration
    run.threads = 4
    inputs = try PoolSamples.inputs(
      try PoolSamples.bytes(of: "threads_wat.wasm"), name: "threads_wat.wasm",
      run: run, launch: inputs.launch)
    let four = try #require(PoolEstimate(inputs))
    #expect(alone.minimumBytes < 80_000)
    #expect((338_728...342_000).contains(four.minimumBytes))
  }
}
