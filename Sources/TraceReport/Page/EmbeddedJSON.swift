/// A JSON document inside a page, where no string of it can end the element that holds it.
enum EmbeddedJSON {
  /// `<`, `>` and `&` stand only inside JSON's strings, where their escapes mean the same.
  static func html(_ value: JSONValue) -> HTML {
    var result: [UInt8] = []
    for byte in JSONWriter.text(value, isCompact: true).utf8 {
      switch byte {
      case UInt8(ascii: "<"): result += Array("\\u003c".utf8)
      case UInt8(ascii: ">"): result += Array("\\u003e".utf8)
      case UInt8(ascii: "&"): result += Array("\\u0026".utf8)
      default: result.append(byte)
      }
    }
    return HTML(trusted: String(decoding: result, as: UTF8.self))
  }
}
