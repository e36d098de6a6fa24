import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Mutated modules: an estimate or an error, never a trap.
@Suite struct HostileModuleTests {
  @Test func `a mutated module is an estimate or an error`() throws {
    let files = try PackedSamples.modules.get()
    // The small ones in a short run: the debug build takes its time.
    let limit = Soak.isAsked ? Int.max : 3000
    let names = files.keys.filter { files[$0]?.count ?? 0 < limit }.sorted()
    var random = SeededGenerator(seed: 11)
    var estimates = 0
    for _ in 0..<Soak.times(250) {
      let name = try #require(names.randomElement(using: &random))
      let bytes = HostileModuleTests.mutate(try #require(files[name]), with: &random)
      do {
        let file = try ModuleFile(bytes: bytes, file: name)
        var run = RunConfiguration()
        if case .wasm = file { run.mode = Bool.random(using: &random) ? .classic : .fast }
        _ = try ModuleAnalysis(file, run: run).estimate()
        estimates += 1
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    #expect(estimates > 0)
  }

  /// A run that asks for as much as the command line allows.
  private static var largestRun: RunConfiguration {
    var run = RunConfiguration()
    run.threads = 1_000_000
    run.instances = 1_000_000
    run.stackSize = 1 << 40
    run.heapSize = 1 << 40
    run.threadStackSize = 1 << 40
    run.nativeStackSize = 1 << 40
    return run
  }

  @Test(arguments: [
    "tiny.thumbv7.aot", "memory64.aot", "multitable.aot", "threads_wat.w133.aot",
  ])
  func `no number in an AOT file is too large`(name: String) throws {
    let original = try PackedSamples.module(name)
    let words: [[UInt8]] = [
      [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0, 0, 1, 0],
    ]
    let step = Soak.isAsked ? 4 : 8
    for offset in stride(from: 8, to: min(original.count - 8, 320), by: step) {
      for (number, word) in words.enumerated() {
        var bytes = original
        bytes.replaceSubrange(offset..<offset + 8, with: word + word)
        var run = HostileModuleTests.largestRun
        run.platform = (offset / step + number).isMultiple(of: 2) ? .linux : .zephyr
        // Following many threads takes its time.
        if !offset.isMultiple(of: 64) { run.threads = 1 }
        do {
          let analysis = try ModuleAnalysis(try ModuleFile(bytes: bytes, file: name), run: run)
          _ = analysis.estimate()
          _ = analysis.functions()
        } catch {
          #expect(!error.message.isEmpty)
        }
      }
    }
  }

  @Test(arguments: [1, 1000, 1001])
  func `memories of the largest size are an estimate, too many an error`(count: Int) throws {
    // 2^32 pages with 64-bit addresses.
    let memory: [UInt8] = [0x04, 0x80, 0x80, 0x80, 0x80, 0x10]
    let payload = leb(count) + (0..<count).flatMap { _ in memory }
    let bytes = WasmModule.magic + [1, 0, 0, 0, 5] + leb(payload.count) + payload
    do {
      let file = try ModuleFile(bytes: bytes, file: "memories.wasm")
      let estimate = try ModuleAnalysis(file, run: HostileModuleTests.largestRun).estimate()
      #expect(count <= 1000)
      #expect(estimate.rows.allSatisfy { $0.expected >= .zero })
    } catch {
      #expect(count > 1000)
      #expect(error.code == .limitExceeded)
    }
  }

  @Test func `a table of struct sizes with the largest numbers is an estimate`() throws {
    let rows = ["void*", "BLOCK_ADDR_CACHE_SIZE", "BLOCK_ADDR_CONFLICT_SIZE", "BlockAddr"]
    let text =
      "name\tmine\nfeatures\tFAST_INTERP=0\n"
      + rows.map { "\($0)\t\($0 == "void*" ? "8" : "9999999999")\n" }.joined()
    var run = HostileModuleTests.largestRun
    run.mode = .classic
    let file = try ModuleFile(bytes: try PackedSamples.module("memmax.wasm"), file: "memmax.wasm")
    _ = try ModuleAnalysis(
      file, run: run, profiles: try StructProfile.table(Array(text.utf8), file: "mine.tsv")
    ).estimate()
  }

  private func leb(_ number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func mutate(
    _ bytes: [UInt8], with random: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      guard let place = bytes.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<10: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 10..<14:
        let count = Int.random(in: 1...9, using: &random)
        bytes.insert(contentsOf: repeatElement(0xFF, count: count), at: place)
      case 14..<17:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
        bytes.removeSubrange(place..<end)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
