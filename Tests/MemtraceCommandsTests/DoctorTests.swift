import Foundation
import Glibc
import MemtraceTestSupport
import Testing

/// What doctor says of real programs that were made for it, and of this machine.
@Suite struct DoctorTests {
  private static let source = "int main(void) { return 0; }\n"

  /// What a C program without a dynamic loader is linked with.
  private static let staticLibrary = "/usr/lib/\(triplet)/libc.a"

  #if arch(arm64)
  private static let triplet = "aarch64-linux-gnu"
  private static let loader = "/lib/ld-linux-aarch64.so.1"
  #else
  private static let triplet = "x86_64-linux-gnu"
  private static let loader = "/lib64/ld-linux-x86-64.so.2"
  #endif

  /// Compiles a program; without a compiler the test fails.
  private static func compile(
    _ source: String = source, _ options: String = "", to name: String = "program",
    in place: Workplace
  ) throws {
    try place.write(source, to: "\(name).c")
    let outcome = try place.shell("cc \(options) \(name).c -o \(name)")
    try #require(outcome.exitCode == 0, "cc: \(outcome.errors)")
  }

  /// The finding of a check; nil where it found nothing.
  private static func finding(_ check: String, _ document: JSONNode) -> JSONNode? {
    document["findings"]?.elements.first { $0["check"]?.string == check }
  }

  private static func severity(_ check: String, _ document: JSONNode) -> String? {
    finding(check, document)?["severity"]?.string
  }

  /// What doctor says of a command, whose exit code must follow from it.
  private static func doctor(
    _ command: String..., in place: Workplace, environment: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> JSONNode {
    let outcome = try ProgramUnderTest.run(
      ["doctor", "--format", "json"] + (command.isEmpty ? [] : ["--"] + command), in: place.path,
      environment: environment)
    let document = try JSONNode(outcome.output)
    let problems = document["findings"]?.elements.count { $0["severity"] == .string("problem") }
    #expect(
      outcome.exitCode == (problems == 0 ? 0 : 1), "\(outcome.errors)",
      sourceLocation: sourceLocation)
    #expect(document["problemCount"]?.integer == problems, sourceLocation: sourceLocation)
    let notes = document["findings"]?.elements.count { $0["severity"] == .string("note") }
    #expect(document["noteCount"]?.integer == notes, sourceLocation: sourceLocation)
    let schema = try JSONNode(try place.succeed("schema", "doctor").output)
    #expect(SchemaValidator.problems(document, schema) == [], sourceLocation: sourceLocation)
    for finding in document["findings"]?.elements ?? []
    where finding["severity"] != .string("ok") {
      #expect(finding["why"]?.string != nil, sourceLocation: sourceLocation)
      #expect(finding["remedy"]?.string != nil, sourceLocation: sourceLocation)
    }
    return document
  }

  // MARK: Programs

  @Test func `a plain program of this machine has no finding against it`() throws {
    let place = try Workplace()
    try DoctorTests.compile("\(DoctorTests.source)", "-g", in: place)
    let document = try DoctorTests.doctor("./program", "-x", in: place)
    #expect(document["program"] == .string("./program"))
    #expect(document["command"]?.elements == [.string("./program"), .string("-x")])
    #expect(DoctorTests.severity("linkage", document) == "ok")
    #expect(DoctorTests.severity("symbols", document) == "ok")
    for check in ["privileges", "allocator", "sanitizer", "script", "log-level"] {
      #expect(DoctorTests.finding(check, document) == nil, "\(check)")
    }
    let listed = try DoctorTests.doctor("true", in: place)
    #expect(listed["program"]?.string?.hasSuffix("/true") == true)
    #expect(DoctorTests.severity("linkage", listed) == "ok")
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: staticLibrary),
      "needs libc.a, to make a static program"))
  func `a static program is a problem`() throws {
    let place = try Workplace()
    try DoctorTests.compile(DoctorTests.source, "-static", in: place)
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("static-program", document) == "problem")
    let text = try place.run("doctor", "--", "./program")
    #expect(text.exitCode == 1)
    #expect(text.output.contains("static-program"))
    #expect(text.output.contains("help: link it dynamically"))
  }

  @Test func `a stripped program has no function names`() throws {
    let place = try Workplace()
    try DoctorTests.compile(in: place)
    #expect(
      DoctorTests.severity("symbols", try DoctorTests.doctor("./program", in: place)) == "ok")
    #expect(try place.shell("strip program").exitCode == 0)
    #expect(
      DoctorTests.severity("symbols", try DoctorTests.doctor("./program", in: place)) == "note")
  }

  @Test func `debug information beside a stripped program counts`() throws {
    let place = try Workplace()
    try DoctorTests.compile(DoctorTests.source, "-g", in: place)
    let split = try place.shell(
      "objcopy --only-keep-debug program program.debug && strip program"
        + " && objcopy --add-gnu-debuglink=program.debug program")
    #expect(split.exitCode == 0, "\(split.errors)")
    let document = try DoctorTests.doctor(place.place("program"), in: place)
    #expect(DoctorTests.severity("symbols", document) == "ok")
    #expect(
      DoctorTests.finding("symbols", document)?["found"]?.string?.contains("program.debug") == true)
  }

  @Test func `a program with a malloc of its own never calls the recorder's`() throws {
    let place = try Workplace()
    try DoctorTests.compile(
      """
      #include <stddef.h>
      static char pool[65536];
      static size_t used;
      int mallctl(void) { return 0; }
      void *malloc(size_t size) { used += size; return pool + used - size; }
      void free(void *block) { (void)block; }
      int main(void) { return malloc(5) == NULL; }

      """, in: place)
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("allocator", document) == "problem")
    #expect(
      DoctorTests.finding("allocator", document)?["found"]?.string?.contains("jemalloc") == true)
    #expect(try place.shell("strip program").exitCode == 0)
    let stripped = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("allocator", stripped) == "problem")
  }

  @Test func `a sanitizer in the program is a problem`() throws {
    let place = try Workplace()
    try DoctorTests.compile(
      "void __asan_init(void) {}\n" + DoctorTests.source, in: place)
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("sanitizer", document) == "problem")
  }

  @Test func `a program for musl is a problem`() throws {
    let place = try Workplace()
    try DoctorTests.compile(in: place)
    var bytes = try place.bytes("program")
    let loader = Array(DoctorTests.loader.utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: loader) })
    let musl = Array("/lib/ld-musl.so.1".utf8)
    for index in loader.indices {
      bytes[start + index] = index < musl.count ? musl[index] : 0
    }
    try place.write(bytes, to: "program")
    #expect(
      DoctorTests.severity("musl", try DoctorTests.doctor("./program", in: place)) == "problem")
  }

  @Test func `a setuid program of its own user is a note`() throws {
    let place = try Workplace()
    try DoctorTests.compile(in: place)
    #expect(try place.shell("chmod u+s program").exitCode == 0)
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("privileges", document) == "note")
  }

  @Test(.enabled(if: getuid() == 0, "needs root, to give a program to another user"))
  func `a setuid program of another user is a problem`() throws {
    let place = try Workplace()
    try DoctorTests.compile(in: place)
    #expect(try place.shell("chown 65534 program && chmod u+s program").exitCode == 0)
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("privileges", document) == "problem")
  }

  @Test func `a program for another machine does not fit the recorder`() throws {
    let place = try Workplace()
    try DoctorTests.compile(in: place)
    var bytes = try place.bytes("program")
    // e_machine: RISC-V.
    (bytes[18], bytes[19]) = (243, 0)
    try place.write(bytes, to: "program")
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("recorder-library", document) == "problem")
  }

  // MARK: Commands

  @Test func `a script is its interpreter, and a shell's programs are children`() throws {
    let place = try Workplace()
    try DoctorTests.compile(in: place)
    try place.write("#!/bin/sh\nls\n", to: "script")
    try place.write("#!\(place.place("program"))\n", to: "other")
    try place.write("#!/usr/bin/env -S bash -e\n", to: "through")
    #expect(try place.shell("chmod +x script other through").exitCode == 0)
    let script = try DoctorTests.doctor("./script", in: place)
    #expect(DoctorTests.severity("script", script) == "note")
    #expect(script["program"] == .string("/bin/sh"))
    #expect(
      DoctorTests.finding("script", script)?["remedy"]?.string?.contains("--children follow")
        == true)
    let other = try DoctorTests.doctor("./other", in: place)
    #expect(DoctorTests.severity("script", other) == "ok")
    #expect(other["program"] == .string(place.place("program")))
    let through = try DoctorTests.doctor("./through", in: place)
    #expect(through["program"]?.string?.hasSuffix("/bash") == true)
    #expect(DoctorTests.severity("script", through) == "note")
    #expect(
      DoctorTests.severity("script", try DoctorTests.doctor("sh", "-c", "ls", in: place)) == "note")
  }

  @Test func `a script without end is an error`() throws {
    let place = try Workplace()
    try place.write("#!\(place.place("script"))\n", to: "script")
    #expect(try place.shell("chmod +x script").exitCode == 0)
    try place.refuse("doctor", "--", "./script", saying: ["script"])
  }

  @Test func `what cannot be read is an error, and what cannot be run a problem`() throws {
    let place = try Workplace()
    try place.write("hello\n", to: "text")
    try place.refuse("doctor", "--", "./nothing", saying: ["./nothing: error: there is no such"])
    try place.refuse("doctor", "--", "no-such-program-here", saying: ["in PATH"])
    try place.refuse("doctor", "--", "./text", saying: ["./text: error: is neither"])
    try DoctorTests.compile(in: place)
    #expect(try place.shell("chmod -x program").exitCode == 0)
    let document = try DoctorTests.doctor("./program", in: place)
    #expect(DoctorTests.severity("executable", document) == "problem")
  }

  // MARK: This machine

  @Test func `the recorder must be there and be a library`() throws {
    let place = try Workplace()
    for (named, text) in [(place.place("nothing"), "is not here"), ("/bin/true", "no shared")] {
      let document = try DoctorTests.doctor(
        in: place, environment: ["MEMTRACE_RECORDER": named])
      let finding = DoctorTests.finding("recorder-library", document)
      #expect(finding?["severity"] == .string("problem"))
      #expect(finding?["found"]?.string?.contains(text) == true)
    }
    try place.write("hello\n", to: "recorder.so")
    let document = try DoctorTests.doctor(
      in: place, environment: ["MEMTRACE_RECORDER": place.place("recorder.so")])
    #expect(DoctorTests.severity("recorder-library", document) == "problem")
  }

  @Test func `limits and what is preloaded are said`() throws {
    let place = try Workplace()
    let cases = [
      ("ulimit -f 4", "file-size", "problem"), ("ulimit -f 4096", "file-size", "note"),
      ("ulimit -n 40", "open-files", "note"),
      ("export LD_PRELOAD=\(place.place("nothing.so"))", "preload", "note"),
    ]
    for (change, check, severity) in cases {
      let outcome = try place.shell("\(change) && \"$MEMTRACE\" doctor --format json 2>errors")
      let document = try JSONNode(outcome.output)
      #expect(DoctorTests.severity(check, document) == severity, "\(change)")
    }
    let usual = try DoctorTests.doctor(in: place)
    #expect(usual["program"] == .null)
    #expect(usual["command"]?.elements == [])
    #expect(DoctorTests.finding("shared-memory", usual) != nil)
    #expect(DoctorTests.finding("resident-memory", usual) != nil)
  }
}

/// What doctor says of programs with a WAMR in them: stand-ins with its symbols and texts.
@Suite struct DoctorRuntimeTests {
  /// A program like iwasm: `summary` is the line that heads its dumps.
  private static func makeRuntime(
    summary: String?, with functions: String = "", in place: Workplace
  ) throws {
    let text = summary.map { "const char *summary(void) { return \"\($0)\"; }\n" } ?? ""
    try place.write(
      """
      void wasm_runtime_load(void) {}
      void wasm_loader_load(void) {}
      const char *message(void) { return "WASM module instantiate failed"; }
      \(text)\(functions)
      int main(void) { return 0; }

      """, to: "iwasm.c")
    let outcome = try place.shell("cc -g iwasm.c -o iwasm")
    try #require(outcome.exitCode == 0, "cc: \(outcome.errors)")
    try place.write([0, 0x61, 0x73, 0x6D, 1, 0, 0, 0], to: "app.wasm")
    try place.write([0, 0x61, 0x6F, 0x74, 3, 0, 0, 0], to: "app.aot")
  }

  private static func severities(
    _ command: String, in place: Workplace
  ) throws -> [String: String] {
    let outcome = try place.shell("\"$MEMTRACE\" doctor --format json -- \(command)")
    #expect([0, 1].contains(outcome.exitCode), "\(outcome.errors)")
    let findings = try JSONNode(outcome.output)["findings"]?.elements ?? []
    return Dictionary(
      findings.map { ($0["check"]?.string ?? "", $0["severity"]?.string ?? "") },
      uniquingKeysWith: { first, _ in first })
  }

  /// The texts of WAMR 2.4 (`os_printf`) and of its main branch (`LOG_VERBOSE`).
  private static let printed = #"\nMemory consumption summary (bytes):\n"#
  private static let logged = "Memory consumption summary (bytes):"

  @Test func `a build that logs its dumps needs the verbose level`() throws {
    let place = try Workplace()
    try DoctorRuntimeTests.makeRuntime(summary: DoctorRuntimeTests.logged, in: place)
    for (options, severity) in [
      ("", "note"), ("-v=2", "note"), ("-v=4", "ok"), ("-v=5", "ok"), ("--heap-size=0 -v=4", "ok"),
      ("-v=5 -v=1", "note"), ("-f -v=4", "note"),
    ] {
      let found = try DoctorRuntimeTests.severities("./iwasm \(options) app.wasm", in: place)
      #expect(found["log-level"] == severity, "\(options)")
      #expect(found["memory-profiling"] == "ok")
    }
    let behind = try DoctorRuntimeTests.severities("./iwasm app.wasm -v=5", in: place)
    #expect(behind["log-level"] == "note")
  }

  @Test func `a build that prints its dumps needs no level`() throws {
    let place = try Workplace()
    try DoctorRuntimeTests.makeRuntime(summary: DoctorRuntimeTests.printed, in: place)
    let found = try DoctorRuntimeTests.severities("./iwasm app.wasm", in: place)
    #expect(found["log-level"] == nil)
    #expect(found["memory-profiling"] == "ok")
    #expect(found["symbols"] == "ok")
    #expect(found["module"] == "ok")
  }

  @Test func `a build without profiling, with a pool or without symbols says so`() throws {
    let place = try Workplace()
    try DoctorRuntimeTests.makeRuntime(
      summary: nil, with: "static char global_heap_buf[4096];\nvoid *pool = global_heap_buf;",
      in: place)
    let found = try DoctorRuntimeTests.severities("./iwasm app.wasm", in: place)
    #expect(found["memory-profiling"] == "note")
    #expect(found["global-heap"] == "note")
    #expect(found["log-level"] == nil)
    #expect(try place.shell("strip iwasm").exitCode == 0)
    let stripped = try DoctorRuntimeTests.severities("./iwasm app.wasm", in: place)
    #expect(stripped["symbols"] == "problem")
    #expect(stripped["memory-profiling"] == "note")
  }

  @Test func `the module is looked at`() throws {
    let place = try Workplace()
    try DoctorRuntimeTests.makeRuntime(summary: DoctorRuntimeTests.printed, in: place)
    try place.write("(module)\n", to: "app.wat")
    for (arguments, severity) in [
      ("app.wasm", "ok"), ("app.aot", "problem"), ("app.wat", "problem"), ("nothing", "problem"),
      ("-f main app.wasm 5", "ok"), ("--version", nil),
    ] {
      let found = try DoctorRuntimeTests.severities("./iwasm \(arguments)", in: place)
      #expect(found["module"] == severity, "\(arguments)")
    }
    try DoctorRuntimeTests.makeRuntime(
      summary: nil, with: "void aot_load_from_aot_file(void) {}", in: place)
    #expect(try DoctorRuntimeTests.severities("./iwasm app.aot", in: place)["module"] == "ok")
  }
}
