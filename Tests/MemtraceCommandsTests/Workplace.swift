import Foundation
import MemtraceTestSupport
import Testing

/// A folder for one test, in which it runs the program; gone when the test is over.
final class Workplace {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("memtrace-place-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  // MARK: Files

  func place(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try PlainFile.write(bytes, to: place(name))
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: place(name))))
  }

  func copy(_ sample: String, to name: String) throws {
    try FileManager.default.copyItem(atPath: Samples.path(sample), toPath: place(name))
  }

  /// Makes NAME.zst and NAME.gz beside a file.
  func compress(_ name: String) throws {
    try write(HandmadeZstd.frame(try bytes(name)), to: name + ".zst")
    let outcome = try shell("gzip -k \(name)")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: place(name))
  }

  /// The names of everything in the folder, sorted.
  func contents() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  // MARK: Runs

  func run(
    _ arguments: String...,
    input: ProgramUnderTest.Input = .nothing,
    timeout: Double = 60
  ) throws -> ProgramUnderTest.Outcome {
    try ProgramUnderTest.run(arguments, in: path, input: input, timeout: timeout)
  }

  func shell(_ script: String, timeout: Double = 60) throws -> ProgramUnderTest.Outcome {
    try ProgramUnderTest.shell(script, in: path, timeout: timeout)
  }

  /// Runs the program and expects exit code 0.
  @discardableResult
  func succeed(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramUnderTest.Outcome {
    try succeed(arguments: arguments, sourceLocation: sourceLocation)
  }

  @discardableResult
  func succeed(
    arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramUnderTest.Outcome {
    let outcome = try ProgramUnderTest.run(arguments, in: path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
    return outcome
  }
}

/// Expects an output to be the golden's text.
func expectGolden(
  _ actual: String,
  _ name: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let problem = Golden.problem(with: actual, as: name) else { return }
  Attachment.record(actual, named: name, sourceLocation: sourceLocation)
  Issue.record("\(problem)", sourceLocation: sourceLocation)
}

extension Workplace {
  /// Runs the program and expects it to refuse: exit code, every text in the message, no new file.
  @discardableResult
  func refuse(
    _ arguments: String..., exitCode: Int32 = 2, saying texts: [String],
    input: ProgramUnderTest.Input = .nothing, timeout: Double = 60,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ProgramUnderTest.Outcome {
    let before = try contents()
    let outcome = try ProgramUnderTest.run(arguments, in: path, input: input, timeout: timeout)
    #expect(outcome.exitCode == exitCode, "\(outcome.errors)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(outcome.errors.contains(text), sourceLocation: sourceLocation)
    }
    #expect(try contents() == before, sourceLocation: sourceLocation)
    return outcome
  }
}
