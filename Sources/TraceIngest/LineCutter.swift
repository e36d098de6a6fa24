import Glibc
import TraceModel

/// Cuts an input into blocks of whole lines.
///
/// Rationale: a class, because a job reads ahead while the lines before are at work; one job at a
/// time uses it, each handed over by the one before.
final class LineCutter: @unchecked Sendable {
  private let input: InputFile
  /// The beginning of a line whose end is in the next block.
  private var carry: [UInt8] = []
  /// The input's last line, where it has no end.
  private var tornLine: [UInt8] = []
  private var skippedLines = 0
  private var isAtEnd = false

  var follows: Bool { input.follows }
  /// Whether ``next()`` may wait for another program to write.
  let mayWait: Bool

  init(_ input: InputFile) {
    self.input = input
    mayWait = !input.follows && !input.isRegular
  }

  /// The next lines, as many as fit a block; nil at the end of the input.
  ///
  /// Of an input that others still write, what is there; a block without lines where that is nothing.
  /// How a pipe or a decoder portions its bytes does not show in the blocks.
  func next() throws(TraceError) -> LineBlock? {
    while true {
      if !tornLine.isEmpty {
        let line = tornLine
        tornLine = []
        guard line.count <= InputLimits.lineBytes else {
          skippedLines += 1
          continue
        }
        var torn = block(line)
        torn.isTorn = true
        return torn
      }
      guard !isAtEnd else { return skippedLines > 0 ? block([]) : nil }
      let hasBegunEarlier = !carry.isEmpty
      var bytes =
        carry.count > InputLimits.lineBytes ? try bytesBehindLine() : try filledBlock()
      let lines = (bytes.lastIndex(of: LineCutter.lineEnd) ?? -1) + 1
      keep(bytes[lines...])
      bytes.removeSubrange(lines...)
      if hasBegunEarlier { dropOverlongLine(of: &bytes) }
      if !bytes.isEmpty || input.follows && !isAtEnd { return block(bytes) }
    }
  }

  /// Keeps the beginning of a line for the next block, or the input's torn end.
  private func keep(_ rest: ArraySlice<UInt8>) {
    carry = isAtEnd ? [] : Array(rest)
    if isAtEnd { tornLine = Array(rest) }
  }

  private static let lineEnd = UInt8(ascii: "\n")

  /// What was carried over, and a block's length behind it where the input has that much.
  private func filledBlock() throws(TraceError) -> [UInt8] {
    var failure: TraceError?
    var hasEnded = false
    let carried = carry
    let bytes = unsafe [UInt8](
      unsafeUninitializedCapacity: carried.count + InputLimits.blockBytes
    ) { buffer, count in
      _ = unsafe buffer.initialize(fromContentsOf: carried)
      count = carried.count
      while count < buffer.count {
        do throws(TraceError) {
          let more = unsafe UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: buffer[count...]))
          switch try unsafe available(more) {
          case .bytes(let read): count += read
          case .nothingYet: return
          case .end:
            hasEnded = true
            return
          }
        } catch {
          failure = error
          return
        }
      }
    }
    if let failure { throw failure }
    isAtEnd = hasEnded
    return bytes
  }

  private func available(
    _ target: UnsafeMutableRawBufferPointer
  ) throws(TraceError) -> InputFile.Available {
    if input.follows { return try unsafe input.readAvailable(into: target) }
    let count = try unsafe input.read(into: target)
    return count == 0 ? .end : .bytes(count)
  }

  private func block(_ bytes: [UInt8]) -> LineBlock {
    defer { skippedLines = 0 }
    return LineBlock(bytes: bytes, skippedLines: skippedLines)
  }

  private func dropOverlongLine(of bytes: inout [UInt8]) {
    guard let end = LineCutter.firstEnd(bytes), end > InputLimits.lineBytes else { return }
    bytes.removeSubrange(...end)
    skippedLines += 1
  }

  private static func firstEnd(_ bytes: [UInt8]) -> Int? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress,
        let end = unsafe memchr(start, Int32(lineEnd), buffer.count)
      else { return nil }
      return unsafe start.distance(to: UnsafeRawPointer(end))
    }
  }

  /// What stands behind a line that has begun and is too long to be anything, in bounded memory.
  private func bytesBehindLine() throws(TraceError) -> [UInt8] {
    var skipped = UInt64(carry.count)
    carry = []
    skippedLines += 1
    while true {
      let bytes = try filledBlock()
      if let end = LineCutter.firstEnd(bytes) { return Array(bytes[(end + 1)...]) }
      guard !isAtEnd else { return [] }
      skipped += UInt64(bytes.count)
      guard skipped <= InputLimits.endlessLineBytes else {
        throw TraceError(
          .limitExceeded, "a line longer than \(InputLimits.endlessLineBytes >> 20) MiB",
          at: SourceLocation(file: input.name),
          remedy: "this is no text capture; give the program's output or an allocator log")
      }
    }
  }
}
