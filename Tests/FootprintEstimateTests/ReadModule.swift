import FootprintEstimate
import MemtraceTestSupport
import Synchronization
import WasmBinary

/// A module with what is known of it whatever runs it.
struct ReadModule: Sendable {
  struct Bytecode: Sendable {
    var module: WasmModule
    var code: CodeFacts
    var stackPointer: StackPointerGlobal?
  }

  enum Content: Sendable {
    case bytecode(Bytecode)
    case aot(AotModule)
  }

  let content: Content
  let fileBytes: Int64

  init(_ bytes: [UInt8], name: String) throws {
    fileBytes = Int64(bytes.count)
    if bytes.starts(with: AotModule.magic) {
      content = .aot(try AotModule(bytes: bytes, file: name))
    } else {
      let module = try WasmModule(bytes: bytes, file: name)
      content = .bytecode(
        Bytecode(
          module: module, code: try CodeFacts(module),
          stackPointer: try StackDepth(module).stackPointer))
    }
  }

  private static let samples = Mutex<[String: ReadModule]>([:])

  /// A module of the recordings, which is read when it is asked for first.
  static func sample(_ name: String) throws -> ReadModule {
    if let known = samples.withLock({ $0[name] }) { return known }
    let module = try ReadModule(try PoolSamples.bytes(of: name), name: name)
    samples.withLock { $0[name] = module }
    return module
  }
}
