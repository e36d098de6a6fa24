import Foundation
import Glibc
import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

@Suite struct LineBlocksTests {
  private struct Reading {
    var lines: [Int: [UInt8]] = [:]
    var lineCount = 0
    var endsInsideLine = false
    var overlong: (first: Int, count: Int)?

    init(_ bytes: [UInt8]) throws {
      let file = try TemporaryFile(bytes)
      var blocks = LineBlocks(try InputFile(path: file.path))
      while let block = try blocks.next() {
        var number = block.firstLine
        var start = 0
        while let end = block.bytes.firstLineEnd(from: start) {
          lines[number] = Array(block.bytes[start..<end])
          start = end + 1
          number += 1
        }
        if start < block.bytes.count { lines[number] = Array(block.bytes[start...]) }
      }
      lineCount = blocks.lineCount
      endsInsideLine = blocks.endsInsideLine
      overlong = blocks.overlongLines
    }
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `lines are numbered and whole, however blocks cut them`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lines = (0..<(random.next() % 3000)).map { _ in
      [UInt8](
        repeating: UInt8(ascii: "a") + UInt8(random.next() % 26),
        count: Int(random.once(in: 50) ? random.next() % 100_000 : random.next() % 200))
    }
    var text: [UInt8] = []
    for line in lines { text += line + [10] }
    let reading = try Reading(text)
    #expect(reading.lines.count == lines.count)
    #expect(reading.lineCount == lines.count)
    #expect(!reading.endsInsideLine)
    for (index, line) in lines.enumerated() { #expect(reading.lines[index + 1] == line) }
  }

  @Test func `an input without lines has none`() throws {
    let reading = try Reading([])
    #expect(reading.lineCount == 0)
    #expect(!reading.endsInsideLine)
  }

  @Test func `a last line without an end is a line`() throws {
    let reading = try Reading(Array("a\nb".utf8))
    #expect(reading.lines == [1: Array("a".utf8), 2: Array("b".utf8)])
    #expect(reading.endsInsideLine)
    #expect(reading.lineCount == 2)
  }

  @Test func `a line beyond the limit is skipped, the others keep their numbers`() throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
    let reading = try Reading(
      Array("a\n".utf8) + long + Array("\nb\n".utf8) + long + Array("\nc".utf8))
    #expect(
      reading.lines == [1: Array("a".utf8), 3: Array("b".utf8), 5: Array("c".utf8)])
    #expect(reading.overlong?.first == 2)
    #expect(reading.overlong?.count == 2)
    #expect(reading.lineCount == 5)
  }

  @Test(arguments: [true, false])
  func `the lines around overlong ones keep their numbers, wherever blocks are cut`(
    isTorn: Bool
  ) throws {
    let block = InputLimits.blockBytes
    let line = InputLimits.lineBytes
    for first in [1, block - 3, line - 3] {
      for second in [line + line / 2, line + 1, 2 * line + 7] {
        var lines = [first, 1, second, 2, second, 3].map {
          [UInt8](repeating: UInt8(ascii: "x"), count: $0)
        }
        if isTorn { lines.append([UInt8](repeating: UInt8(ascii: "y"), count: second)) }
        var text: [UInt8] = []
        for line in lines { text += line + [10] }
        if isTorn { text.removeLast() }
        let reading = try Reading(text)
        let isWhole = lines.map { $0.count <= InputLimits.lineBytes }
        #expect(reading.lineCount == lines.count)
        #expect(reading.overlong?.count == isWhole.count { !$0 })
        #expect(reading.overlong?.first == isWhole.firstIndex(of: false).map { $0 + 1 })
        #expect(reading.lines.count == isWhole.count { $0 })
        for (index, line) in lines.enumerated() where isWhole[index] {
          #expect(reading.lines[index + 1]?.count == line.count, "\(first), \(second)")
        }
      }
    }
  }

  @Test func `a line of just under the limit is a line`() throws {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: InputLimits.lineBytes - 1)
    let reading = try Reading(line + [10] + Array("b\n".utf8))
    #expect(reading.lines[1]?.count == line.count)
    #expect(reading.overlong == nil)
  }

  @Test func `a line without end is an error, in bounded memory`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("1 tid=1 free addr=0x1\n".utf8), to: "endless")
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    // A sparse file: NUL bytes that take no room.
    try file.truncate(atOffset: 300 << 20)
    try file.close()
    var blocks = LineBlocks(try InputFile(path: path))
    _ = try blocks.next()
    var caught: TraceError?
    do {
      while try blocks.next() != nil {}
    } catch {
      caught = error
    }
    #expect(caught?.code == .limitExceeded)
    #expect(caught?.location?.line == 2)
    #expect(caught?.message.contains("256 MiB") == true)
  }
}

extension [UInt8] {
  fileprivate func firstLineEnd(from start: Int) -> Int? {
    unsafe withUnsafeBytes { bytes in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
      guard let first = rest.baseAddress,
        let end = unsafe memchr(first, 10, rest.count)
      else { return nil }
      return unsafe start + (UnsafeRawPointer(end) - first)
    }
  }
}
