/// A list or a table of which rows at the end can be left out.
struct MarkdownPart {
  /// What stands above the rows, where there are any.
  var head: String
  /// Whole lines.
  var rows: [String]
  var tail: String
  /// What a row is, one and many.
  var noun: String
  var nouns: String

  init(head: String, rows: [String], tail: String, noun: String, nouns: String? = nil) {
    self.head = head
    self.rows = rows
    self.tail = tail
    self.noun = noun
    self.nouns = nouns ?? noun + "s"
  }

  init(lines: [String], of noun: String) {
    self.init(head: "", rows: lines, tail: "", noun: noun)
  }
}

/// Markdown that never exceeds a number of bytes: it takes rows in their order as long as they fit.
struct FittingMarkdown {
  private let limit: Int
  private var written = ""
  /// Bytes of `written`; counting them anew for each row would take the square of the time.
  private var size = 0
  /// What is left out, in order, and how much of each.
  private var cuts: [(noun: String, nouns: String, count: Int)] = []
  private var isFull: Bool { !cuts.isEmpty }

  /// For the last line: the number of nouns is small, the numbers have at most 19 digits.
  private static let reserve = 1500

  init(limit: Int) {
    self.limit = limit
  }

  /// Text that is never left out.
  mutating func add(_ text: String) {
    written += text
    size += text.utf8.count
  }

  /// The first rows of a part; none once a row before did not fit.
  mutating func add(_ part: MarkdownPart) {
    var kept = 0
    var total = size + 1 + part.head.utf8.count + part.tail.utf8.count
    for row in part.rows where !isFull {
      total += row.utf8.count + 1
      if total > limit - FittingMarkdown.reserve { break }
      kept += 1
    }
    if kept > 0 {
      let rows = part.rows.prefix(kept).map { $0 + "\n" }.joined()
      add("\n" + part.head + rows + part.tail)
    }
    leaveOut(part, part.rows.count - kept)
  }

  private mutating func leaveOut(_ part: MarkdownPart, _ count: Int) {
    guard count > 0 else { return }
    if let place = cuts.firstIndex(where: { $0.noun == part.noun }) {
      cuts[place].count += count
    } else {
      cuts.append((part.noun, part.nouns, count))
    }
  }

  /// What was taken, and a line that says exactly what was not.
  var text: String {
    guard isFull else { return written }
    let names = cuts.map { "\($0.count) more \($0.count == 1 ? $0.noun : $0.nouns)" }
    let isOne = cuts.count == 1 && cuts[0].count == 1
    return written + "\n" + names.joined(separator: ", ")
      + " \(isOne ? "is" : "are") left out; the JSON report has all.\n"
  }
}
