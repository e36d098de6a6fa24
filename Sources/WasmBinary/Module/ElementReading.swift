import TraceModel

/// Element segments: bit 0 passive or declarative, bit 1 an explicit index or declarative, bit 2
/// expressions instead of function indices (core specification, 5.5.12).
extension WasmModule {
  mutating func readElements(_ cursor: inout ByteCursor) throws(TraceError) -> Int {
    let count = try cursor.count(of: "element segments")
    for _ in 0..<count { elements.append(try WasmModule.readElement(&cursor)) }
    return count
  }

  private static func readElement(_ cursor: inout ByteCursor) throws(TraceError) -> ElementSegment {
    let start = cursor.position
    let flags = try cursor.u32()
    guard flags < 8 else {
      throw cursor.failure("unknown kind of element segment \(flags)", at: start)
    }
    var mode = SegmentMode.passive
    if flags & 1 == 0 {
      let table = flags & 2 != 0 ? try cursor.u32() : 0
      mode = .active(index: table, offset: try ConstantExpression.read(&cursor))
    } else if flags & 2 != 0 {
      mode = .declarative
    }
    let hasExpressions = flags & 4 != 0
    var element = ValueType.funcref
    if flags & 3 != 0 {
      if hasExpressions {
        element = try readValueType(&cursor)
      } else {
        let kind = try cursor.u8()
        guard kind == 0 else {
          throw cursor.failure("unknown kind of elements \(kind)", at: cursor.position - 1)
        }
      }
    }
    let count = try cursor.count(of: "elements")
    var functions: [UInt32?] = []
    functions.reserveCapacity(count)
    for _ in 0..<count {
      if hasExpressions {
        let value = try ConstantExpression.read(&cursor)
        if case .function(let index) = value {
          functions.append(index)
        } else {
          functions.append(nil)
        }
      } else {
        functions.append(try cursor.u32())
      }
    }
    return ElementSegment(mode: mode, element: element, functions: functions)
  }
}
