/// A verdict as people read it.
struct VerdictWords {
  let verdict: Verdict

  init(_ verdict: Verdict) {
    self.verdict = verdict
  }

  var title: String {
    switch verdict {
    case .pass: "Pass"
    case .regressed: "Regressed"
    case .improved: "Improved"
    case .insufficientData: "Not enough data"
    }
  }

  /// Tells verdicts apart without colour.
  var sign: String {
    switch verdict {
    case .pass: "\u{2713}"
    case .regressed: "\u{25B2}"
    case .improved: "\u{25BC}"
    case .insufficientData: "?"
    }
  }
}
