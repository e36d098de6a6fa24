/// zstd frames made of blocks that are not compressed, or of one repeated byte.
///
/// Rationale: the tests need no zstd program, and 4 GiB of zeros are 128 KiB without compressing.
enum HandmadeZstd {
  private static let blockBytes = 1 << 17

  /// A frame of `bytes`, with zeros behind them.
  static func frame(_ bytes: [UInt8], zeros: Int = 0) -> [UInt8] {
    // Magic; a frame header without size and checksum; a window of 128 KiB.
    var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38]
    for start in stride(from: 0, to: bytes.count, by: blockBytes) {
      let block = bytes[start..<min(start + blockBytes, bytes.count)]
      frame += header(type: 0, size: block.count, isLast: false) + block
    }
    for start in stride(from: 0, to: zeros, by: blockBytes) {
      frame += header(type: 1, size: min(blockBytes, zeros - start), isLast: false) + [0]
    }
    return frame + header(type: 0, size: 0, isLast: true)
  }

  private static func header(type: Int, size: Int, isLast: Bool) -> [UInt8] {
    let value = size << 3 | type << 1 | (isLast ? 1 : 0)
    return [0, 8, 16].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
