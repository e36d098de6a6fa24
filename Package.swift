// swift-tools-version: 6.3
import PackageDescription

/// The layers, lowest first; a target may import only from targets above it in this file.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// A library; `documents` are the specifications that stand beside the code.
func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], documents: [String] = [],
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: documents, resources: resources,
    swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["MemtraceTestSupport"], path: "Tests/\(name)",
    swiftSettings: settings)
}

let package = Package(
  name: "memtrace",
  products: [
    .executable(name: "memtrace", targets: ["memtrace"]),
    // Preloaded by `memtrace record` into the program it records.
    .library(name: "memtrace-record", type: .dynamic, targets: ["CMemtraceRecorder"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Layer 0: system libraries.
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CNettle", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    // malloc.h, and one instruction that Swift has no word for.
    .systemLibrary(name: "CMemory"),
    // A C face of toml++ (libtomlplusplus-dev), whose headers are all of it.
    .target(name: "CToml"),
    .systemLibrary(name: "CElfutils", pkgConfig: "libdw", providers: [.apt(["libdw-dev"])]),
    // What a recorded program and memtrace share: the layout of rings of records.
    .target(name: "CMemtraceChannel"),
    .target(
      name: "CMemtraceRecorder", dependencies: ["CMemtraceChannel"],
      cSettings: [
        .unsafeFlags([
          "-O2", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-ftls-model=initial-exec",
        ])
      ],
      // The library must need nothing of Swift: it is loaded into programs that have none.
      linkerSettings: [.unsafeFlags(["-nostartfiles", "-no-toolchain-stdlib-rpath"])]),
    // Layer 1: vocabulary.
    library("TraceModel", documents: ["Taxonomy.md"]),
    // Layer 1: jobs on several threads.
    library("ThreadPool"),
    // Layer 2: text to records, records to and from the file.
    library(
      "TraceIngest", ["TraceModel", "ThreadPool", "CZstd", "CZlib"],
      documents: ["AllocatorLog/AllocatorLog.md", "ConsumptionDump/ConsumptionDump.md"]),
    library(
      "TraceStore", ["TraceModel", "ThreadPool", "CZstd", "CZlib"],
      documents: ["TraceFileFormat.md"]),
    library("WasmBinary", ["TraceModel", "CNettle"]),
    library("TraceSymbols", ["TraceModel", "CElfutils"]),
    library("TraceRecording", ["TraceModel", "TraceSymbols", "CMemtraceChannel"]),
    // Layer 3: folds over batches.
    library(
      "TraceAnalysis", ["TraceModel", "ThreadPool", "CMemory"],
      resources: [.embedInCode("Attribution/wamr-rules.toml")]),
    library("FootprintEstimate", ["TraceModel", "ThreadPool", "WasmBinary"]),
    library("ChangeDetection", ["TraceModel"], documents: ["ChangeDetection.md"]),
    // Layer 4: results to documents and files.
    library(
      "TraceReport",
      [
        "TraceModel", "WasmBinary", "TraceAnalysis", "FootprintEstimate", "ChangeDetection",
        "CToml",
      ],
      resources: [.embedInCode("Schemas"), .embedInCode("PageAssets")]),
    library("TraceExport", ["TraceModel"]),
    library(
      "TraceHistory", ["TraceModel", "CSQLite", "CNettle"], documents: ["History.md"]),
    // Layer 5: options to calls to exit code.
    library(
      "MemtraceCommands",
      [
        "CMemory", "TraceModel", "ThreadPool", "TraceIngest", "TraceStore", "WasmBinary",
        "TraceSymbols",
        "TraceRecording", "TraceAnalysis", "FootprintEstimate", "TraceReport", "TraceExport",
        "TraceHistory",
        argumentParser,
      ]),
    // Layer 6.
    .executableTarget(
      name: "memtrace", dependencies: ["MemtraceCommands", argumentParser],
      swiftSettings: settings),

    // The engine's stages one by one, for `make bench`.
    .target(name: "CAllocationCount", path: "Tools/bench/AllocationCount"),
    .executableTarget(
      name: "micro-bench",
      dependencies: [
        "CAllocationCount", "TraceModel", "ThreadPool", "TraceIngest", "TraceStore",
        "TraceAnalysis",
      ], path: "Tools/bench/Micro", swiftSettings: settings,
      // What libraries allocate is counted, too: they must find the program's malloc.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
    // Traces of any length for Tools/bench/bench.
    .executableTarget(
      name: "trace-generator", path: "Tools/bench/Generator", swiftSettings: settings),

    .target(
      name: "MemtraceTestSupport", dependencies: ["TraceModel", "TraceIngest"],
      path: "Tests/MemtraceTestSupport", swiftSettings: settings),
    // C programs with known allocations, to be recorded: in release builds, too, they do what they say.
    .executableTarget(
      name: "recorded-program", path: "Tests/RecordedProgram",
      cSettings: [.unsafeFlags(["-O0"])],
      linkerSettings: [.linkedLibrary("pthread"), .linkedLibrary("dl")]),
    tests("TraceModelTests", ["TraceModel"]),
    tests(
      "TraceIngestTests",
      ["TraceModel", "ThreadPool", "TraceIngest", "TraceAnalysis", "TraceExport"]),
    tests("ThreadPoolTests", ["ThreadPool"]),
    tests("TraceStoreTests", ["TraceModel", "ThreadPool", "TraceStore", "TraceAnalysis"]),
    tests("TraceAnalysisTests", ["TraceModel", "ThreadPool", "TraceAnalysis", "TraceIngest"]),
    tests("WasmBinaryTests", ["TraceModel", "WasmBinary"]),
    tests("TraceSymbolsTests", ["TraceModel", "TraceSymbols", "recorded-program"]),
    tests(
      "TraceRecordingTests",
      [
        "TraceModel", "TraceRecording", "TraceSymbols", "TraceIngest", "CMemtraceChannel",
        "recorded-program",
      ]),
    tests("FootprintEstimateTests", ["TraceModel", "WasmBinary", "FootprintEstimate"]),
    tests("ChangeDetectionTests", ["TraceModel", "ChangeDetection"]),
    tests("TraceReportTests", ["TraceModel", "TraceAnalysis", "TraceReport"]),
    tests("TraceHistoryTests", ["TraceModel", "TraceHistory"]),
    tests("MemtraceCommandsTests", ["TraceModel", "MemtraceCommands"]),
  ],
  cxxLanguageStandard: .cxx17
)
