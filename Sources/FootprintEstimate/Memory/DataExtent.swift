import WasmBinary

/// The addresses that active data segments fill.
enum DataExtent {
  /// From the lowest to the highest; nil without bytes.
  ///
  /// Segments whose offset an imported global gives are left out.
  static func of(_ segments: some Sequence<(offset: ConstantValue, bytes: Int)>) -> Range<Int64>? {
    var extent: Range<Int64>?
    for (offset, bytes) in segments where bytes > 0 {
      guard case .number(let value) = offset else { continue }
      let start = Int64(UInt32(truncatingIfNeeded: value))
      let end = start + Int64(bytes)
      extent = min(extent?.lowerBound ?? start, start)..<max(extent?.upperBound ?? end, end)
    }
    return extent
  }
}
