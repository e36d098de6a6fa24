/// Prose in lines of a limited width.
enum WrappedText {
  /// Breaks at spaces; a word that is wider than a line stands alone in one.
  static func lines(_ text: String, width: Int, indent: String) -> [String] {
    var lines: [String] = []
    var line = indent
    var count = indent.count
    for word in text.split(separator: " ") {
      if count > indent.count, count + 1 + word.count > width {
        lines.append(line)
        line = indent
        count = indent.count
      }
      if count > indent.count {
        line += " "
        count += 1
      }
      line += word
      count += word.count
    }
    if count > indent.count { lines.append(line) }
    return lines
  }
}
