import TraceModel

/// Reads the `/proc/self/status` lines that a wasm-c-api debug build prints.
struct ProcessSamples {
  private let source: Int
  private var label: String?
  private var open: ProcessSample?
  private var finished: [ProcessSample] = []

  init(source: Int) {
    self.source = source
  }

  /// Takes a bare line; false where it is none of these.
  mutating func text(_ bytes: [UInt8], _ range: Range<Int>, line: Int) -> Bool {
    let text = bytes[range]
    if text.elementsEqual(ProcessSamples.heading) {
      finish()
      open = ProcessSample(source: source, line: line, label: label, values: [])
      label = nil
    } else if text.starts(with: ProcessSamples.mark), text.count < 1000 {
      finish()
      label = String(decoding: text.dropFirst(ProcessSamples.mark.count), as: UTF8.self)
    } else if open != nil, let value = ProcessSamples.value(bytes, range) {
      open?.values.append(value)
    } else if open != nil, text.elementsEqual(ProcessSamples.ending) {
      finish()
    } else {
      return false
    }
    return true
  }

  /// Ends the sample that is open; one without values is none.
  mutating func finish() {
    if let open, !open.values.isEmpty { finished.append(open) }
    open = nil
  }

  mutating func takeFinished() -> [ProcessSample] {
    defer { finished = [] }
    return finished
  }

  var firstOpenLine: Int? { open?.line }

  private static let mark = Array("[MEM] ".utf8)
  private static let heading = Array("===== memory usage =====".utf8)
  private static let ending = Array("==========".utf8)

  /// `VmRSS:`, blanks, a number and ` kB`.
  private static func value(_ bytes: [UInt8], _ range: Range<Int>) -> NamedBytes? {
    guard let colon = bytes[range].firstIndex(of: UInt8(ascii: ":")),
      colon > range.lowerBound, colon - range.lowerBound < 40
    else { return nil }
    var position = colon + 1
    while position < range.upperBound,
      bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t")
    {
      position += 1
    }
    guard let (number, end) = DecimalNumber.read(bytes, from: position, to: range.upperBound),
      bytes[end..<range.upperBound].elementsEqual(" kB".utf8),
      let kilobytes = Int64(exactly: number)
    else { return nil }
    let (size, overflow) = kilobytes.multipliedReportingOverflow(by: 1024)
    guard !overflow else { return nil }
    return NamedBytes(
      String(decoding: bytes[range.lowerBound..<colon], as: UTF8.self),
      size
    )
  }
}
