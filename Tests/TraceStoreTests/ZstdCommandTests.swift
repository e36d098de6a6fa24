import Foundation
import MemtraceTestSupport
import Testing

/// A store is a zstd file to every program that knows zstd.
@Suite struct ZstdCommandTests {
  private static func zstd(_ arguments: [String]) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["zstd"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(
      process.terminationStatus != 127,
      "the zstd command is not installed: apt-get install zstd, then run the tests again")
    return (process.terminationStatus, data)
  }

  @Test func `zstd tests and decompresses a store without complaint`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("full.zst"))
    #expect(try ZstdCommandTests.zstd(["-t", "-q", folder.file("full.zst")]).status == 0)
    let content = try ZstdCommandTests.zstd(["-dc", "-q", folder.file("full.zst")])
    #expect(content.status == 0)
    #expect(!content.output.isEmpty)
  }

  @Test func `zstd finds that a chunk is damaged`() throws {
    let folder = try TemporaryFolder()
    try FullTrace.write(to: folder.file("full.zst"))
    var bytes = try TemporaryFolder.bytes(at: folder.file("full.zst"))
    bytes[20] ^= 1
    let path = try folder.write(bytes, to: "damaged.zst")
    #expect(try ZstdCommandTests.zstd(["-t", "-q", path]).status != 0)
  }
}
