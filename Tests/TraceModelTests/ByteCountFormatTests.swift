import Testing
import TraceModel

@Suite struct ByteCountFormatTests {
  @Test(arguments: [
    (0, "0"), (1, "1 B"), (-1, "-1 B"), (1023, "1023 B"), (1024, "1.00 KiB"),
    (1536, "1.50 KiB"), (1029, "1.00 KiB"), (1030, "1.01 KiB"), (-1536, "-1.50 KiB"),
    (1_048_575, "1.00 MiB"), (1_048_576, "1.00 MiB"), (1_310_720, "1.25 MiB"),
    (8_589_934_592, "8.00 GiB"), (8_592_031_744, "8.00 GiB"), (1 << 40, "1.00 TiB"),
    (1 << 50, "1.00 PiB"), (1 << 60, "1.00 EiB"), (Int64.max, "8.00 EiB"),
    (Int64.min, "-8.00 EiB"), (Int64.min + 1, "-8.00 EiB"),
  ])
  func `a scaled count has two decimals and the largest unit it fills`(
    bytes: Int64,
    text: String
  ) {
    #expect(ByteCountFormat.scaled.text(ByteCount(bytes)) == text)
  }

  @Test(arguments: [
    (0, "0"), (65536, "65536"), (-5, "-5"), (Int64.max, "9223372036854775807"),
    (Int64.min, "-9223372036854775808"),
  ])
  func `an exact count is the number`(bytes: Int64, text: String) {
    #expect(ByteCountFormat.exact.text(ByteCount(bytes)) == text)
  }

  @Test(arguments: [
    (0, "0", "0"), (1, "+1", "+1 B"), (-1, "-1", "-1 B"), (65536, "+65536", "+64.00 KiB"),
    (-65536, "-65536", "-64.00 KiB"),
  ])
  func `a difference carries its sign`(bytes: Int64, exact: String, scaled: String) {
    #expect(ByteCountFormat.exact.signedText(ByteCount(bytes)) == exact)
    #expect(ByteCountFormat.scaled.signedText(ByteCount(bytes)) == scaled)
  }

  @Test(arguments: [
    ("0", 0), ("65536", 65536), ("65_536", 65536), ("64KiB", 65536), ("64 KiB", 65536),
    ("64k", 65536), ("1.5 MiB", 1_572_864), ("1.5m", 1_572_864), ("0.5 GiB", 1 << 29),
    ("2 pages", 131072), ("1 page", 65536), ("10 B", 10), ("8589934591 GiB", 0x7FFF_FFFF_C000_0000),
    ("9223372036854775807", Int64.max), ("0.000001 MiB", 1),
  ])
  func `sizes are read with or without unit`(text: String, bytes: Int64) {
    #expect(ByteCountFormat.parse(text) == ByteCount(bytes))
  }

  @Test(arguments: [
    "", " ", "KiB", "-1", "+1", "1 TB", "1 kb", "1.5", "1.5 B", "1..5 KiB", "1.5.5 KiB",
    ".5 KiB", "1. KiB", "0x10", "9223372036854775808", "8589934592 GiB",
    "99999999999999999999 KiB", "1.0000001 MiB", "1e3", "٣ KiB", "1,000", "NaN",
    "8589934591.999999 GiB x", "18446744073709551616",
  ])
  func `what is no size is refused`(text: String) {
    #expect(ByteCountFormat.parse(text) == nil)
  }

  @Test func `sums saturate instead of trapping`() {
    let most = ByteCount(.max)
    let least = ByteCount(.min)
    #expect(most + ByteCount(1) == most)
    #expect(least - ByteCount(1) == least)
    #expect(least + ByteCount(-1) == least)
    #expect(most - ByteCount(-1) == most)
    #expect(most + least == ByteCount(-1))
  }

  @Test func `every whole number of bytes survives being written and read`() {
    for shift in 0..<63 {
      for bytes in [Int64(1) << Int64(shift), (Int64(1) << Int64(shift)) - 1] {
        let count = ByteCount(bytes)
        #expect(ByteCountFormat.parse(ByteCountFormat.exact.text(count)) == count)
      }
    }
  }
}
