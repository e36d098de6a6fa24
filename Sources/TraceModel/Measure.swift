/// Which bytes a number counts; measures are never added to each other.
package enum Measure: String, CaseIterable, Sendable {
  /// Address space without access.
  case reserved
  /// Allocated and accessible.
  case committed
  /// In physical memory (RSS).
  case resident
  /// High-water mark of what was really used inside.
  case used
}

/// Where a footprint's numbers come from.
package enum FootprintSource: String, Sendable {
  case events
  case snapshots
  case estimate
}
