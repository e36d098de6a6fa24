import Testing

@testable import TraceModel

@Suite struct FrameTableTests {
  @Test func `each text has one place, in the order in which texts are new`() {
    var table = FrameTable()
    for round in 0..<2 {
      for number in 0..<3000 {
        let place = unsafe Array("f\(number)".utf8).withUnsafeBytes { unsafe table.place(of: $0) }
        #expect(place == number)
        #expect(table[place] == "f\(number)")
        #expect(table.count == (round == 0 ? number + 1 : 3000))
      }
    }
    #expect(table.textBytes == (0..<3000).reduce(0) { $0 + "f\($1)".utf8.count })
    #expect(table.textBytes(12) == 3)
  }

  @Test func `texts of one hash have places of their own`() {
    var table = FrameTable()
    for _ in 0..<2 {
      for number in 0..<1000 {
        // Few hashes, and of a text's length many.
        let place = unsafe Array("f\(number)".utf8).withUnsafeBytes { frame in
          unsafe table.place(of: frame, hash: number % 11)
        }
        #expect(place == number)
      }
    }
  }

  @Test func `a table's texts have places in another`() {
    var (some, others) = (FrameTable(), FrameTable())
    for text in ["a", "", "b", "gr\u{FC}n"] {
      _ = unsafe Array(text.utf8).withUnsafeBytes { unsafe some.place(of: $0) }
    }
    _ = unsafe Array("b".utf8).withUnsafeBytes { unsafe others.place(of: $0) }
    #expect((0..<some.count).map { others.place(of: $0, in: some) } == [1, 2, 0, 3])
    #expect((0..<others.count).map { others[$0] } == ["b", "a", "", "gr\u{FC}n"])
  }

  @Test func `texts of any length that differ in one byte have places of their own`() {
    var table = FrameTable()
    var texts: [[UInt8]] = []
    for count in 0...40 {
      let text = Array(repeating: UInt8(ascii: "a"), count: count)
      texts.append(text)
      for place in 0..<count {
        var other = text
        other[place] = UInt8(ascii: "b")
        texts.append(other)
      }
    }
    for _ in 0..<2 {
      for (place, text) in texts.enumerated() {
        #expect(unsafe text.withUnsafeBytes { unsafe table.place(of: $0) } == place)
      }
    }
  }
}
