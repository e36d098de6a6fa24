import TraceModel

/// A budget's use in one sentence: who takes how much, how much that is over or below what limit.
///
/// Names stand as the trace has them: whoever writes the sentence escapes it.
package struct BudgetSentence: Hashable, Sendable {
  package let use: BudgetUse

  package init(_ use: BudgetUse) {
    self.use = use
  }

  /// `linear-memory of app.wasm on thumbv7`.
  package var subject: String {
    let figure = use.measure == .committed ? "" : "\(use.measure.rawValue) "
    let key = SeriesWords.key(use.key)
    return figure + use.subject.text + (key.isEmpty ? "" : " \(key)")
  }

  /// `takes 320.00 KiB, 20.00 KiB over its budget of 300.00 KiB`.
  package var statement: String {
    let format = ByteCountFormat.scaled
    let distance = use.left < .zero ? .zero - use.left : use.left
    var text = "takes \(format.text(use.bytes)), \(format.text(distance)) "
    text += use.left < .zero ? "over " : "below "
    text += use.bound == .growth ? "its growth budget of " : "its budget of "
    text += format.text(use.limit)
    if let baseline = use.baseline { text += " from \(format.text(baseline))" }
    if let note = use.note, !note.isEmpty { text += " (\(note))" }
    return text
  }

  /// The whole sentence, with a full stop.
  package var text: String { "\(subject) \(statement)." }
}
