import TraceModel

/// What a capture shows of a run, for saying why it holds no dump.
struct CaptureEvidence {
  /// A line that says what happened.
  struct Remark: Hashable {
    var line: Int
    var text: String
  }

  /// Lines that are not blank.
  var hasText = false
  /// A log prefix of WAMR, on any level.
  var hasLogLine = false
  /// Loader lines, which the runtime prints at log level 4.
  var hasVerboseLine = false
  /// The first line that looks like an allocator log's.
  private(set) var eventLine: Int?
  /// A dump's lines stand somewhere, but in no dump.
  var lookAlikeLine: Int?
  /// `… module load failed: …` or `… instantiate failed: …`.
  private(set) var refusal: Remark?
  /// What the C library or the shell prints where a process is ended.
  private(set) var crash: Remark?

  /// Looks at a text that is no dump's; true where it is one of the runtime's log texts.
  mutating func text(
    _ bytes: [UInt8],
    _ range: Range<Int>,
    line: Int,
    isLogged: Bool
  ) -> Bool {
    hasText = true
    let text = bytes[range]
    guard text.count < 1000 else { return false }
    let isVerbose =
      isLogged && CaptureEvidence.verbose.contains(where: { text.starts(with: $0) })
    if isVerbose { hasVerboseLine = true }
    if refusal == nil, CaptureEvidence.isRefusal(text) {
      refusal = CaptureEvidence.remark(text, line)
    }
    if eventLine == nil, CaptureEvidence.isEvent(text) { eventLine = line }
    if crash == nil, CaptureEvidence.crashes.contains(where: { text.starts(with: $0) }) {
      crash = CaptureEvidence.remark(text, line)
    }
    return isVerbose
      || (isLogged && CaptureEvidence.problems.contains(where: { text.starts(with: $0) }))
  }

  private static func remark(_ text: ArraySlice<UInt8>, _ line: Int) -> Remark {
    Remark(line: line, text: String(decoding: text.prefix(200), as: UTF8.self))
  }

  /// `<ns> … tid=`, however it goes on.
  private static func isEvent(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, first &- UInt8(ascii: "0") <= 9 else { return false }
    let start = text.prefix(40)
    return start.indices.contains { start[$0...].starts(with: " tid=".utf8) }
  }

  private static func isRefusal(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let before = text[text.startIndex..<colon]
      if refusals.contains(where: { before.reversed().starts(with: $0.reversed()) }) {
        return true
      }
      rest = rest[(colon + 1)...]
    }
    return false
  }

  private static let refusals = [
    Array("module load failed".utf8), Array("module instantiate failed".utf8),
  ]
  private static let verbose = [
    Array("Load ".utf8), Array("Memory instantiate".utf8), Array("  page bytes: ".utf8),
    Array("Ignore custom section".utf8), Array("type ".utf8), Array("Read file".utf8),
    Array("Heap created".utf8), Array("Register native".utf8), Array("Found ".utf8),
    Array("Shrink memory".utf8), Array("Reset ".utf8),
  ]
  private static let problems = [Array("warning: ".utf8), Array("Error: ".utf8)]
  private static let crashes = [
    "munmap_chunk(): ", "free(): ", "malloc(): ", "realloc(): ", "double free or corruption",
    "corrupted ", "*** stack smashing", "terminate called", "Segmentation fault", "Aborted",
    "Killed", "Bus error", "Illegal instruction",
  ].map { Array($0.utf8) }
}
