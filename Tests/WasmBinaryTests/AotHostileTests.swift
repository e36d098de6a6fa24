import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Cut, changed and made-up `.aot` files: an error with a place in the file, or what can be read.
@Suite struct AotHostileTests {
  static let files = [
    "tiny.aot", "externals.1.3.3.aot", "externals.2.3.1.aot", "externals.main.aot",
    "externals.thumbv7.xip.aot", "externals-named.main.aot", "collected.main.aot",
    "computed.main.aot", "multitable.aot",
  ]

  private static func read(_ bytes: [UInt8]) -> Result<AotModule, TraceError> {
    Result { () throws(TraceError) in try AotModule(bytes: bytes, file: "a.aot") }
  }

  /// Every error is inside the file and says what part of it is wrong.
  private static func check(_ result: Result<AotModule, TraceError>, count: Int) {
    guard case .failure(let error) = result else { return }
    #expect(error.location?.byteOffset ?? .max <= UInt64(count), "\(error)")
    #expect(!error.message.isEmpty)
  }

  @Test(arguments: files)
  func `every shorter file is refused or has only lost its last section`(file: String) throws {
    let bytes = try AotFactsTests.module(file).bytes
    for count in bytes.indices {
      let result = AotHostileTests.read(Array(bytes.prefix(count)))
      AotHostileTests.check(result, count: count)
      if case .success(let module) = result {
        #expect(module.sections.last?.payload.upperBound ?? 0 <= count)
      }
    }
  }

  @Test(arguments: files)
  func `a count of any size is no reason to trap`(file: String) throws {
    let bytes = try AotFactsTests.module(file).bytes
    for value: [UInt8] in [
      [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 1, 0], [0, 0, 0, 0],
    ] {
      for offset in stride(from: 0, to: bytes.count - 3, by: 2) {
        var changed = bytes
        changed.replaceSubrange(offset..<offset + 4, with: value)
        AotHostileTests.check(AotHostileTests.read(changed), count: bytes.count)
      }
    }
  }

  @Test(arguments: files, SeededGenerator.seeds(2))
  func `random changes are no reason to trap`(file: String, seed: UInt64) throws {
    let bytes = try AotFactsTests.module(file).bytes
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      var changed = bytes
      for _ in 0...Int(generator.next() % 4) {
        changed[Int(generator.next() % UInt64(bytes.count))] = UInt8(
          truncatingIfNeeded: generator.next())
      }
      let result = AotHostileTests.read(changed)
      AotHostileTests.check(result, count: bytes.count)
      if case .success(let module) = result { _ = module.functionCode() }
    }
  }

  @Test func `operators that wait for operands do not pile up`() throws {
    let file = HandmadeAot(globals: 1, values: Array(repeating: 0x6A, count: 1_000_000))
    let error = try #require(throws: TraceError.self) {
      try AotModule(bytes: file.bytes, file: "a.aot")
    }
    #expect(error.message.hasPrefix("init data section: more than"))
  }

  @Test func `a handmade file is read`() throws {
    let file = HandmadeAot(globals: 1, values: [0x6A, 0x41, 1, 0x6C, 0x41, 2, 0x41, 3])
    let module = try AotModule(bytes: file.bytes, file: "a.aot")
    #expect(module.globals.map(\.initial) == [.number(7)])
  }

  @Test(
    arguments: [
      ([0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0], "no AOT file: it does not begin with \\0aot", 0),
      ([], "no AOT file: it does not begin with \\0aot", 0),
      (
        [0x00, 0x61, 0x6F, 0x74, 6, 0, 0, 0],
        "section list: ends before the relocation section", 8
      ),
      (
        [0x00, 0x61, 0x6F, 0x74, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        "section list: the init data section stands twice or in the wrong place", 8
      ),
      (
        [0x00, 0x61, 0x6F, 0x74, 6, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
        "section list: unknown section 6", 8
      ),
      (
        [0x00, 0x61, 0x6F, 0x74, 6, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0],
        "section list: the target info section of 48 bytes where 0 follow", 8
      ),
    ] as [([UInt8], String, UInt64)])
  func `an error says which part is wrong and where`(
    bytes: [UInt8], message: String, offset: UInt64
  ) throws {
    let error = try #require(throws: TraceError.self) {
      try AotModule(bytes: bytes, file: "a.aot")
    }
    #expect(error.message == message)
    #expect(error.location == SourceLocation(file: "a.aot", byteOffset: offset))
  }

  @Test(arguments: [2, 7, 0xFFFF_FFFF] as [UInt32])
  func `an unknown version is named with those that are known`(version: UInt32) throws {
    var bytes = try AotFactsTests.module("tiny.aot").bytes
    for place in 0..<4 {
      bytes[4 + place] = UInt8(truncatingIfNeeded: version >> UInt32(8 * place))
    }
    let error = try #require(throws: TraceError.self) {
      try AotModule(bytes: bytes, file: "a.aot")
    }
    #expect(error.code == .unsupportedVersion)
    #expect(error.message == "AOT file version \(version); 3 to 6 are known")
  }
}

/// A file of version 6 whose init data section has nothing but i32 globals with these words as
/// initial values.
private struct HandmadeAot {
  var bytes: [UInt8] = [0x00, 0x61, 0x6F, 0x74]

  init(globals: UInt32, values: [UInt32]) {
    word(6)
    section(0, words: [0x0000_0002, 0x003E_0001, 1, 0, 0, 0, 0, 0, 0x5F36_3878, 0x0000_3436, 0, 0])
    // No memories, segments, tables, types and imports before the globals.
    let head: [UInt32] = [0, 0, 0, 0, 0, 0, 0, 0, globals, 0x0000_007F]
    let none = UInt32.max
    let tail: [UInt32] = [0, 0, none, none, 0, 0, none, 0, 0, none, 0, 0, 0, 0]
    section(1, words: head + values + tail)
    section(2, words: [])
    section(3, words: [])
    section(4, words: [0])
    section(5, words: [0, 0, 0])
  }

  private mutating func word(_ value: UInt32) {
    for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * place))) }
  }

  private mutating func section(_ kind: UInt32, words: [UInt32]) {
    word(kind)
    word(UInt32(4 * words.count))
    for value in words { word(value) }
  }
}
