import Glibc
import Synchronization
import TraceModel

/// A file read at offsets.
final class RandomAccessFile: Sendable {
  let path: String
  let byteCount: UInt64
  /// Bytes taken so far, by all threads.
  var bytesRead: UInt64 { bytesTaken.load(ordering: .relaxed) }
  private let bytesTaken = Atomic<UInt64>(0)
  private let descriptor: Int32

  init(path: String) throws(TraceError) {
    self.path = path
    // A named pipe would make the caller wait for a writer.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OutputFile.failure("cannot open", path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw OutputFile.failure("cannot read", path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw TraceError(
        .inputOutput, "is no regular file", at: SourceLocation(file: path),
        remedy: "a store is read at offsets; name the file itself")
    }
    byteCount = UInt64(max(0, status.st_size))
  }

  deinit { close(descriptor) }

  /// Exactly these bytes; an error where the file has fewer.
  func read(at offset: UInt64, count: Int) throws(TraceError) -> [UInt8] {
    guard count >= 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
      throw truncated
    }
    var failure: TraceError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let got = unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: done), count - done,
          off_t(offset) + off_t(done))
        if got > 0 {
          done += got
        } else if got == 0 || errno != EINTR {
          failure = got == 0 ? truncated : OutputFile.failure("cannot read", path)
          return
        }
      }
    }
    if let failure { throw failure }
    bytesTaken.add(UInt64(count), ordering: .relaxed)
    return bytes
  }

  var truncated: TraceError {
    TraceError(
      .truncated, "the store ends before its end",
      at: SourceLocation(file: path, byteOffset: byteCount),
      remedy: "memtrace recover \(path) -o NEW.zst keeps its whole row groups")
  }
}

/// Reads columns of one row group, checking each frame's checksum first.
struct GroupReader {
  let input: RandomAccessFile
  let group: RowGroup

  func columns(_ isWanted: (UInt64) -> Bool = { _ in true }) throws(TraceError) -> ColumnSet {
    var columns: [Column] = []
    let decompressor = try ZstdDecompressor()
    for chunk in group.chunks where isWanted(chunk.column) {
      let frame = try input.read(at: chunk.offset, count: chunk.frameBytes)
      guard Checksum.of(frame) == chunk.checksum else {
        throw damage(chunk, "its checksum is wrong")
      }
      do {
        columns.append(try chunk.decode(frame, decompressor))
      } catch {
        throw damage(chunk, error.message)
      }
    }
    return ColumnSet(columns)
  }

  private func damage(_ chunk: ColumnChunk, _ what: String) -> TraceError {
    TraceError(
      .corrupted, "\(group.label), column \(chunk.name): \(what)",
      at: SourceLocation(file: input.path, byteOffset: chunk.offset),
      remedy: "memtrace recover keeps the row groups before it")
  }
}
