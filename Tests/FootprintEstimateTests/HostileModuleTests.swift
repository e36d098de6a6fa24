import FootprintEstimate
import Foundation
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Mutated modules: an estimate or an error, never a trap.
///
/// `MEMTRACE_MUTATIONS=10000` makes a longer run of it.
@Suite struct HostileModuleTests {
  private static let count =
    ProcessInfo.processInfo.environment["MEMTRACE_MUTATIONS"].flatMap { Int($0) } ?? 400

  @Test func `a mutated module is an estimate or an error`() throws {
    let files = try PackedSamples.modules.get()
    // The small ones in a short run: the debug build takes its time.
    let limit = HostileModuleTests.count > 1000 ? Int.max : 3000
    let names = files.keys.filter { files[$0]?.count ?? 0 < limit }.sorted()
    var random = SeededGenerator(seed: 11)
    var estimates = 0
    for _ in 0..<HostileModuleTests.count {
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
