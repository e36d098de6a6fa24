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

  func frame(_ bytes: [UInt8]) throws(TraceError) -> [UInt8] {
    var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let size = unsafe frame.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe ZSTD_compress2(
          context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    guard ZSTD_isError(size) == 0 else {
      let reason = unsafe String(cString: ZSTD_getErrorName(size))
      throw TraceError(.limitExceeded, "zstd cannot compress: \(reason)")
    }
    frame.removeSubrange(size...)
    return frame
  }
}

/// Decompresses one frame whose decompressed size is known beforehand.
enum ZstdFrame {
  static func decompress(_ frame: [UInt8], rawBytes: Int) throws(TraceError) -> [UInt8] {
    let declared = unsafe frame.withUnsafeBytes { source in
      unsafe ZSTD_getFrameContentSize(source.baseAddress, source.count)
    }
    guard declared == UInt64(rawBytes) else { throw ByteReader.damaged }
    var bytes = [UInt8](repeating: 0, count: rawBytes)
    let size = unsafe bytes.withUnsafeMutableBytes { target in
      unsafe frame.withUnsafeBytes { source in
        unsafe ZSTD_decompress(
          target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    guard ZSTD_isError(size) == 0, size == rawBytes else {
      throw TraceError(.corrupted, "zstd cannot decompress the frame")
    }
    return bytes
  }
}

/// CRC-32 as in zlib: it finds every single flipped bit.
enum Checksum {
  static func of(_ bytes: [UInt8], continuing previous: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(
        truncatingIfNeeded: unsafe crc32_z(UInt(previous), buffer.baseAddress, buffer.count))
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
