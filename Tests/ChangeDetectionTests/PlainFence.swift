import ChangeDetection

/// What the detector is compared with: a fence of three standard deviations around the median of the
/// last 30 values, from their median absolute deviation; two of three nights beyond it are a step.
enum PlainFence {
  static func findings(_ values: [Int64]) -> Findings {
    var findings = Findings()
    guard let last = values.indices.last, last >= 7 else { return findings }
    let past = values[max(0, last - 32)..<last - 2].map(Double.init)
    let level = median(past)
    let scale = 1.4826 * median(past.map { ($0 - level).magnitude })
    let fence = max(3 * scale, 0.005 * level, 256)
    for isUp in [true, false] {
      let beyond = (last - 2...last).filter {
        let distance = Double(values[$0]) - level
        return isUp ? distance > fence : distance < -fence
      }
      guard let first = beyond.first, beyond.count >= 2 else { continue }
      findings.steps.append(
        .init(index: first, before: Int64(level), after: Int64(level) + (isUp ? 1 : -1)))
    }
    return findings
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[sorted.count / 2] / 2 + sorted[(sorted.count - 1) / 2] / 2
  }
}
