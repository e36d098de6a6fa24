import Foundation
import MemtraceTestSupport
import Testing

/// Programs of binutils and the compiler, which say independently what a file holds.
enum Tool {
  /// What a program writes; a missing or failing one is an error.
  static func output(_ arguments: [String], input: String = "") throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(input.utf8), to: "in")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle(forReadingAtPath: file)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(
      process.terminationStatus == 0,
      "\(arguments.joined(separator: " ")) failed: Tools/setup installs what the tests need")
    return String(decoding: data, as: UTF8.self)
  }

  /// The C program of this build that recordings are tested with.
  static func recordedProgram() throws -> String {
    let folder = URL(fileURLWithPath: try ProgramUnderTest.path()).deletingLastPathComponent()
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let candidates = [URL(fileURLWithPath: tests).deletingLastPathComponent(), folder]
    return try #require(
      candidates.map { $0.appendingPathComponent("recorded-program").path }
        .first(where: FileManager.default.isExecutableFile(atPath:)))
  }

  /// The symbols of functions that nm prints with a size, by start.
  static func functions(of path: String) throws -> [(name: String, range: Range<UInt64>)] {
    try output(["nm", "-S", "-C", "--defined-only", path]).split(separator: "\n").compactMap {
      let words = $0.split(separator: " ", maxSplits: 3)
      guard words.count == 4, "TtWwi".contains(words[2]), let start = UInt64(words[0], radix: 16),
        let size = UInt64(words[1], radix: 16)
      else { return nil }
      return (String(words[3]), start..<(start + size))
    }
  }

  /// The addresses of a section.
  static func section(_ name: String, of path: String) throws -> Range<UInt64> {
    for line in try output(["readelf", "-SW", path]).split(separator: "\n") {
      let words = line.split(whereSeparator: { " []".contains($0) })
      guard let index = words.firstIndex(of: Substring(name)), words.count > index + 4,
        let start = UInt64(words[index + 2], radix: 16),
        let size = UInt64(words[index + 4], radix: 16)
      else { continue }
      return start..<(start + size)
    }
    Issue.record("\(path) has no \(name)")
    return 0..<0
  }
}
