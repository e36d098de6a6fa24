import Glibc

/// The resident memory of a running process, seen from outside.
///
/// Rationale: what `wait4` says of a child begins with the memory of the process that started it.
/// It is asked for again and again, so no texts are made of what the kernel says.
enum ResidentMemory {
  /// The high-water mark of a process or of one that it started, whichever is larger; 0 where
  /// nothing is left of it.
  static func peakKiB(of process: pid_t) -> Int {
    var peak = unsafe contents(of: "/proc/\(process)/status") { text in
      guard let line = unsafe strstr(text, "\nVmHWM:") else { return 0 }
      return unsafe strtol(line + 7, nil, 10)
    }
    let children = unsafe contents(of: "/proc/\(process)/task/\(process)/children") { text in
      var numbers: [Int] = []
      var rest: UnsafeMutablePointer<CChar>? = unsafe text
      while let place = unsafe rest {
        let number = unsafe strtol(place, &rest, 10)
        if number <= 0 { break }
        numbers.append(number)
      }
      return numbers
    }
    for child in children ?? [] { peak = max(peak ?? 0, peakKiB(of: pid_t(child))) }
    return peak ?? 0
  }

  /// What `body` makes of a file's text, which ends with a NUL; nil where there is none.
  private static func contents<Result>(
    of path: String, _ body: (UnsafeMutablePointer<CChar>) -> Result
  ) -> Result? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer in
      guard let text = buffer.baseAddress else { return nil }
      let count = unsafe read(file, text, buffer.count - 1)
      guard count >= 0 else { return nil }
      unsafe text[count] = 0
      return unsafe body(text)
    }
  }
}
