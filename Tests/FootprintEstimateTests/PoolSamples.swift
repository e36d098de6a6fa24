import Foundation
import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// What WAMR's own pool mode needed, and estimates of the same runs.
enum PoolSamples {
  /// A row of `modules-truth/pool.tsv`.
  struct Row: Sendable, CustomTestStringConvertible {
    var build: String
    var module: String
    var options: [String]
    var poolBytes: Int64
    var largestBlockBytes: Int64
    var features: String

    var testDescription: String { "\(build) \(module) \(options.joined(separator: " "))" }
  }

  static func rows() throws -> [Row] { try table.get() }

  private static let table = Result { () throws -> [Row] in
    let bytes = try PackedSamples.contents(of: "modules-truth/pool.tsv")
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
    return try lines.map { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(cells.count == 6)
      return Row(
        build: cells[0], module: cells[1],
        options: cells[2].split(separator: " ").map(String.init),
        poolBytes: try #require(Int64(cells[3])),
        largestBlockBytes: try #require(Int64(cells[4])), features: cells[5])
    }
  }

  /// One run's calls of the allocator.
  struct Run: Sendable {
    var build: String
    var module: String
    var poolBytes: Int
    /// The words of each line.
    var lines: [[Substring]]
  }

  static func runs() throws -> [Run] { try recorded.get() }

  private static let recorded = Result { () throws -> [Run] in
    let text = String(
      decoding: try PackedSamples.contents(of: "modules-truth/pool-events.zst"), as: UTF8.self)
    var runs: [Run] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.first == "#file" else {
        runs[runs.count - 1].lines.append(words)
        continue
      }
      let parts = words[1].components(separatedBy: "__")
      try #require(parts.count == 3)
      runs.append(
        Run(build: parts[0], module: parts[1], poolBytes: try #require(Int(parts[2])), lines: []))
    }
    return runs
  }

  /// The estimate's inputs for a run of iwasm.
  static func inputs(
    build: String, module name: String, options: [String] = [], features: String? = nil
  ) throws -> PoolInputs {
    let rows =
      try features.map { [$0] } ?? PoolSamples.rows().filter { $0.build == build }.map(\.features)
    var run = RunConfiguration()
    run.wamr = try #require(WamrVersion(String(build.prefix { $0 != "-" })))
    let text = try #require(rows.first)
    run.features = try #require(BuildFeatures(text))
    var launch = PoolLaunch(arguments: [name])
    for option in options {
      let sides = option.split(separator: "=", maxSplits: 1).map(String.init)
      switch sides[0] {
      case "stack": run.stackSize = Int64(sides[1])
      case "heap": run.heapSize = Int64(sides[1])
      case "dir": launch.directories.append(sides[1])
      default: launch.environment.append(sides[1])
      }
    }
    return try inputs(ReadModule.sample(name), run: run, launch: launch)
  }

  static func bytes(of name: String) throws -> [UInt8] {
    let modules = try PackedSamples.modules.get()
    return try #require(modules[name])
  }

  static func inputs(
    _ bytes: [UInt8], name: String, run: RunConfiguration, launch: PoolLaunch
  ) throws -> PoolInputs {
    try inputs(ReadModule(bytes, name: name), run: run, launch: launch)
  }

  private static func inputs(
    _ read: ReadModule, run: RunConfiguration, launch: PoolLaunch
  ) throws -> PoolInputs {
    let wasm: ReadModule.Bytecode
    switch read.content {
    case .aot(let module):
      let build = try RuntimeBuild(run, mode: .aot, target: .x86_64)
      return PoolInputs(
        module: .aot(module), build: build, fileBytes: read.fileBytes,
        memories: memories(LoadedModule(module, build: build), build), instanceBytes: nil,
        launch: launch)
    case .bytecode(let bytecode): wasm = bytecode
    }
    let target = run.features["TARGET"] == "X86_32" ? Target("x86_32") : .x86_64
    let mode: StructProfile.Mode = run.features.has("FAST_INTERP") ? .fast : .classic
    let build = try RuntimeBuild(run, mode: mode, target: target ?? .x86_64)
    let loaded = LoadedModule(
      wasm.module, code: wasm.code, compiledBytes: 0, stackPointer: wasm.stackPointer,
      build: build)
    let memories = memories(loaded, build)
    var compiled: [FastFunctionCode]?
    if mode == .fast {
      compiled = try FastInterpreterCode.sizes(
        of: wasm.module, rules: FastCodeRules(build.version),
        build: FastCodeBuild(
          pointerBytes: Int(build.pointerBytes), allowsUnalignedAccess: true, hasTailCalls: false))
    }
    return PoolInputs(
      module: .bytecode(wasm.module, compiled: compiled), build: build,
      fileBytes: read.fileBytes, memories: memories,
      instanceBytes: loaded.instanceBlock(memories)[.instanceStruct], launch: launch)
  }

  private static func memories(
    _ loaded: LoadedModule, _ build: RuntimeBuild
  ) -> [MemoryInstantiation] {
    loaded.memories.enumerated().map { index, shape in
      MemoryInstantiation(
        shape, index: build.mode == .aot ? 0 : index, heapBytes: build.heapBytes,
        auxiliary: loaded.auxiliary, exportsAllocator: loaded.exportsAllocator, build: build)
    }
  }
}
