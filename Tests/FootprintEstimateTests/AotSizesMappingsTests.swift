import Foundation
import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The mappings of AOT code, against what runs asked the system for.
@Suite struct AotSizesMappingsTests {
  private static func mappings(
    _ file: String, _ version: String, _ features: String
  ) throws -> AotMappings {
    let version = try #require(WamrVersion(version))
    return AotMappings(
      try AotSizesFieldsTests.module(file), version: version,
      features: try #require(BuildFeatures(features)),
      rules: AotMappings.Rules(platform: .linux, version: version))
  }

  /// Sizes of mappings below 2 GiB, which only AOT code asks for, as a tracer of system calls saw
  /// them; what stays, and the most at one time.
  @Test(
    arguments: [
      ("hello_hb.aot", "main", "", [57_344], 114_688),
      ("hello_hb.w220.aot", "2.3.1", "", [57_344], 114_688),
      ("hello_hb.w220.aot", "2.0.0", "", [36_864, 4096, 4096, 4096, 4096, 4096], 57_344),
      (
        "hello_hb.w133.aot", "1.3.3", "STATIC_PGO=1 PERF_PROFILING=1",
        [36_864, 4096, 4096, 4096, 4096, 4096], 57_344
      ),
      ("hello_hb.xip.aot", "main", "", [20_480], 20_480),
    ] as [(String, String, String, [Int64], Int64)])
  func `mappings are those that a run asked for`(
    file: String, version: String, features: String, mapped: [Int64], peak: Int64
  ) throws {
    let mappings = try AotSizesMappingsTests.mappings(file, version, features)
    #expect(mappings.mappings.map(\.bytes) == mapped)
    #expect(mappings.mappedBytes == mapped.reduce(0, +))
    #expect(mappings.peakBytes == peak)
    #expect(mappings.mappings.allSatisfy { $0.usedBytes <= $0.bytes })
  }

  @Test(arguments: [
    (
      "preload__main-aot__threads_wat.log", "threads_wat.aot",
      "LIB_WASI_THREADS=1 DUMP_CALL_STACK=1"
    ),
    ("preload__main-aot_nohw__threads_wat.log", "threads_wat.aot", "LIB_WASI_THREADS=1"),
    (
      "preload__main-aot__xip_manyfuncs.log", "manyfuncs.xip.aot",
      "LIB_WASI_THREADS=1 DUMP_CALL_STACK=1"
    ),
    // Recorded with another build of the same program.
    ("preload__main-aot_nohw__bigdata_hb.log", "bigdata.aot", "LIB_WASI_THREADS=1"),
  ])
  func `a recording has the same mappings`(log: String, file: String, features: String) throws {
    let mappings = try AotSizesMappingsTests.mappings(file, "main", features)
    var replay = try LowMappings(log: log)
    if mappings.isTextInFile {
      // iwasm maps the file first.
      let file = Int64(try AotSizesFieldsTests.module(file).bytes.count)
      let mapped = replay.removeFirst()
      #expect((file..<file + 4096).contains(mapped))
    }
    #expect(mappings.peakBytes == replay.peak)
    #expect(mappings.mappedBytes == replay.remaining)
  }

  @Test func `a platform without pages takes what is used`() throws {
    let module = try AotSizesFieldsTests.module("tiny.thumbv7.aot")
    let rules = AotMappings.Rules(
      platform: .zephyr, version: .main, pageBytes: Platform.zephyr.pageBytes)
    let mappings = AotMappings(module, version: .main, features: BuildFeatures(), rules: rules)
    // 64 bytes of text section, 197 jumps of 20 bytes, and a page for the data section.
    #expect(mappings.mappings.map(\.kind) == [.textAndDataSections])
    #expect(mappings.mappedBytes == 8192)
    #expect(mappings.peakBytes == 64 + 3940 + 4096 + 8192)
  }

  @Test func `functions whose addresses stand in a table take a mapping from 1.2.3 on`() throws {
    // The 13 relocations at the end of the file become ones through such a table.
    var bytes = try AotSizesFieldsTests.module("lib_exports.aot").bytes
    for index in 1...13 { bytes[bytes.count - 24 * index + 16] = 42 }
    let module = try AotModule(bytes: bytes, file: "lib_exports.aot")
    #expect(module.indirectlyAddressedFunctions == [3, 6, 8])
    func tables(_ version: String) throws -> [AotMappings.Mapping] {
      let version = try #require(WamrVersion(version))
      let rules = AotMappings.Rules(platform: .linux, version: version)
      return AotMappings(module, version: version, features: BuildFeatures(), rules: rules)
        .mappings.filter { $0.kind == .addressTable }
    }
    #expect(try tables("1.2.2").isEmpty)
    #expect(try tables("1.2.3").map(\.usedBytes) == [24])
    #expect(try tables("main").map(\.bytes) == [4096])
  }

  @Test func `the buffer that may be freed keeps data apart`() throws {
    let module = try AotSizesFieldsTests.module("hello_hb.aot")
    let rules = AotMappings.Rules(platform: .linux, version: .main, isFileFreeable: true)
    let mappings = AotMappings(module, version: .main, features: BuildFeatures(), rules: rules)
    #expect(mappings.mappings.map(\.kind) == [.text, .dataSections])
    #expect(mappings.mappings.map(\.bytes) == [36_864, 20_480])
  }
}

/// The anonymous mappings below 2 GiB (`MAP_32BIT`) of a recording, until the loader protects the
/// code, which is the last thing it does.
private struct LowMappings {
  private var steps: [(isMap: Bool, bytes: Int64)] = []

  init(log: String) throws {
    let text = try String(contentsOfFile: Samples.path("logs/\(log)"), encoding: .utf8)
    var low: Set<String> = []
    for line in text.split(separator: "\n") {
      var keys: [String: String] = [:]
      for word in line.split(separator: " ") {
        let sides = word.split(separator: "=", maxSplits: 1)
        if sides.count == 2 { keys[String(sides[0])] = String(sides[1]) }
      }
      if line.contains(" mprotect "), keys["prot"] == "rx" { break }
      guard let address = keys["addr"], let bytes = keys["size"].flatMap(Int64.init) else {
        continue
      }
      if line.contains(" mmap "), keys["flags"] == "0x62" {
        low.insert(address)
        steps.append((true, bytes))
      } else if line.contains(" munmap "), low.contains(address) {
        steps.append((false, bytes))
      }
    }
  }

  var remaining: Int64 { steps.reduce(0) { $0 + ($1.isMap ? $1.bytes : -$1.bytes) } }

  var peak: Int64 {
    var live: Int64 = 0
    var peak: Int64 = 0
    for step in steps {
      live += step.isMap ? step.bytes : -step.bytes
      peak = max(peak, live)
    }
    return peak
  }

  mutating func removeFirst() -> Int64 { steps.removeFirst().bytes }
}
