import Foundation

/// The resident memory of a running process, seen from outside.
///
/// Rationale: what `wait4` says of a child begins with the memory of the process that started it.
enum ResidentMemory {
  /// The high-water mark of a process or of one that it started, whichever is larger; 0 where
  /// nothing is left of it.
  static func peakKiB(of process: pid_t) -> Int {
    let children = text("/proc/\(process)/task/\(process)/children")
      .split(separator: " ").compactMap { pid_t($0) }
    return ([mark(of: process)] + children.map { peakKiB(of: $0) }).max() ?? 0
  }

  private static func mark(of process: pid_t) -> Int {
    for line in text("/proc/\(process)/status").split(separator: "\n")
    where line.hasPrefix("VmHWM:") {
      return line.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
    }
    return 0
  }

  private static func text(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}
