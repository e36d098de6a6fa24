import CNettle

/// Tells two files apart.
package enum ModuleDigest {
  /// SHA-256 as hexadecimal digits.
  package static func sha256(_ bytes: [UInt8]) -> String {
    var context = sha256_ctx()
    unsafe nettle_sha256_init(&context)
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe nettle_sha256_update(&context, buffer.count, buffer.baseAddress)
    }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    unsafe nettle_sha256_digest(&context, digest.count, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
