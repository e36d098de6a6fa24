/// What a comparison comes to.
package enum Verdict: String, CaseIterable, Sendable {
  case pass
  case regressed
  case improved
  case insufficientData = "insufficient-data"

  /// 0 fine, 1 a finding, 3 not enough data to judge.
  package var exitCode: Int32 {
    switch self {
    case .pass, .improved: 0
    case .regressed: 1
    case .insufficientData: 3
    }
  }
}

/// What the comparison of one row comes to.
package enum RowVerdict: String, CaseIterable, Sendable {
  case within
  case over
  case under
  case onlyLeft = "only-left"
  case onlyRight = "only-right"
}
