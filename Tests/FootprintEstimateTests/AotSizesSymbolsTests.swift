import FootprintEstimate
import Testing
import TraceModel

/// The jumps that runtimes append to AOT code.
@Suite struct AotSizesSymbolsTests {
  /// What builds for x86-64 really appended: their dumps' `aot code size` less code and data.
  @Test(arguments: [
    ("main", "LIB_WASI_THREADS=1 DUMP_CALL_STACK=1", 1224),
    ("main", "LIB_WASI_THREADS=1", 1188),
    ("main", "", 1164),
    ("main", "GC=1", 1332),
    ("main", "AOT_INTRINSICS=0 BULK_MEMORY=0 REF_TYPES=0", 288),
    ("2.4.4", "SHARED_HEAP=1 STATIC_PGO=1 PERF_PROFILING=1", 1236),
    ("2.4.4", "LIB_WASI_THREADS=1", 1188),
    ("2.3.1", "", 1164),
    ("2.2.0", "LIB_WASI_THREADS=1 DUMP_CALL_STACK=1", 1116),
    ("2.2.0", "LIB_WASI_THREADS=1", 1080),
    ("2.1.2", "LIB_PTHREAD=1", 1080),
    ("2.0.0", "", 1056),
    ("1.3.3", "LIB_WASI_THREADS=1 DUMP_CALL_STACK=1", 1104),
    ("1.3.3", "LIB_WASI_THREADS=1", 1080),
    ("1.3.3", "STATIC_PGO=1 PERF_PROFILING=1", 1104),
    ("1.2.3", "", 1044),
    ("1.1.2", "REF_TYPES=1", 1080),
    ("1.0.0", "", 876),
  ])
  func `x86-64 builds append what their dumps show`(
    version: String, features: String, bytes: Int64
  ) throws {
    let computed = AotRuntimeSymbols.pltBytes(
      version: try #require(WamrVersion(version)), features: try #require(BuildFeatures(features)),
      target: .x86_64)
    #expect(computed == bytes)
  }

  /// The table's length after the C preprocessor, with every option off.
  @Test(arguments: [
    ("12-30-2021", "x86_64", 68, 12), ("05-18-2022", "x86_64", 69, 12),
    ("1.0.0", "armv7", 150, 12), ("1.0.0", "thumbv7", 154, 20), ("1.0.0", "thumbv6m", 138, 20),
    ("1.1.1", "x86_64", 73, 12), ("1.1.2", "armv7", 163, 12), ("1.1.2", "riscv64", 93, 20),
    ("1.1.2", "riscv64_lp64", 115, 20), ("1.2.2", "riscv64_lp64", 121, 20),
    ("1.2.3", "riscv64", 94, 20), ("1.3.0", "armv7", 166, 12), ("1.3.0", "x86_64", 85, 12),
    ("1.3.1", "x86_64", 86, 12), ("1.3.3", "riscv64_lp64f", 106, 20),
    ("2.0.0", "aarch64v8", 24, 32), ("2.1.0", "armv7", 105, 12), ("2.1.1", "armv7", 119, 12),
    ("2.1.2", "armv7", 120, 12), ("2.2.0", "thumbv7", 120, 20), ("2.2.0", "thumbv6m", 104, 20),
    ("2.4.5", "riscv64_lp64", 61, 20), ("2.4.5", "riscv64_lp64f", 46, 20),
    ("2.4.5", "riscv64", 24, 20), ("2.4.5", "thumbv7", 120, 20), ("main", "thumbv7", 124, 20),
    ("main", "thumbv6m", 108, 20), ("main", "armv7", 120, 12),
  ])
  func `the runtime's table is as long as its source says`(
    version: String, target: String, count: Int64, entryBytes: Int64
  ) throws {
    let version = try #require(WamrVersion(version))
    let features = try #require(
      BuildFeatures("AOT_INTRINSICS=0 BULK_MEMORY=0 REF_TYPES=0 SHARED_MEMORY=0"))
    let target = try #require(Target(target))
    #expect(
      AotRuntimeSymbols.count(version: version, features: features, target: target) == count)
    #expect(
      AotRuntimeSymbols.pltBytes(version: version, features: features, target: target)
        == count * entryBytes)
  }

  @Test(arguments: ["i386", "riscv32", "xtensa", "mips", "arc"])
  func `other processors need no jumps`(target: String) throws {
    let target = try #require(Target(target))
    #expect(
      AotRuntimeSymbols.pltBytes(version: .main, features: BuildFeatures(), target: target) == 0)
  }

  @Test func `RISC-V code says itself which numbers it keeps in registers`() throws {
    let target = try #require(Target("riscv64"))
    let features = try #require(BuildFeatures("AOT_INTRINSICS=0 BULK_MEMORY=0 REF_TYPES=0"))
    let counts = [0x1, 0x3, 0x5].map { flags in
      AotRuntimeSymbols.count(
        version: .main, features: features, target: target, objectFlags: UInt32(flags))
    }
    #expect(counts == [61, 46, 24])
  }

  /// What one option adds, after the C preprocessor.
  @Test(arguments: [
    ("1.0.0", "BULK_MEMORY=1", 2), ("1.0.0", "SHARED_MEMORY=1", 2), ("1.0.0", "LIB_PTHREAD=1", 4),
    ("1.0.0", "DUMP_CALL_STACK=1", 2), ("1.0.0", "STATIC_PGO=1", 0), ("1.2.3", "STATIC_PGO=1", 2),
    ("2.0.0", "AOT_STACK_FRAME=1", 3), ("2.0.0", "GC=1", 19), ("2.0.0", "STRINGREF=1", 39),
    ("2.2.0", "REF_TYPES=1", 5), ("2.3.1", "SHARED_HEAP=1", 0), ("2.4.0", "SHARED_HEAP=1", 1),
  ])
  func `an option adds its functions`(version: String, option: String, added: Int64) throws {
    let version = try #require(WamrVersion(version))
    let off = "BULK_MEMORY=0 REF_TYPES=0"
    let without = try #require(BuildFeatures(off))
    let with = try #require(BuildFeatures("\(off) \(option)"))
    let counts = [with, without].map {
      AotRuntimeSymbols.count(version: version, features: $0, target: .x86_64)
    }
    #expect(counts[0] - counts[1] == added)
  }
}
