import Foundation
import MemtraceTestSupport
import Testing
import TraceModel
import TraceSymbols

/// What is read of programs against readelf, and what is wrong with other files.
@Suite struct ExecutableFactsTests {
  private static let source = "int main(void) { return 0; }\n"

  private static func compile(_ options: [String], in folder: TemporaryFolder) throws -> String {
    let source = try folder.write(Array(source.utf8), to: "empty.c")
    let path = folder.file("program")
    _ = try Tool.output(["clang"] + options + [source, "-o", path])
    return path
  }

  @Test func `facts are those that readelf prints`() throws {
    let folder = try TemporaryFolder()
    let own = try Tool.recordedProgram()
    for path in [own, try ExecutableFactsTests.compile(["-Wl,--build-id"], in: folder)] {
      let facts = try ExecutableFacts(path: path)
      let text = try Tool.output(["readelf", "-hlSdnW", path])
      #expect(!facts.isScript && !facts.isSetUserID)
      #expect(facts.bits == (text.contains("Class:                             ELF64") ? 64 : 32))
      #expect((facts.kind == .sharedObject) == text.contains("DYN ("))
      let loader = text.components(separatedBy: "Requesting program interpreter: ").dropFirst()
      #expect(facts.interpreter == loader.first.map { String($0.prefix { $0 != "]" }) })
      #expect(facts.hasInterpreter)
      #expect(facts.hasSymbolTable == text.contains(" .symtab "))
      #expect(facts.hasDebugInfo == text.contains(" .debug_info "))
      let needed = text.components(separatedBy: "Shared library: [").dropFirst()
      #expect(facts.neededLibraries == needed.map { String($0.prefix { $0 != "]" }) })
      #expect(!facts.neededLibraries.isEmpty)
      let identifier = text.components(separatedBy: "Build ID: ").dropFirst().first
      let digits = facts.buildID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(digits == String(identifier?.prefix(while: \.isHexDigit) ?? ""))
    }
  }

  @Test func `debug information and symbols are seen where they are`() throws {
    let folder = try TemporaryFolder()
    let path = try ExecutableFactsTests.compile(["-g"], in: folder)
    let whole = try ExecutableFacts(path: path)
    #expect(whole.hasDebugInfo && whole.hasSymbolTable)
    _ = try Tool.output(["strip", "--strip-debug", path])
    let symbols = try ExecutableFacts(path: path)
    #expect(!symbols.hasDebugInfo && symbols.hasSymbolTable)
    _ = try Tool.output(["strip", path])
    let stripped = try ExecutableFacts(path: path)
    #expect(!stripped.hasDebugInfo && !stripped.hasSymbolTable && stripped.hasInterpreter)
  }

  @Test func `a static program has no dynamic loader`() throws {
    let folder = try TemporaryFolder()
    let facts = try ExecutableFacts(
      path: try ExecutableFactsTests.compile(["-static", "-no-pie"], in: folder))
    #expect(!facts.hasInterpreter)
    #expect(facts.kind == .executable)
    #expect(facts.neededLibraries == [])
  }

  @Test func `a program that runs as its owner is told apart`() throws {
    let folder = try TemporaryFolder()
    let path = try ExecutableFactsTests.compile([], in: folder)
    for (mode, isSet) in [(0o755, false), (0o4755, true), (0o2755, true), (0o2745, false)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      #expect(try ExecutableFacts(path: path).isSetUserID == isSet, "\(String(mode, radix: 8))")
    }
  }

  @Test func `a script names its interpreter and one argument`() throws {
    let folder = try TemporaryFolder()
    let cases: [(String, String, String?)] = [
      ("#!/bin/sh\necho", "/bin/sh", nil),
      (
        "#! /usr/bin/env  python3 -u \n", "/usr/bin/env",
        "python3 -u"
      ), ("#!/bin/bash", "/bin/bash", nil),
    ]
    for (text, interpreter, argument) in cases {
      let facts = try ExecutableFacts(path: try folder.write(Array(text.utf8), to: "script"))
      #expect(facts.isScript && !facts.hasInterpreter)
      #expect(facts.script?.interpreter == interpreter)
      #expect(facts.script?.argument == argument)
    }
  }

  @Test func `what is missing or no program is an error that names the file`() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write(Array("hello".utf8), to: "text")
    let empty = try folder.write([], to: "empty")
    let short = try folder.write([0x7f, 0x45, 0x4c, 0x46, 2, 1], to: "short")
    let cases: [(String, TraceError.Code)] = [
      (folder.file("nothing"), .inputOutput), (folder.path, .inputOutput),
      ("/dev/null", .inputOutput), (text, .unknownFormat), (empty, .unknownFormat),
      (short, .malformed),
    ]
    for (path, code) in cases {
      let error = #expect(throws: TraceError.self) { try ExecutableFacts(path: path) }
      #expect(error?.code == code)
      #expect(error?.location?.file == path)
    }
  }

  @Test func `a damaged program is read or refused`() throws {
    let folder = try TemporaryFolder()
    let whole = try TemporaryFolder.bytes(
      at: try ExecutableFactsTests.compile(["-Wl,--build-id"], in: folder))
    for seed in SeededGenerator.seeds(1000) {
      var random = SeededGenerator(seed: seed)
      var damaged = whole
      for _ in 0...(random.next() % 8) {
        damaged[Int(random.next() % 1024)] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.once(in: 3) { damaged.removeLast(Int(random.next() % UInt64(whole.count))) }
      let path = try folder.write(damaged, to: "damaged")
      let facts = try? ExecutableFacts(path: path)
      #expect((facts?.neededLibraries.count ?? 0) <= 4096)
    }
  }
}
