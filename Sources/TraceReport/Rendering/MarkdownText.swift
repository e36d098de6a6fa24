/// Names and sentences as Markdown that shows them and does nothing else.
///
/// GitHub and GitLab act on the rendered text: `@everyone` calls people, `#12` links an issue and
/// tells its readers, `:map:` becomes a picture. A zero-width space inside takes such text apart;
/// it stands only where something would happen, so that other names are copied as they are.
enum MarkdownText {
  private static let nothing = "&#8203;"

  /// Text inside a line; a line end becomes a space.
  static func escaped(_ text: String) -> String { escaped(text, backslashes: true) }

  /// Text inside a block of HTML, where a backslash is one.
  static func html(_ text: String) -> String { escaped(text, backslashes: false) }

  private static func escaped(_ text: String, backslashes: Bool) -> String {
    let oneLine = String(text.map { $0.isNewline ? " " : $0 })
    let scalars = Array(TerminalText.escaped(oneLine).unicodeScalars)
    var result = ""
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // Between two of them GitHub sees mathematics.
      case "$": result += "<span>$</span>"
      case "\\", "|", "`", "*", "_", "~", "[", "]":
        result += (backslashes ? "\\" : "") + String(scalar)
      default: result.unicodeScalars.append(scalar)
      }
      if Surroundings(scalars: scalars, place: place).breaksAfter { result += nothing }
    }
    return result
  }

  /// Text at the beginning of a line, where more has a meaning.
  static func paragraph(_ text: String) -> String {
    let text = escaped(String(text.drop { $0.isWhitespace }))
    let digits = text.unicodeScalars.prefix { ("0"..."9").contains($0) }
    let rest = text.unicodeScalars.dropFirst(digits.count)
    if !digits.isEmpty, let mark = rest.first, mark == "." || mark == ")" {
      return String(digits) + "\\" + String(rest)
    }
    guard let first = text.unicodeScalars.first, "#+-=".unicodeScalars.contains(first) else {
      return text
    }
    return "\\" + text
  }

  /// A text of at most `count` scalars, the middle left out.
  static func shortened(_ text: String, to count: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > count else { return text }
    let kept = max(count - 1, 2) / 2
    return String(scalars.prefix(kept)) + "…" + String(scalars.suffix(kept))
  }
}

/// One place of a text with what stands around it.
private struct Surroundings {
  let scalars: [Unicode.Scalar]
  let place: Int

  /// Together with what follows, the scalar would be more than text.
  var breaksAfter: Bool {
    switch scalars[place] {
    case "@": isWord(place + 1) && (!isWord(place - 1) || domainFollows)
    case "#": isDigit(place + 1)
    case "!", "%", "~", "&": isDigit(place + 1) && !isWord(place - 1)
    case ":": follows("//") || emojiFollows
    case "w", "W": follows(".") && isTail(of: ["w", "w", "w"])
    case "H", "h": follows("-") && isDigit(place + 2) && isTail(of: ["g", "h"])
    default: false
    }
  }

  /// `name@host.domain` is an address of mail.
  private var domainFollows: Bool {
    scalars[(place + 1)...].prefix { Surroundings.isName($0) || $0 == "." }.contains(".")
  }

  /// `:map:`.
  private var emojiFollows: Bool {
    let name = scalars[(place + 1)...].prefix { Surroundings.isName($0) || $0 == "+" }
    return !name.isEmpty && name.endIndex < scalars.endIndex && scalars[name.endIndex] == ":"
  }

  private func follows(_ text: String) -> Bool {
    scalars[(place + 1)...].starts(with: text.unicodeScalars)
  }

  /// The place ends this word, whatever the case.
  private func isTail(of word: [Unicode.Scalar]) -> Bool {
    let start = place - word.count + 1
    guard start >= 0, !isWord(start - 1) else { return false }
    return zip(scalars[start...place], word).allSatisfy { $0.value | 0x20 == $1.value }
  }

  private func isDigit(_ index: Int) -> Bool {
    scalars.indices.contains(index) && ("0"..."9").contains(scalars[index])
  }

  private func isWord(_ index: Int) -> Bool {
    guard scalars.indices.contains(index) else { return false }
    return scalars[index] == "_" || scalars[index].properties.isAlphabetic || isDigit(index)
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }
}
