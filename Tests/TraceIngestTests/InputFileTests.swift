import Foundation
import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

@Suite struct InputFileTests {
  /// What a command makes of bytes on its standard input.
  private static func run(_ command: String, _ bytes: [UInt8]) throws -> [UInt8] {
    let input = try TemporaryFile(bytes)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\(command) <\"$0\"", input.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(command) failed; is it installed?")
    return Array(data)
  }

  private static func read(_ bytes: [UInt8]) throws -> [UInt8] {
    let file = try TemporaryFile(bytes)
    let input = try InputFile(path: file.path)
    var content: [UInt8] = []
    while try input.read(into: &content) {}
    #expect(input.byteCount == UInt64(content.count))
    return content
  }

  private static let content: [UInt8] = {
    var random = SeededGenerator(seed: 5)
    // Longer than a block, and not easily compressed.
    return (0..<700_000).map { UInt8(truncatingIfNeeded: $0 % 7 == 0 ? random.next() : 65) }
  }()

  @Test(arguments: [0, 1, 3, 4, 5, 1000, 262_143, 262_144, 262_145, 700_000])
  func `plain bytes come out as they are`(count: Int) throws {
    let bytes = Array(InputFileTests.content.prefix(count))
    #expect(try InputFileTests.read(bytes) == bytes)
  }

  @Test(arguments: ["gzip -c", "zstd -qc", "zstd -qc --no-check", "gzip -1c", "zstd -qc --long=27"])
  func `compressed bytes come out decompressed`(command: String) throws {
    for count in [0, 1, 1000, 262_144, 524_288, 700_000] {
      let bytes = Array(InputFileTests.content.prefix(count))
      #expect(try InputFileTests.read(try InputFileTests.run(command, bytes)) == bytes)
    }
  }

  @Test(arguments: ["gzip -c", "zstd -qc"])
  func `several members or frames are one input`(command: String) throws {
    let parts = [0..<10, 10..<10, 10..<300_000, 300_000..<300_001].map {
      Array(InputFileTests.content[$0])
    }
    let compressed = try parts.map { try InputFileTests.run(command, $0) }
    #expect(try InputFileTests.read(compressed.flatMap(\.self)) == parts.flatMap(\.self))
  }

  @Test func `skippable frames are passed over`() throws {
    let frame = try InputFileTests.run("zstd -qc", Array("abc".utf8))
    let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    #expect(
      try InputFileTests.read(skippable + frame + skippable + frame) == Array("abcabc".utf8))
  }

  @Test(arguments: ["gzip -c", "zstd -qc"])
  func `compressed bytes that are cut are an error, wherever they are cut`(command: String) throws {
    let compressed = try InputFileTests.run(
      command, Array(InputFileTests.content.prefix(400_000)))
    let step = compressed.count / 60
    for length in Array(5..<40) + Array(stride(from: 40, to: compressed.count, by: step))
      + Array((compressed.count - 9)..<compressed.count)
    {
      let error = #expect(throws: TraceError.self) {
        try InputFileTests.read(Array(compressed.prefix(length)))
      }
      #expect(error?.code == .truncated, "\(length) of \(compressed.count)")
      #expect(error?.remedy?.isEmpty == false)
    }
  }

  @Test(arguments: ["gzip -c", "zstd -qc"])
  func `damaged compressed bytes are an error, never other content`(command: String) throws {
    let bytes = Array(InputFileTests.content.prefix(20_000))
    let compressed = try InputFileTests.run(command, bytes)
    for offset in stride(from: 4, to: compressed.count, by: 97) {
      var damaged = compressed
      damaged[offset] ^= 0x10
      do {
        // A header's bits that say nothing about the content may change: time, name, system.
        #expect(try InputFileTests.read(damaged) == bytes, "offset \(offset)")
      } catch let error as TraceError {
        #expect(error.code == .corrupted || error.code == .truncated)
      }
    }
  }

  @Test func `bytes behind the last frame that are none are an error`() throws {
    let frame = try InputFileTests.run("zstd -qc", Array("abc".utf8))
    let error = #expect(throws: TraceError.self) {
      try InputFileTests.read(frame + Array("and more".utf8))
    }
    #expect(error?.code == .corrupted)
  }

  @Test func `a window too large for memory is refused`() throws {
    // A frame header that asks for a window of 2^31 bytes.
    let header: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 21 << 3, 1, 0, 0]
    let error = #expect(throws: TraceError.self) { try InputFileTests.read(header) }
    #expect(error?.code == .corrupted)
  }

  @Test func `the head is shown and handed out again`() throws {
    let file = try TemporaryFile(try InputFileTests.run("zstd -qc", InputFileTests.content))
    let input = try InputFile(path: file.path)
    #expect(try input.head(limit: 100) == Array(InputFileTests.content.prefix(100)))
    #expect(try input.head(limit: 300_000) == Array(InputFileTests.content.prefix(300_000)))
    var content: [UInt8] = []
    while try input.read(into: &content) {}
    #expect(content == InputFileTests.content)
  }

  @Test func `a head longer than the input is the input`() throws {
    let file = try TemporaryFile("abc")
    let input = try InputFile(path: file.path)
    #expect(try input.head(limit: 1000) == Array("abc".utf8))
  }

  @Test func `a pipe is read like a file`() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "mkfifo \"$0\" && (sleep 0.1; printf '1 tid=1 '; sleep 0.1; echo free) >\"$0\"",
      folder.file("pipe"),
    ]
    try process.run()
    while !FileManager.default.fileExists(atPath: folder.file("pipe")) {
      Thread.sleep(forTimeInterval: 0.01)
    }
    let input = try InputFile(path: folder.file("pipe"))
    var content: [UInt8] = []
    while try input.read(into: &content) {}
    #expect(content == Array("1 tid=1 free\n".utf8))
    process.waitUntilExit()
  }

  @Test func `a missing file and a folder are errors that name them`() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: TraceError.self) { try InputFile(path: folder.file("none")) }
    #expect(missing?.code == .inputOutput)
    #expect(missing?.location?.file == folder.file("none"))
    let directory = #expect(throws: TraceError.self) { try InputFile(path: folder.path) }
    #expect(directory?.code == .inputOutput)
    #expect(directory?.message.contains("directory") == true)
  }
}
