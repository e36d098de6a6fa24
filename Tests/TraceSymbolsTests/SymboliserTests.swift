import Foundation
import MemtraceTestSupport
import Testing
import TraceSymbols

/// Names and lines against the text of programs, addr2line and nm.
@Suite struct SymboliserTests {
  @Test(arguments: ["-gdwarf-5", "-gdwarf-4", "-gsplit-dwarf"])
  func `inlined functions are frames of their own, innermost first`(option: String) throws {
    let program = try InlinedProgram([option])
    let symboliser = Symboliser()
    try #require(program.addresses.count == InlinedProgram.calls.count)
    for (address, calls) in zip(program.addresses, InlinedProgram.calls) {
      let frames = symboliser.frames(ofModule: program.path, buildID: [], address: address)
      #expect(
        frames
          == calls.map { SymbolFrame(function: $0.function, file: "inlined.cpp", line: $0.line) })
    }
    #expect(symboliser.notes == [])
  }

  @Test func `functions and lines are those that addr2line finds`() throws {
    let path = try Tool.recordedProgram()
    let text = try Tool.section(".text", of: path)
    let functions = try Tool.functions(of: path)
    let symboliser = Symboliser()
    var random = SeededGenerator(seed: 1)
    let addresses = (0..<400).map { _ in
      text.lowerBound + random.next() % UInt64(text.count)
    }
    var compared = 0
    for (address, truth) in zip(addresses, try Addr2line.frames(of: path, at: addresses)) {
      let frames = symboliser.frames(ofModule: path, buildID: [], address: address)
      // Between functions addr2line names the one before, which may end before the address.
      guard functions.contains(where: { $0.range.contains(address) }) else {
        #expect(frames.isEmpty || frames.map(\.function) == truth.map(\.function))
        continue
      }
      #expect(frames.map(\.function) == truth.map(\.function), "at \(String(address, radix: 16))")
      // For code without lines addr2line shows a file of the symbol table.
      if truth.allSatisfy({ $0.line != nil }) {
        #expect(frames == truth, "at \(String(address, radix: 16))")
        compared += 1
      }
    }
    #expect(compared > 100)
  }

  @Test func `without debug information functions are those that nm lists`() throws {
    let program = try InlinedProgram()
    let copy = try program.stripped("--strip-debug", to: "symbols-only")
    let functions = try Tool.functions(of: copy)
    let symboliser = Symboliser()
    var named = 0
    for address in try Tool.section(".text", of: copy) {
      let names = functions.filter { $0.range.contains(address) }.map(\.name)
      let frames = symboliser.frames(ofModule: copy, buildID: [], address: address)
      if names.isEmpty {
        // Code that was written by hand may have a symbol without a size.
        #expect(frames.count <= 1)
      } else {
        #expect(frames.count == 1)
        #expect(names.contains(frames.first?.function ?? ""))
        #expect(frames.first?.file == nil && frames.first?.line == nil)
        named += 1
      }
    }
    #expect(named > 100)
  }

  @Test func `only names of C++ are demangled`() throws {
    let folder = try TemporaryFolder()
    let rust = "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE"
    let names = [
      ("_Z3addii", "add(int, int)"), ("_ZN4core3fmt5WriteEv", "core::fmt::Write()"), (rust, rust),
      ("_RNvC6_123foo3bar", "_RNvC6_123foo3bar"), ("$s4main3fooyyF", "$s4main3fooyyF"),
      ("_Znonsense", "_Znonsense"), ("plain", "plain"),
    ]
    let text = names.enumerated()
      .map { "void f\($0)(void) __asm__(\"\($1.0)\"); void f\($0)(void) {}\n" }.joined()
    let source = try folder.write(Array(text.utf8), to: "names.c")
    let library = folder.file("names.so")
    _ = try Tool.output(["clang", "-shared", "-fPIC", source, "-o", library])
    let symboliser = Symboliser()
    for (name, shown) in names {
      let symbol = try #require(symboliser.symbol(named: name, inModule: library))
      let frames = symboliser.frames(ofModule: library, buildID: [], address: symbol.address)
      #expect(frames == [SymbolFrame(function: shown)])
    }
  }

  @Test func `a stripped library has the functions that it exports`() throws {
    let folder = try TemporaryFolder()
    let text = """
      static __attribute__((noinline)) int hidden(int a) { return a * 3; }
      int exported(int a) { return hidden(a) + 1; }
      int also_exported(int a) { return hidden(a) - 1; }

      """
    let source = try folder.write(Array(text.utf8), to: "library.c")
    let library = folder.file("library.so")
    _ = try Tool.output(["clang", "-shared", "-fPIC", "-O1", source, "-o", library])
    let hidden = try #require(
      try Tool.functions(of: library).first { $0.name.hasPrefix("hidden") })
    _ = try Tool.output(["strip", "--strip-all", library])
    let symboliser = Symboliser()
    for name in ["exported", "also_exported"] {
      let symbol = try #require(symboliser.symbol(named: name, inModule: library))
      for address in symbol.address..<(symbol.address + symbol.size) {
        let frames = symboliser.frames(ofModule: library, buildID: [], address: address)
        #expect(frames == [SymbolFrame(function: name)])
      }
    }
    for address in hidden.range {
      #expect(symboliser.frames(ofModule: library, buildID: [], address: address) == [])
    }
  }

  @Test func `a stripped program has no functions, and a note says so`() throws {
    let program = try InlinedProgram()
    let copy = try program.stripped("--strip-all", to: "stripped")
    let symboliser = Symboliser()
    for address in program.addresses {
      #expect(symboliser.frames(ofModule: copy, buildID: [], address: address) == [])
    }
    #expect(symboliser.notes == ["\(copy) has no symbols of functions"])
  }

  @Test func `debug information is found in a separate file by its build id`() throws {
    let program = try InlinedProgram()
    let copy = try program.stripped("--strip-all", to: "stripped")
    let identifier = try program.buildID()
    let digits = identifier.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    try #require(digits.count > 2)
    let place = program.folder.file("debug/.build-id/\(digits[0])")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    _ = try Tool.output([
      "objcopy", "--only-keep-debug", program.path,
      "\(place)/\(digits.dropFirst().joined()).debug",
    ])
    let symboliser = Symboliser(debugFolders: [program.folder.file("debug")])
    for address in program.addresses {
      let frames = symboliser.frames(ofModule: copy, buildID: identifier, address: address)
      #expect(!frames.isEmpty)
      #expect(
        frames == symboliser.frames(ofModule: program.path, buildID: identifier, address: address))
    }
  }

  @Test func `debug information is found in a separate file by its link and checksum`() throws {
    let program = try InlinedProgram(["-Wl,--build-id=none"])
    let copy = try program.stripped("--strip-all", to: "stripped")
    let debug = program.folder.file("inlined.debug")
    _ = try Tool.output(["objcopy", "--only-keep-debug", program.path, debug])
    _ = try Tool.output(["objcopy", "--add-gnu-debuglink=\(debug)", copy])
    let address = program.addresses[0]
    let expected = Symboliser().frames(ofModule: program.path, buildID: [], address: address)
    #expect(Symboliser().frames(ofModule: copy, buildID: [], address: address) == expected)

    var bytes = try TemporaryFolder.bytes(at: debug)
    bytes.append(0)
    _ = try program.folder.write(bytes, to: "inlined.debug")
    #expect(Symboliser().frames(ofModule: copy, buildID: [], address: address) == [])
  }

  @Test func `a file that was replaced since names nothing`() throws {
    let program = try InlinedProgram()
    let symboliser = Symboliser()
    var identifier = try program.buildID()
    let address = program.addresses[0]
    func frames() -> [SymbolFrame] {
      symboliser.frames(ofModule: program.path, buildID: identifier, address: address)
    }
    #expect(!frames().isEmpty)
    identifier[3] ^= 1
    #expect(frames().isEmpty)
    identifier.removeLast()
    #expect(frames().isEmpty)
    let note = "\(program.path) is not the file that ran: its build id is another"
    #expect(symboliser.notes == [note, note])
  }

  @Test func `what is no ELF file names nothing, and a note says why`() throws {
    let folder = try TemporaryFolder()
    let script = try folder.write(Array("#!/bin/sh\n".utf8), to: "script")
    let empty = try folder.write([], to: "empty")
    let symboliser = Symboliser()
    for path in ["[vdso]", "", "anon_inode", "/memfd:x (deleted)"] {
      #expect(symboliser.frames(ofModule: path, buildID: [], address: 0x1000) == [])
    }
    #expect(symboliser.notes == [])
    for path in [folder.file("nothing"), folder.path, script, empty, "/dev/zero"] {
      let before = symboliser.notes.count
      #expect(symboliser.frames(ofModule: path, buildID: [], address: 0x1000) == [])
      #expect(symboliser.frames(ofModule: path, buildID: [], address: 0x2000) == [])
      #expect(symboliser.notes.count == before + 1)
      #expect(symboliser.notes.last?.hasPrefix(path) == true)
    }
    #expect(symboliser.notes.first == "\(folder.file("nothing")) is missing")
  }

  @Test func `a symbol has the address and size that nm prints`() throws {
    let program = try InlinedProgram()
    let symboliser = Symboliser()
    for name in ["kept_data", "main", "print_caller"] {
      let line = try Tool.output(["nm", "-S", program.path]).split(separator: "\n")
        .first { $0.hasSuffix(" \(name)") }
      let words = try #require(line).split(separator: " ")
      let found = try #require(symboliser.symbol(named: name, inModule: program.path))
      #expect(found.address == UInt64(words[0], radix: 16))
      #expect(found.size == UInt64(words[1], radix: 16))
    }
    #expect(symboliser.symbol(named: "kept_data", inModule: program.path)?.size == 1234)
    #expect(symboliser.symbol(named: "nothing", inModule: program.path) == nil)
    #expect(symboliser.symbol(named: "printf", inModule: program.path) == nil)
  }

  @Test func `damaged files never end the program`() throws {
    let program = try InlinedProgram()
    let bytes = try TemporaryFolder.bytes(at: program.path)
    for seed in SeededGenerator.seeds(300) {
      var random = SeededGenerator(seed: seed)
      var damaged = bytes
      for _ in 0...(random.next() % 4) {
        // Half of the damage where it hurts most: in the header and the tables behind it.
        let limit = random.once(in: 2) ? bytes.count : min(bytes.count, 1024)
        damaged[Int(random.next() % UInt64(limit))] = UInt8(truncatingIfNeeded: random.next())
      }
      if random.once(in: 4) { damaged.removeLast(Int(random.next() % UInt64(bytes.count))) }
      let file = try TemporaryFile(damaged)
      let symboliser = Symboliser()
      for address in program.addresses + [0, .max, random.next()] {
        _ = symboliser.frames(ofModule: file.path, buildID: [], address: address)
      }
      _ = symboliser.symbol(named: "kept_data", inModule: file.path)
    }
  }
}

/// What addr2line of binutils prints.
private enum Addr2line {
  static func frames(of path: String, at addresses: [UInt64]) throws -> [[SymbolFrame]] {
    let input = addresses.map { String($0, radix: 16) + "\n" }.joined()
    let lines = try Tool.output(["addr2line", "-a", "-f", "-i", "-C", "-e", path], input: input)
      .split(separator: "\n")
    var all: [[SymbolFrame]] = []
    var index = 0
    while index < lines.count {
      if lines[index].hasPrefix("0x") {
        all.append([])
        index += 1
        continue
      }
      let place = lines[index + 1].split(separator: " ")[0].split(separator: ":")
      all[all.count - 1].append(
        SymbolFrame(
          function: lines[index] == "??" ? nil : String(lines[index]),
          file: place[0].split(separator: "/").last.map(String.init),
          line: place.last.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }))
      index += 2
    }
    return all
  }
}
