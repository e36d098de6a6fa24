/// The largest number of bytes that is told from larger ones.
///
/// Rationale: a file and options can ask for any number of pages, instances and threads; a thousand
/// such sizes still have a sum.
enum LargestSize {
  /// 4 PiB, more than any address space that WAMR maps.
  static let bytes: Int64 = 1 << 52

  /// A product of sizes and counts, none of them negative.
  static func product(_ left: Int64, _ right: Int64) -> Int64 {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? bytes : min(product, bytes)
  }
}
