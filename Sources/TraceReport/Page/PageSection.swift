/// A part of the page with a heading, and its entry in the list of parts.
struct PageSection {
  let id: String
  let title: String
  var count: Int?
  /// Read only by those who ask: closed at first.
  var isFolded = false
  let content: HTML

  var html: HTML {
    let head: HTML = "<h2>\(title)\(counter)</h2>"
    guard isFolded else { return "<section id=\"\(id)\">\(head)\n\(content)</section>\n" }
    return """
      <section id="\(id)"><details class="fold"><summary>\(head)</summary>
      \(content)</details></section>

      """
  }

  var link: HTML { "<li><a href=\"#\(id)\">\(title)\(counter)</a></li>" }

  private var counter: HTML? { count.map { " <span class=\"count\">\($0)</span>" } }
}
