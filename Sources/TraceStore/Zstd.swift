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

  /// Appends the frame of a chunk.
  func append(_ bytes: [UInt8], to frames: inout [UInt8]) throws(TraceError) {
    let bound = ZSTD_compressBound(bytes.count)
    var size = 0
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      size = unsafe bytes.withUnsafeBytes { source in
        unsafe ZSTD_compress2(
          context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
      count = ZSTD_isError(size) == 0 ? size : 0
    }
    guard ZSTD_isError(size) == 0 else {
      let reason = unsafe String(cString: ZSTD_getErrorName(size))
      throw TraceError(.limitExceeded, "zstd cannot compress: \(reason)")
    }
    frames += frame
  }
}

/// Decompresses one frame whose decompressed size is known beforehand.
enum ZstdFrame {
  static func decompress(_ frame: [UInt8], rawBytes: Int) throws(TraceError) -> [UInt8] {
    let declared = unsafe frame.withUnsafeBytes { source in
      unsafe ZSTD_getFrameContentSize(source.baseAddress, source.count)
    }
    guard declared == UInt64(rawBytes) else { throw ByteReader.damaged }
    var size = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: rawBytes) { target, count in
      size = unsafe frame.withUnsafeBytes { source in
        unsafe ZSTD_decompress(
          target.baseAddress, target.count, source.baseAddress, source.count)
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
  static func of(_ bytes: [UInt8], from start: Int = 0) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(
        truncatingIfNeeded: unsafe crc32_z(
          0, buffer.baseAddress?.advanced(by: start), buffer.count - start))
    }
  }
}

extension ZstdFrame {
  /// The length of the frame that these bytes begin with; nil where it is none or not all there.
  static func byteCount(of bytes: [UInt8]) -> Int? {
    let size = unsafe bytes.withUnsafeBytes { source in
      unsafe ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
    }
    return ZSTD_isError(size) == 0 ? size : nil
  }
}
