import WasmBinary

/// A part of every page that is the same in all of them.
struct PageAsset: Sendable {
  let text: String

  static let style = PageAsset(PackageResources.page_css)
  static let script = PageAsset(PackageResources.page_js)
  /// The fills that tell categories of one colour apart.
  static let patterns = PageAsset(PackageResources.patterns_svg)

  private init(_ bytes: [UInt8]) {
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// `sha256-…`, as a content security policy names what may run.
  var source: String {
    let digits = Array(ModuleDigest.sha256(Array(text.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
      UInt8(String(digits[place..<(place + 2)]), radix: 16)
    }
    return "sha256-" + PageAsset.base64(bytes)
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        result.append(place <= group.count ? letters[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return result
  }
}
