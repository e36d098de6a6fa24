import TraceModel

/// A frame that zstd readers pass over: four bytes of magic, four of length, a payload.
enum SkippableFrame {
  static func around(_ payload: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed32(TraceFileFormat.skippableMagic)
    writer.fixed32(UInt32(payload.count))
    writer.raw(payload)
    return writer.bytes
  }

  /// The payload length that eight header bytes announce; nil where they are none of ours.
  static func payloadBytes(_ header: [UInt8]) -> Int? {
    var reader = ByteReader(header)
    guard let magic = try? reader.fixed32(), magic == TraceFileFormat.skippableMagic,
      let length = try? reader.fixed32()
    else { return nil }
    return Int(length)
  }
}
