import Foundation
import MemtraceTestSupport

/// A C program of Tests/RecordedHooks with a file of Tools, compiled for a test.
struct HookProgram {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  let folder: TemporaryFolder
  /// The folder of the compiled program, where it runs.
  var path: String { folder.path }

  /// The path of a file of the repository.
  static func source(_ name: String) -> String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/" + name
  }

  /// Compiles with a compiler that takes GCC's options; what it says, and its failure, are errors.
  init(_ compiler: String = "clang", output: String, _ arguments: [String]) throws {
    folder = try TemporaryFolder()
    let said = try HookProgram.run(
      compiler, arguments + ["-Wall", "-Wextra", "-Werror", "-o", output], in: folder.path)
    guard said.isEmpty else { throw Failure(description: said) }
  }

  /// Runs the program: the `key=value` lines that it prints.
  func truth(_ command: String, _ arguments: [String]) throws -> [String: Int64] {
    HookProgram.truth(try HookProgram.run(command, arguments, in: path))
  }

  static func truth(_ text: String) -> [String: Int64] {
    var truth: [String: Int64] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=")
      if parts.count == 2, let value = Int64(parts[1]) { truth[String(parts[0])] = value }
    }
    return truth
  }

  /// What a command prints; an exit code other than 0 is an error.
  private static func run(
    _ command: String, _ arguments: [String], in folder: String
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["-C", folder, command] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "\(command) ended with \(process.terminationStatus): \(text)")
    }
    return text
  }
}
