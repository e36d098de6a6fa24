/// Texts, each once, by number: told apart by their bytes, because to `String` accents may be spelt in
/// two ways.
package struct TextTable: Sendable {
  package private(set) var texts: [String] = []
  /// UTF-8 bytes of all of them.
  package private(set) var byteCount = 0
  private var numbers: [ExactText: UInt64] = [:]

  package init() {}

  /// The number of a text, from 0 in the order in which they were first asked for.
  package mutating func number(of text: String) -> UInt64 {
    if let known = numbers[ExactText(text: text)] { return known }
    let number = UInt64(texts.count)
    numbers[ExactText(text: text)] = number
    texts.append(text)
    byteCount += text.utf8.count
    return number
  }

  private struct ExactText: Hashable {
    var text: String

    static func == (left: ExactText, right: ExactText) -> Bool {
      left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(text)
    }
  }
}
