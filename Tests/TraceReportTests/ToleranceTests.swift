import Testing
import TraceModel
import TraceReport

@Suite struct ToleranceTests {
  @Test(
    arguments: [
      ("5%", 500, 0), ("0.25 %", 25, 0), ("1.5%", 150, 0), ("1KiB", 0, 1024), ("64", 0, 64),
      ("5%,1KiB", 500, 1024), ("1KiB, 5%", 500, 1024), ("0", 0, 0), ("250%", 25000, 0),
    ] as [(String, Int64, Int64)]
  )
  func `percent and bytes are read`(_ text: String, _ points: Int64, _ bytes: Int64) {
    #expect(Tolerance(text) == Tolerance(basisPoints: points, bytes: ByteCount(bytes)))
  }

  @Test(arguments: [
    "", "%", "5%,", "-5%", "-1", "5%,6%", "1,2", "1.234%", "5%%", "x", "1e3", "12345678%", ".5%",
  ])
  func `anything else is refused`(_ text: String) {
    #expect(Tolerance(text) == nil)
  }

  @Test func `the larger part counts, rounded down, without overflow`() {
    let tolerance = Tolerance(basisPoints: 1000, bytes: ByteCount(7))
    #expect(tolerance.allowed(for: ByteCount(19)) == ByteCount(7))
    #expect(tolerance.allowed(for: ByteCount(199)) == ByteCount(19))
    #expect(tolerance.allowed(for: ByteCount(.max)) == ByteCount(.max / 10))
  }
}
