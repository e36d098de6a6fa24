import Glibc

/// Bytes of a process in memory, as the kernel counts them.
struct ResidentSample {
  var time: UInt64
  var rss: UInt64
  /// Its share of what several processes hold; nil where the kernel does not say.
  var pss: UInt64?
  /// Keys as they are written, with what they hold.
  var parts: [(name: StaticString, bytes: UInt64)] = []
  let mappings: ResidentMappings

  /// Of `smaps_rollup`; the parts of PSS are anonymous, of files and of shared memory.
  private static let keys: [(key: String, name: StaticString)] = [
    ("Pss_Anon", " anon="), ("Pss_File", " filebacked="), ("Pss_Shmem", " shmem="),
    ("Swap", " swap="), ("AnonHugePages", " hugepages="),
  ]

  /// Asks the kernel; nil where the process is gone.
  init?(pid: UInt64, time: UInt64) {
    self.time = time
    mappings = ResidentMappings(pid: pid)
    let values = ResidentSample.kibibytes(ResidentSample.content("/proc/\(pid)/smaps_rollup"))
    if let rss = values["Rss"], rss > 0 {
      self.rss = rss
      pss = values["Pss"]
      parts = ResidentSample.keys.compactMap { entry in
        values[entry.key].map { (entry.name, $0) }
      }
      return
    }
    let pages = ResidentSample.content("/proc/\(pid)/statm").split(separator: " ")
    guard pages.count > 1, let resident = UInt64(pages[1]), resident > 0 else { return nil }
    rss = resident &* UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
  }

  /// `Rss:  1234 kB` lines, as bytes.
  private static func kibibytes(_ text: String) -> [String: UInt64] {
    var values: [String: UInt64] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, words[2] == "kB", words[0].hasSuffix(":"),
        let number = UInt64(words[1]), number < 1 << 44
      else { continue }
      values[String(words[0].dropLast())] = number << 10
    }
    return values
  }

  private static func content(_ path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe read(descriptor, buffer.baseAddress, buffer.count)
    }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
