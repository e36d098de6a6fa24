import WasmBinary

/// A part of every page that is the same in all of them.
struct PageAsset: Sendable {
  let text: String

  static let style = PageAsset(PackageResources.page_css)
  /// The parts share one scope; the last one puts the others to work.
  static let script = PageAsset(
    opening: "(() => {\n\"use strict\";\n",
    [
      PackageResources.numbers_js, PackageResources.elements_js, PackageResources.timeline_js,
      PackageResources.stacks_js, PackageResources.bars_js, PackageResources.series_js,
      PackageResources.tables_js, PackageResources.page_js,
    ], closing: "})();\n")
  /// The fills that tell categories of one colour apart.
  static let patterns = PageAsset(PackageResources.patterns_svg)

  private init(_ bytes: [UInt8]) {
    self.init(opening: "", [bytes], closing: "")
  }

  private init(opening: String, _ parts: [[UInt8]], closing: String) {
    text = opening + parts.map { String(decoding: $0, as: UTF8.self) }.joined() + closing
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
