package import TraceModel

/// A first `memtrace.toml`, from what runs take today and some headroom.
package enum BudgetFileText {
  /// One run, by its key, and what it takes.
  package struct Run: Hashable, Sendable {
    package var key: RunKey
    package var footprint: Footprint

    package init(key: RunKey, footprint: Footprint) {
      self.key = key
      self.footprint = footprint
    }
  }

  /// A `[[budget]]` a run, the limits rounded up so that they read well.
  package static func text(_ runs: [Run], headroom: Tolerance) -> String {
    var text = """
      # What modules may take in WAMR. memtrace check TRACE --budget memtrace.toml judges a run by it.
      # Sizes: "64KiB", 65536, "1 page". The first [[budget]] that matches a run and names a subject
      # decides; module, target, mode, wamr, features and device take * and ?.

      """
    for run in runs.sorted(by: { $0.key < $1.key }) {
      text += "\n[[budget]]\n"
      for part in RunKey.Part.allCases where !run.key[part].isEmpty && part != .wamr {
        text += "\(part.rawValue) = \(quoted(run.key[part]))\n"
      }
      if run.footprint.measure != .committed {
        text += "measure = \(quoted(run.footprint.measure.rawValue))\n"
      }
      text += line("total", run.footprint.total, headroom)
      var sums: [MemoryCategory: ByteCount] = [:]
      for row in run.footprint.rows where row.container == nil {
        sums[row.category, default: .zero] += row.bytes
      }
      let largestFirst = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      for (category, bytes) in largestFirst where bytes > .zero {
        text += line("category.\(category.id)", bytes, headroom)
      }
    }
    return text
  }

  private static func line(_ name: String, _ bytes: ByteCount, _ headroom: Tolerance) -> String {
    let limit = rounded(bytes + headroom.allowed(for: bytes))
    let size =
      limit.rawValue % 1024 == 0 ? "\"\(limit.rawValue / 1024)KiB\"" : "\(limit.rawValue)"
    return "\(name) = \(size)  # \(bytes.rawValue) measured\n"
  }

  /// Up to whole KiB from 16 KiB on, to 64 bytes below.
  private static func rounded(_ bytes: ByteCount) -> ByteCount {
    let unit: Int64 = bytes.rawValue >= 16_384 ? 1024 : 64
    let rest = bytes.rawValue % unit
    return rest == 0 ? bytes : bytes + ByteCount(unit - rest)
  }

  /// A basic string of TOML.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
