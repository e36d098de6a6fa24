import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Broken modules end in an error or in some answer, never in a trap.
@Suite struct StackDepthHostileTests {
  private static let samples = [
    "stack-moves.wasm", "stack-tables.wasm", "stack-branches.O0.wasm", "stack-virtual.wasm",
    "stack-returned.wasm", "stack-array.wasm", "stack-random-1.wasm", "lib_exports.wasm",
  ]

  /// Opcodes that the scan treats specially.
  private static let opcodes: [UInt8] = [
    0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13,
    0x18, 0x19, 0x1A, 0x1B, 0x20, 0x21, 0x22, 0x23, 0x24, 0x6A, 0x6B, 0x71, 0xD2,
  ]

  @Test(arguments: SeededGenerator.seeds(500))
  func `changed bytes do not trap`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let name = StackDepthHostileTests.samples[
      Int(random.next() % UInt64(StackDepthHostileTests.samples.count))]
    let module = try StackDepthSample.module(name)
    var bytes = module.bytes
    for _ in 0...random.next() % 6 {
      let body = module.bodies[Int(random.next() % UInt64(module.bodies.count))].code
      let place =
        random.once(in: 4)
        ? 8 + Int(random.next() % UInt64(bytes.count - 8))
        : body.lowerBound + Int(random.next() % UInt64(max(1, body.count)))
      let count = UInt64(StackDepthHostileTests.opcodes.count)
      bytes[place] =
        random.once(in: 2)
        ? UInt8(truncatingIfNeeded: random.next())
        : StackDepthHostileTests.opcodes[Int(random.next() % count)]
    }
    guard let broken = try? WasmModule(bytes: bytes, file: name),
      let depth = try? StackDepth(broken)
    else { return }
    let entries = (try? depth.entries()) ?? []
    let bound = depth.shadow.bound(from: entries)
    #expect((bound.bytes ?? bound.bytesWithoutRecursion) == bound.bytesWithoutRecursion)
    #expect(depth.functions().count == depth.graph.functionCount)
    let isEntered = entries.contains { $0 < depth.graph.functionCount }
    #expect(depth.frames { _ in .max }.bound(from: entries).path.isEmpty != isEntered)
    for name in bound.path.map(FunctionNames(broken).label) { #expect(!name.isEmpty) }
  }
}
