import CZlib
import CZstd
import Glibc
import Synchronization
package import TraceModel

/// A file, a pipe or standard input as bytes, decompressed where its content is zstd or gzip.
///
/// Rationale: read in blocks rather than mapped, so that resident memory does not follow the
/// input's size and a file that shrinks meanwhile is no bus error.
package final class InputFile {
  /// The name in messages; `-` is standard input.
  package let name: String
  /// Bytes handed out, after decompression.
  package private(set) var byteCount: UInt64 = 0

  private let descriptor: Int32
  private var compressed: [UInt8] = []
  private var compressedStart = 0
  private var isAtEnd = false
  private var decoder = Decoder.undecided
  /// Bytes already decoded for ``head(limit:)`` and not yet handed out.
  private var pending: [UInt8] = []

  /// The decoder stands before the first, or after the last, byte of a frame.
  private var isBetweenFrames = true
  /// The decoder's last output filled its buffer: more may be waiting without further input.
  private var mayHoldOutput = false

  @safe private enum Decoder {
    case undecided
    case none
    case zstd(OpaquePointer)
    case gzip(UnsafeMutablePointer<z_stream>)
  }

  /// What a file that others still write has at the moment.
  enum Available {
    case bytes(Int)
    case nothingYet
    case end
  }

  /// Whether the end of the file is not the end of the input: more may come, until the user stops.
  package let follows: Bool

  package init(path: String, follows: Bool = false) throws(TraceError) {
    name = path
    self.follows = follows
    if path == "-" {
      descriptor = 0
      return
    }
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InputFile.failure("cannot open", path)
    }
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw TraceError(
        .inputOutput, "is a directory, not a file", at: SourceLocation(file: path),
        remedy: "name the files in it")
    }
  }

  deinit {
    switch decoder {
    case .zstd(let stream): unsafe ZSTD_freeDStream(stream)
    case .gzip(let stream):
      unsafe inflateEnd(stream)
      unsafe stream.deallocate()
    case .none, .undecided: break
    }
    if name != "-" { close(descriptor) }
  }

  /// The first bytes, without a byte order mark, which a later ``read(into:)`` hands out again.
  package func head(limit: Int) throws(TraceError) -> [UInt8] {
    if follows { return try followedHead(limit: limit) }
    while pending.count < limit {
      let before = pending.count
      pending += try decoded(limit)
      if pending.count == before { break }
    }
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if byteCount == 0, pending.starts(with: byteOrderMark) { pending.removeFirst(3) }
    return Array(pending.prefix(limit))
  }

  /// Appends the next bytes to `buffer`; false at the end of the input.
  package func read(into buffer: inout [UInt8]) throws(TraceError) -> Bool {
    try Interruption.check()
    let bytes = pending.isEmpty ? try decoded(InputLimits.compressedBytes) : pending
    pending = []
    buffer += bytes
    byteCount += UInt64(bytes.count)
    return !bytes.isEmpty
  }

  /// Writes the next bytes and returns how many; 0 only at the end of the input.
  func read(into target: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
    try Interruption.check()
    guard pending.isEmpty else { return unsafe takePending(into: target) }
    let count = try unsafe decode(into: target)
    byteCount += UInt64(count)
    return count
  }

  private func takePending(into target: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(pending.count, target.count)
    unsafe target.copyBytes(from: pending[..<count])
    pending.removeFirst(count)
    byteCount += UInt64(count)
    return count
  }

  /// Writes what has come meanwhile, and waits for it no longer than ``patience``.
  func readAvailable(into target: UnsafeMutableRawBufferPointer) throws(TraceError) -> Available {
    if !pending.isEmpty { return .bytes(unsafe takePending(into: target)) }
    let available = try unsafe fillAvailable(target)
    if case .bytes(let count) = available { byteCount += UInt64(count) }
    return available
  }

  private func fillAvailable(
    _ target: UnsafeMutableRawBufferPointer
  ) throws(TraceError) -> Available {
    if Interruption.isRequested.load(ordering: .relaxed) { return .end }
    if isRegular {
      let count = try unsafe fill(target)
      guard count == 0 else { return .bytes(count) }
      usleep(UInt32(InputFile.patience) * 1000)
      return .nothingYet
    }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&request, 1, InputFile.patience) > 0 else { return .nothingYet }
    let count = try unsafe fill(target)
    return count == 0 ? .end : .bytes(count)
  }

  /// Milliseconds that a look at an input that others still write takes at the most.
  private static let patience: Int32 = 100

  var isRegular: Bool {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The first line of an input that others still write, or all until the user stops.
  private func followedHead(limit: Int) throws(TraceError) -> [UInt8] {
    while pending.count < limit, !pending.contains(UInt8(ascii: "\n")) {
      var outcome = Available.nothingYet
      var failure: TraceError?
      let more = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        do throws(TraceError) {
          outcome = try unsafe fillAvailable(UnsafeMutableRawBufferPointer(buffer))
          if case .bytes(let read) = outcome { count = read }
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      pending += more
      // Not after the loop: compressed bytes may hold no line end, however long one waits for it.
      try refuseCompressed()
      if case .end = outcome { break }
    }
    return Array(pending.prefix(limit))
  }

  private func refuseCompressed() throws(TraceError) {
    guard InputFile.isZstd(pending) || InputFile.isGzip(pending) else { return }
    throw TraceError(
      .unknownFormat, "is compressed", at: SourceLocation(file: name),
      remedy: "--follow reads plain text; ingest the file when it is whole")
  }

  /// All bytes of an input; more than `limit` are an error.
  package static func contents(of path: String, limit: Int) throws(TraceError) -> [UInt8] {
    let input = try InputFile(path: path)
    _ = try input.head(limit: 1)
    var bytes = input.pending
    while true {
      try Interruption.check()
      guard bytes.count <= limit else {
        throw TraceError(
          .limitExceeded, "more than \(limit) bytes", at: SourceLocation(file: path))
      }
      let more = try input.decoded(InputLimits.compressedBytes)
      if more.isEmpty { return bytes }
      bytes += more
    }
  }

  /// The next bytes, at most so many; none only at the end of the input.
  private func decoded(_ limit: Int) throws(TraceError) -> [UInt8] {
    var failure: TraceError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(TraceError) {
        count = try unsafe decode(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes decoded bytes; none only at the end of the input.
  private func decode(into target: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
    if case .undecided = decoder { try chooseDecoder() }
    switch decoder {
    case .undecided: return 0
    case .none: return try unsafe takePlain(into: target)
    case .zstd(let stream): return try unsafe decodeZstd(stream, into: target)
    case .gzip(let stream): return try unsafe decodeGzip(stream, into: target)
    }
  }

  /// What was read to choose the decoder, then the file itself, without a copy in between.
  private func takePlain(into target: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
    let left = compressed.count - compressedStart
    guard left > 0 else { return isAtEnd ? 0 : try unsafe fill(target) }
    let count = min(left, target.count)
    unsafe target.copyBytes(from: compressed[compressedStart..<(compressedStart + count)])
    compressedStart += count
    return count
  }

  private func chooseDecoder() throws(TraceError) {
    while compressed.count < 4, !isAtEnd { try fill() }
    if InputFile.isZstd(compressed) {
      guard let stream = unsafe ZSTD_createDStream() else { throw outOfMemory() }
      _ = unsafe ZSTD_DCtx_setParameter(
        stream, ZSTD_d_windowLogMax, InputLimits.zstdWindowLog)
      unsafe decoder = .zstd(stream)
    } else if InputFile.isGzip(compressed) {
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      unsafe stream.initialize(to: z_stream())
      let gzipWindow: Int32 = 15 + 16
      let status = unsafe inflateInit2_(
        stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard status == Z_OK else {
        unsafe stream.deallocate()
        throw outOfMemory()
      }
      unsafe decoder = .gzip(stream)
    } else {
      decoder = .none
    }
  }

  /// Whether bytes begin with a frame of zstd, be it one to be skipped.
  private static func isZstd(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return false }
    let isSkippable = first & 0xF0 == 0x50 && bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
    return isSkippable || bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
  }

  private static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  private func decodeZstd(
    _ stream: OpaquePointer, into target: UnsafeMutableRawBufferPointer
  ) throws(TraceError) -> Int {
    while true {
      if compressedStart == compressed.count, !mayHoldOutput { try fill() }
      let available = compressed.count - compressedStart
      if available == 0, !mayHoldOutput {
        guard isBetweenFrames else { throw truncated("zstd") }
        return 0
      }
      var produced = 0
      var consumed = 0
      let status = unsafe compressed.withUnsafeBytes { source in
        var from = unsafe ZSTD_inBuffer(
          src: source.baseAddress?.advanced(by: compressedStart), size: available, pos: 0)
        var into = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let status = unsafe ZSTD_decompressStream(stream, &into, &from)
        produced = unsafe into.pos
        consumed = unsafe from.pos
        return status
      }
      guard ZSTD_isError(status) == 0 else {
        throw broken("zstd", unsafe String(cString: ZSTD_getErrorName(status)))
      }
      compressedStart += consumed
      if consumed + produced > 0 { isBetweenFrames = status == 0 }
      mayHoldOutput = produced == target.count
      if produced > 0 { return produced }
    }
  }

  private func decodeGzip(
    _ stream: UnsafeMutablePointer<z_stream>, into target: UnsafeMutableRawBufferPointer
  ) throws(TraceError) -> Int {
    while true {
      if compressedStart == compressed.count, !mayHoldOutput { try fill() }
      let available = compressed.count - compressedStart
      if available == 0, !mayHoldOutput {
        guard isBetweenFrames else { throw truncated("gzip") }
        return 0
      }
      var produced = 0
      var consumed = 0
      let status = unsafe compressed.withUnsafeMutableBufferPointer { source in
        unsafe stream.pointee.next_in = source.baseAddress?.advanced(by: compressedStart)
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(target.count)
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        consumed = available - Int(unsafe stream.pointee.avail_in)
        produced = unsafe target.count - Int(stream.pointee.avail_out)
        return status
      }
      compressedStart += consumed
      mayHoldOutput = produced == target.count
      if consumed + produced > 0 { isBetweenFrames = status == Z_STREAM_END }
      if status == Z_STREAM_END {
        unsafe inflateReset(stream)
      } else if status != Z_OK, status != Z_BUF_ERROR {
        let message = unsafe stream.pointee.msg
        throw unsafe broken("gzip", message.map { unsafe String(cString: $0) } ?? "no reason given")
      }
      if produced > 0 { return produced }
    }
  }

  /// Reads the next compressed bytes; none are left over only at the end of the file.
  private func fill() throws(TraceError) {
    compressed.removeSubrange(..<compressedStart)
    compressedStart = 0
    guard !isAtEnd else { return }
    var failure: TraceError?
    let more = unsafe [UInt8](unsafeUninitializedCapacity: InputLimits.compressedBytes) {
      buffer, count in
      do throws(TraceError) {
        count = try unsafe fill(UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    compressed += more
  }

  /// Reads bytes as the file has them; 0 at its end.
  private func fill(_ target: UnsafeMutableRawBufferPointer) throws(TraceError) -> Int {
    while true {
      if !follows, !isRegular { try waitForBytes() }
      let count = unsafe Glibc.read(descriptor, target.baseAddress, target.count)
      if count >= 0 {
        isAtEnd = count == 0
        return count
      }
      guard errno == EINTR else { throw InputFile.failure("cannot read", name) }
      if follows { return 0 }
      try Interruption.check()
    }
  }

  /// Waits until a pipe has bytes or ends, or the user stops: a signal interrupts a read only where
  /// the thread that reads is the one that handles it.
  private func waitForBytes() throws(TraceError) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = unsafe poll(&request, 1, InputFile.patience)
      guard ready == 0 || ready < 0 && errno == EINTR else { return }
      try Interruption.check()
    }
  }

  private static func failure(_ what: String, _ path: String) -> TraceError {
    let file = path == "-" ? "standard input" : path
    let reason = unsafe String(cString: strerror(errno))
    return TraceError(
      .inputOutput, "\(what): \(reason)", at: SourceLocation(file: file),
      remedy: path == "-" ? "name a file, or give the input on standard input" : nil)
  }

  private func outOfMemory() -> TraceError {
    TraceError(.limitExceeded, "out of memory", at: SourceLocation(file: name))
  }

  private func truncated(_ format: String) -> TraceError {
    TraceError(
      .truncated, "the \(format) data ends before its end",
      at: SourceLocation(file: name, byteOffset: byteCount),
      remedy: "copy the file again, or decompress what is there and ingest that")
  }

  private func broken(_ format: String, _ reason: String) -> TraceError {
    TraceError(
      .corrupted, "damaged \(format) data: \(reason)",
      at: SourceLocation(file: name, byteOffset: byteCount))
  }
}
