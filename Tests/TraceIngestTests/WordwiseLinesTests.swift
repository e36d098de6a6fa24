import MemtraceTestSupport
import Testing
import TraceIngest
import TraceModel

/// Lines read eight bytes at a time are what the general reader, which knows no usual lines, makes
/// of them.
///
/// The general reader is asked by a spelling that nothing else takes: a time, or a stack's number, in
/// hexadecimal.
@Suite struct WordwiseLinesTests {
  /// Behind every log: a line of it may reach as far as the words that are looked at.
  private static let padding = String(repeating: "7 tid=1 free addr=0x1\n", count: 8)

  private static func isTime(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") <= 9
  }

  /// The lines with each time or stack's number, at the beginning of a line, in hexadecimal: what was
  /// one stays one, what was none stays none.
  private static func uncommon(_ lines: [[UInt8]]) -> [[UInt8]] {
    lines.map { line in
      let stack = Array("stack ".utf8)
      let start = line.starts(with: stack) ? stack.count : 0
      let digits = line[start...].prefix(while: isTime)
      guard !digits.isEmpty, digits.count <= 19, digits.endIndex < line.count,
        line[digits.endIndex] == UInt8(ascii: " "),
        let number = UInt64(String(decoding: digits, as: UTF8.self))
      else { return line }
      return line[..<start] + Array(("0x" + String(number, radix: 16)).utf8)
        + line[digits.endIndex...]
    }
  }

  private static func reading(
    _ lines: [[UInt8]], end: [UInt8] = [10]
  ) throws -> AllocatorLogReading {
    var bytes: [UInt8] = []
    for line in lines { bytes += line + end }
    return try AllocatorLogReading(bytes: bytes + Array(padding.utf8))
  }

  /// Expects the same events, diagnostics and numbers of lines either way.
  private static func expectSame(
    _ lines: [[UInt8]], end: [UInt8] = [10],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let wordwise = try reading(lines, end: end)
    let general = try reading(uncommon(lines), end: end)
    #expect(wordwise.diagnostics == general.diagnostics, sourceLocation: sourceLocation)
    // Columns are compared first: of rows that differ, texts are made.
    if wordwise.batches.map(EventColumns.init) != general.batches.map(EventColumns.init) {
      #expect(wordwise.events == general.events, sourceLocation: sourceLocation)
    }
    #expect(wordwise.stacks == general.stacks, sourceLocation: sourceLocation)
    #expect(wordwise.headers == general.headers, sourceLocation: sourceLocation)
    #expect(wordwise.isIncomplete == general.isIncomplete, sourceLocation: sourceLocation)
    #expect(wordwise.error?.message == general.error?.message, sourceLocation: sourceLocation)
    #expect(wordwise.error?.location == general.error?.location, sourceLocation: sourceLocation)
  }

  private static let common = [
    "123456789 tid=4711 malloc addr=0x5581f00d size=64",
    "1 tid=1 malloc addr=0x10 size=5 stack=3", "20 tid=2 calloc addr=0xabcdef size=100",
    "3 tid=3 calloc addr=0x10 size=5 stack=18446744073709551614",
    "123456789012345 tid=9 free addr=0x7ffffffff000",
    "5 tid=123456789 realloc old=0x9 addr=0xa size=12345678",
    "5 tid=123456789 realloc old=0x0 addr=0xa size=12345678 stack=7",
    "6 tid=1 realloc old=0xffffffffffffffff addr=0x10 size=5 stack=12345678901234567",
    "7 tid=1 free addr=0x10 usage=runtime", "8 tid=1 malloc addr=0x10 size=5 usage=linear",
    "9 tid=1 memalign addr=0x100 size=5 align=256",
    "9 tid=1 posix_memalign addr=0x100 size=5 align=256 stack=1",
    "9 tid=1 aligned_alloc addr=0x100 size=5 align=0256",
    "stack 12 parent=3 frame=operator new(unsigned long) in libc.so+0x1a",
    "stack 7 frame=gr\u{FC}n",
  ].map { Array($0.utf8) }

  @Test(arguments: common.indices)
  func `each byte of a line may become any byte`(number: Int) throws {
    let line = WordwiseLinesTests.common[number]
    var lines: [[UInt8]] = []
    for place in line.indices {
      // Of other lines those that differ by a bit, and those next to letters and digits.
      let near = (0..<8).map { line[place] ^ (1 << $0) } + Array("/09:@AFG`afg \r#=\0\u{7F}".utf8)
      for byte in number == 1 || number == 4 ? Array(UInt8.min...UInt8.max) : near where byte != 10
      {
        var changed = line
        changed[place] = byte
        lines.append(changed)
      }
    }
    try WordwiseLinesTests.expectSame(lines)
  }

  @Test(arguments: common)
  func `a line may lack or have twice any of its parts`(line: [UInt8]) throws {
    var lines: [[UInt8]] = []
    for start in line.indices {
      lines.append(Array(line[..<start]))
      lines.append(Array(line[start...]))
      for end in [start + 1, start + 2, start + 8] where end <= line.count {
        lines.append(Array(line[..<start]) + line[end...])
        lines.append(Array(line[..<end]) + line[start...])
      }
      for byte in Array("0 9af=xX-+\r\t#\0".utf8) {
        lines.append(Array(line[..<start]) + [byte] + line[start...])
      }
    }
    try WordwiseLinesTests.expectSame(lines)
  }

  @Test func `numbers of any length and value are read alike wherever they stand`() throws {
    var numbers = ["", "+1", "-1", "1_0", "1.5", "1e3", "0x", "0x5", "0X5", "(nil)", "５"]
    for digits in 1...25 {
      numbers.append(String(repeating: "9", count: digits))
      numbers.append(String(repeating: "0", count: digits))
      numbers.append(String(repeating: "0", count: digits) + "1")
      numbers.append("1" + String(repeating: "0", count: digits))
      numbers.append(String("12345678901234567890123456".prefix(digits)))
    }
    let largest = ["18446744073709551614", "18446744073709551615", "18446744073709551616"]
    var hexadecimal = numbers
    for digits in 1...20 {
      hexadecimal.append(String(repeating: "f", count: digits))
      hexadecimal.append(String("abcdef0123456789abcdef".prefix(digits)))
      hexadecimal.append(String("0123456789abcdefABCDEF".suffix(digits)))
      hexadecimal.append(String("fedcba9876543210".prefix(digits)) + "g")
    }
    var lines: [String] = []
    for number in numbers + largest {
      lines.append("\(number) tid=1 free addr=0x10")
      lines.append("1 tid=\(number) malloc addr=0x10 size=5")
      for end in ["", " stack=1", " ", " stack=\(number)"] {
        lines.append("1 tid=1 calloc addr=0x10 size=\(number)\(end)")
        lines.append("1 tid=1 realloc old=0x1 addr=0x10 size=\(number)\(end)")
      }
    }
    for number in numbers + largest {
      lines.append("1 tid=1 aligned_alloc addr=0x10 size=\(number) align=\(number)")
      lines.append("1 tid=1 memalign addr=0x10 size=5 align=16 stack=\(number)")
      lines.append("stack \(number) parent=\(number) frame=\(number)")
      lines.append("stack 1 parent=\(number) parent=2 \(number)")
    }
    for number in hexadecimal {
      lines.append("1 tid=1 posix_memalign addr=0x\(number) size=5 align=16")
      lines.append("1 tid=1 free addr=0x\(number)")
      lines.append("1 tid=1 free addr=\(number)")
      lines.append("1 tid=1 malloc addr=0x\(number) size=5")
      lines.append("1 tid=1 realloc old=0x\(number) addr=0x\(number) size=5 stack=2")
    }
    try WordwiseLinesTests.expectSame(lines.map { Array($0.utf8) })
  }

  @Test func `a number may be as the one before, but longer or shorter`() throws {
    let digits = "12345678901234567"
    var lines: [String] = []
    for before in 1...digits.count {
      for length in 1...digits.count {
        for number in [digits.prefix(before), digits.prefix(length), digits.prefix(length)] {
          lines.append("\(number) tid=1 free addr=0x1234567890")
        }
        for number in [digits.prefix(before), digits.prefix(length), digits.prefix(length)] {
          lines.append("12345678901 tid=\(number) malloc addr=0x1234567890 size=5")
        }
        for number in [digits.prefix(before), digits.prefix(length), digits.prefix(length)] {
          lines.append("12345678901 tid=1 free addr=0x\(number)")
          lines.append("12345678901 tid=1 calloc addr=0x\(number) size=\(number) stack=\(number)")
          lines.append("12345678901 tid=1 realloc old=0x\(number) addr=0x\(number) size=5")
        }
      }
    }
    try WordwiseLinesTests.expectSame(lines.map { Array($0.utf8) })
  }

  /// Changes a digit, mostly one of the last, or the number of digits, or nothing.
  private static func change(
    _ number: inout [UInt8], of digits: String, random: inout SeededGenerator
  ) {
    let digits = Array(digits.utf8)
    let digit = digits[Int(random.next() % UInt64(digits.count))]
    switch random.next() % 12 {
    case 0: number[Int(random.next() % UInt64(number.count))] = digit
    case 1: number.append(digit)
    case 2 where number.count > 1: number.removeLast()
    case 3 where number.count > 1: number.removeFirst()
    case 4 where number.count > 12: number.removeLast(number.count - 8)
    case 5 where number.count < 8: number += Array("12345678".utf8)
    case 6, 7: break
    default: number[number.count - 1 - Int(random.next() % UInt64(min(8, number.count)))] = digit
    }
    if number.count > 18 { number.removeLast(6) }
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `what the lines before were like decides nothing`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var time = Array("123456789012".utf8)
    var thread = Array("4711".utf8)
    var address = Array("7f00deadbeef".utf8)
    let odd = Array("/09:;?@AFGWV`afg \t\r#=x\0\u{7F}".utf8) + [0x80, 0xB1, 0xE1, 0xFF]
    let lines = (0..<4000).map { _ -> [UInt8] in
      WordwiseLinesTests.change(&time, of: "0123456789", random: &random)
      if random.once(in: 3) {
        WordwiseLinesTests.change(&thread, of: "0123456789", random: &random)
      }
      WordwiseLinesTests.change(&address, of: "0123456789abcdef", random: &random)
      let old = random.once(in: 2) ? address : Array("10".utf8)
      var size = String(random.anyMagnitude() >> (random.next() % 64))
      if random.once(in: 2) { size += " stack=\(random.next() >> (random.next() % 64))" }
      let place = Array(" addr=0x".utf8) + address
      let start = time + Array(" tid=".utf8) + thread
      var line =
        switch random.next() % 8 {
        case 0: start + Array(" calloc".utf8) + place + Array(" size=\(size)".utf8)
        case 1: start + Array(" realloc old=0x".utf8) + old + place + Array(" size=\(size)".utf8)
        case 2, 3, 4: start + Array(" free".utf8) + place
        default: start + Array(" malloc".utf8) + place + Array(" size=\(size)".utf8)
        }
      if random.once(in: 6) {
        line[Int(random.next() % UInt64(line.count))] =
          odd[Int(random.next() % UInt64(odd.count))]
      }
      return line
    }
    try WordwiseLinesTests.expectSame(lines)
  }

  @Test(arguments: SeededGenerator.seeds(4))
  func `random logs with damaged lines are read alike`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = Array("0123456789abcdefABCDEFxtidmlocrez=+- .()\t\r#".utf8)
    let lines = RandomLog(seed: seed, count: 1500).events.map { event -> [UInt8] in
      var line = Array(event.line.utf8)
      guard random.once(in: 3) else { return line }
      for _ in 0...(random.next() % 3) {
        let place = Int(random.next() % UInt64(line.count))
        let letter = letters[Int(random.next() % UInt64(letters.count))]
        switch random.next() % 5 {
        case 0: line[place] = letter
        case 1: line[place] = UInt8(truncatingIfNeeded: random.next() % 255 + 1)
        case 2: line.remove(at: place)
        case 3: line.insert(letter, at: place)
        default: line.removeSubrange(place...)
        }
        line.removeAll { $0 == 10 }
        if line.isEmpty { line = [32] }
      }
      return line
    }
    for end in [[10], [13, 10], [10, 10]] as [[UInt8]] {
      try WordwiseLinesTests.expectSame(lines, end: end)
    }
  }

  @Test(arguments: ["", "\n", "\r\n", "\r", " ", "\0", "5", " stack=7", "\n8"])
  func `the input's last line may end anyhow`(end: String) throws {
    for line in WordwiseLinesTests.common {
      for cut in [0, 1, 5, 9] where cut < line.count {
        let text = Array(WordwiseLinesTests.padding.utf8) + line.dropLast(cut) + Array(end.utf8)
        let general =
          Array(WordwiseLinesTests.padding.utf8)
          + WordwiseLinesTests.uncommon([Array(line.dropLast(cut))])[0] + Array(end.utf8)
        let first = try AllocatorLogReading(bytes: text)
        let second = try AllocatorLogReading(bytes: general)
        #expect(first.events == second.events)
        #expect(first.diagnostics == second.diagnostics)
        #expect(first.isIncomplete == second.isIncomplete)
      }
    }
  }

  @Test func `lines across the ends of blocks are whole, and keep their numbers`() throws {
    // A block and a half of lines of changing length, some of them odd.
    var text: [UInt8] = []
    var times: [UInt64] = []
    var oddLines: [Int] = []
    var number = 0
    while text.count < InputLimits.blockBytes * 3 / 2 {
      number += 1
      let size = String(repeating: "1", count: number % 15 + 1)
      if number % 2_003 == 0 {
        oddLines.append(number)
        text += Array("\(number) tid=x free addr=0x1\n".utf8)
      } else {
        times.append(UInt64(number))
        text += Array("\(number) tid=5 malloc addr=0x\(size) size=\(size)\n".utf8)
      }
    }
    // Every place of a line comes to stand at a block's end.
    for shift in stride(from: 0, to: 64, by: 9) {
      let comment = Array("#".utf8) + Array(repeating: 32, count: shift) + [10]
      let reading = try AllocatorLogReading(bytes: comment + text)
      #expect(reading.batches.flatMap(\.times) == times)
      #expect(
        reading.diagnostics.map { $0.location?.line } == [(oddLines.first ?? 0) + 1])
      #expect(reading.diagnostics.map(\.count) == [oddLines.count])
    }
  }

  @Test func `values of all columns are those of the line`() throws {
    let reading = try AllocatorLogReading(
      """
      1 tid=2 malloc addr=0x3 size=4
      5 tid=6 malloc addr=0x7 size=8 stack=9
      10 tid=11 calloc addr=0xc size=13 stack=14
      15 tid=16 realloc old=0x11 addr=0x12 size=19 stack=20
      21 tid=22 realloc old=0x17 addr=0x18 size=25
      26 tid=27 free addr=0x1c

      """ + WordwiseLinesTests.padding)
    let batch = try #require(reading.batches.first)
    #expect(batch.times.prefix(6) == [1, 5, 10, 15, 21, 26])
    #expect(batch.threads.prefix(6) == [2, 6, 11, 16, 22, 27])
    #expect(batch.addresses.prefix(6) == [3, 7, 12, 18, 24, 28])
    #expect(batch.olds.prefix(6) == [0, 0, 0, 17, 23, 0])
    #expect(batch.sizes.prefix(6) == [4, 8, 13, 19, 25, 0])
    #expect(batch.stacks.prefix(6) == [0, 9, 14, 20, 0, 0])
  }
}
