import Foundation
import Glibc
import MemtraceTestSupport
import Testing
import TraceModel
import TraceStore

@Suite struct OutputFileTests {
  @Test func `nothing stands under the name before it is whole`() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(path: folder.file("out"), replaces: false)
    try file.write(Array("abc".utf8))
    #expect(try folder.names() == ["out.partial"])
    try file.commit()
    #expect(try folder.names() == ["out"])
    #expect(try TemporaryFolder.bytes(at: folder.file("out")) == Array("abc".utf8))
  }

  @Test func `long and short pieces stand in the order in which they came`() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(path: folder.file("out"), replaces: false)
    var expected: [UInt8] = []
    for (index, length) in [3, 1 << 18, 0, 1 << 18 - 1, 1, 1 << 20, 5].enumerated() {
      let piece = Array(repeating: UInt8(index), count: length)
      try file.write(piece)
      expected += piece
    }
    try file.commit()
    #expect(try TemporaryFolder.bytes(at: folder.file("out")) == expected)
  }

  @Test func `what is discarded leaves nothing`() throws {
    let folder = try TemporaryFolder()
    let file = try OutputFile(path: folder.file("out"), replaces: false)
    try file.write(Array(repeating: 1, count: 1 << 20))
    file.discard()
    #expect(try folder.names() == [])
  }

  @Test func `what is neither committed nor discarded can be recovered`() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try OutputFile(path: folder.file("out"), replaces: false)
      try file.write(Array(repeating: 7, count: 1 << 20))
    }
    #expect(try folder.names() == ["out.partial"])
    #expect(try TemporaryFolder.bytes(at: folder.file("out.partial")).count == 1 << 20)
  }

  @Test(arguments: ["out", "out.partial"])
  func `a file that exists is kept`(name: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(Array("old".utf8), to: name)
    let error = #expect(throws: TraceError.self) {
      try OutputFile(path: folder.file("out"), replaces: false)
    }
    #expect(error?.code == .exists)
    #expect(error?.location?.file == folder.file(name))
    #expect(error?.remedy?.contains("--force") == true)
    #expect(try folder.names() == [name])
    #expect(try TemporaryFolder.bytes(at: folder.file(name)) == Array("old".utf8))
  }

  @Test func `a file that may be replaced is replaced only by a whole one`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(Array("old".utf8), to: "out")
    _ = try folder.write(Array("older and longer".utf8), to: "out.partial")
    let file = try OutputFile(path: folder.file("out"), replaces: true)
    try file.write(Array("new".utf8))
    #expect(try TemporaryFolder.bytes(at: folder.file("out")) == Array("old".utf8))
    try file.commit()
    #expect(try folder.names() == ["out"])
    #expect(try TemporaryFolder.bytes(at: folder.file("out")) == Array("new".utf8))
  }

  @Test func `a missing folder is an error that names the file`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: TraceError.self) {
      try OutputFile(path: folder.file("none/out"), replaces: false)
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("No such file or directory") == true)
  }

  @Test(arguments: [false, true])
  func `a folder is no output`(replaces: Bool) throws {
    let folder = try TemporaryFolder()
    #expect(throws: TraceError.self) {
      let file = try OutputFile(path: folder.path, replaces: replaces)
      defer { file.discard() }
      try file.commit()
    }
    #expect(try folder.names() == [])
    #expect(!FileManager.default.fileExists(atPath: folder.path + ".partial"))
  }

  @Test func `a full device is an error and not half a file`() throws {
    let file = try OutputFile(path: "/dev/full", replaces: false)
    #expect(file.partialPath == "/dev/full")
    let error = #expect(throws: TraceError.self) {
      try file.write(Array(repeating: 1, count: 100))
      try file.commit()
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("No space left") == true)
  }

  @Test func `a device takes the bytes and stays`() throws {
    let file = try OutputFile(path: "/dev/null", replaces: false)
    try file.write(Array(repeating: 1, count: 1 << 20))
    try file.commit()
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
    #expect(!FileManager.default.fileExists(atPath: "/dev/null.partial"))
  }

  @Test func `a store to a full device fails while it is written`() throws {
    #expect(throws: TraceError.self) { try TinyTrace.write(to: "/dev/full") }
  }
}
