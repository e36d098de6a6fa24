import Glibc
import TraceSymbols

/// Where the dynamic loader looks for libraries.
enum DoctorLibraries {
  /// Those of Debian, Red Hat and Arch.
  static let standardFolders: [String] = {
    #if arch(x86_64)
    let triplet = "x86_64-linux-gnu"
    #elseif arch(arm64)
    let triplet = "aarch64-linux-gnu"
    #else
    let triplet = "none"
    #endif
    return [
      "/lib/\(triplet)", "/usr/lib/\(triplet)", "/lib64", "/usr/lib64", "/lib", "/usr/lib",
      "/usr/local/lib",
    ]
  }()

  /// Whether the loader's cache names a library.
  static func cacheHolds(_ name: String) -> Bool {
    let cache = DoctorFile.bytes("/etc/ld.so.cache", atMost: 4 << 20)
    return cache.split(separator: 0).contains { $0.elementsEqual(name.utf8) }
  }

  /// The file of a library that a program asks for; nil where it is in no folder known here.
  static func path(of name: String, for program: String) -> String? {
    guard !name.contains("/") else { return name }
    let own = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
    let folders =
      (DoctorMachine.variable("LD_LIBRARY_PATH")?.split(separator: ":").map(String.init) ?? [])
      + [own, "\(own)/../lib"] + standardFolders
    return folders.map { "\($0)/\(name)" }.first { unsafe access($0, R_OK) == 0 }
  }
}
