import CZlib
import CZstd
import TraceModel

/// Compresses chunks with libzstd, one whole frame each.
@safe final class ZstdCompressor {
  private let context: OpaquePointer

  init(level: Int32) throws(TraceError) {
    guard let context = unsafe ZSTD_createCCtx() else {
      throw TraceError(.limitExceeded, "out of memory")
    }
    unsafe self.context = context
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// How long the frame of so many bytes is at the most.
  static func longestFrame(of byteCount: Int) -> Int { ZSTD_compressBound(byteCount) }

  /// Writes the frame of a chunk where there is room for the longest one; returns its length.
  @unsafe func compress(
    _ bytes: [UInt8], to frame: UnsafeMutablePointer<UInt8>
  ) throws(TraceError) -> Int {
    let size = unsafe bytes.withUnsafeBytes { source in
      unsafe ZSTD_compress2(
        context, frame, ZstdCompressor.longestFrame(of: bytes.count), source.baseAddress,
        source.count)
    }
    guard ZSTD_isError(size) == 0 else {
      let reason = unsafe String(cString: ZSTD_getErrorName(size))
      throw TraceError(.limitExceeded, "zstd cannot compress: \(reason)")
    }
    return size
  }
}

/// Decompresses frames whose decompressed sizes are known beforehand, one after the other.
@safe final class ZstdDecompressor {
  private let context: OpaquePointer

  init() throws(TraceError) {
    guard let context = unsafe ZSTD_createDCtx() else {
      throw TraceError(.limitExceeded, "out of memory")
    }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  func decompress(_ frame: [UInt8], rawBytes: Int) throws(TraceError) -> [UInt8] {
    let declared = unsafe frame.withUnsafeBytes { source in
      unsafe ZSTD_getFrameContentSize(source.baseAddress, source.count)
    }
    guard declared == UInt64(rawBytes) else { throw ByteReader.damaged }
    var size = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: rawBytes) { target, count in
      size = unsafe frame.withUnsafeBytes { source in
        unsafe ZSTD_decompressDCtx(
          context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
      count = ZSTD_isError(size) == 0 ? size : 0
    }
    guard ZSTD_isError(size) == 0, size == rawBytes else {
      throw TraceError(.corrupted, "zstd cannot decompress the frame")
    }
    return bytes
  }
}

/// CRC-32 as in zlib: it finds every single flipped bit.
enum Checksum {
  static func of(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { unsafe of($0) }
  }

  @unsafe static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafe crc32_z(0, bytes.baseAddress, bytes.count))
  }
}

enum ZstdFrame {
  /// The length of the frame that these bytes begin with; nil where it is none or not all there.
  static func byteCount(of bytes: [UInt8]) -> Int? {
    let size = unsafe bytes.withUnsafeBytes { source in
      unsafe ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
    }
    return ZSTD_isError(size) == 0 ? size : nil
  }
}
