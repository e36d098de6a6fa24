import WasmBinary

/// The widths of a function's parameters and locals, in cells of four bytes.
struct LocalWidths {
  private var parameters: [UInt8] = []
  /// The index after each group of locals, and the group's width.
  private var ends: [UInt64] = []
  private var widths: [UInt8] = []

  mutating func reset(_ types: ArraySlice<OperandType>, _ groups: [LocalGroup]) {
    parameters.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    widths.removeAll(keepingCapacity: true)
    for type in types { parameters.append(LocalWidths.cells(of: type)) }
    var end = UInt64(parameters.count)
    for group in groups {
      end &+= UInt64(group.count)
      ends.append(end)
      widths.append(LocalWidths.cells(of: OperandType(group.type)))
    }
  }

  subscript(index: UInt64) -> UInt8 {
    if index < UInt64(parameters.count) { return parameters[Int(index)] }
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= index { low = middle + 1 } else { high = middle }
    }
    return low < widths.count ? widths[low] : 1
  }

  /// Types that only garbage-collected code has count as one cell.
  @inline(__always)
  static func cells(of type: OperandType) -> UInt8 { UInt8(truncatingIfNeeded: max(1, type.cells)) }
}
