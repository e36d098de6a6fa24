import Glibc
package import TraceModel

/// The library that is preloaded into a recorded program.
package enum RecorderLibrary {
  private static let name = "libmemtrace-record.so"

  /// Its path: named by MEMTRACE_RECORDER, beside this program, or in its prefix.
  package static func find(named: String?) throws(TraceError) -> String {
    let folder = programFolder()
    let places = named.map { [$0] } ?? ["\(folder)/\(name)", "\(folder)/../lib/memtrace/\(name)"]
    for place in places {
      guard unsafe access(place, R_OK) == 0, let path = absolute(place) else { continue }
      guard !path.contains(":"), !path.contains(" ") else {
        throw TraceError(
          .inputOutput, "the dynamic linker takes no path with a blank or a colon in it",
          at: SourceLocation(file: path), remedy: "name a copy elsewhere with MEMTRACE_RECORDER")
      }
      return path
    }
    throw TraceError(
      .inputOutput, "the recorder is not here: \(places.joined(separator: ", nor "))",
      remedy: "build it with swift build --product memtrace-record, or name it with "
        + "MEMTRACE_RECORDER=PATH")
  }

  private static func programFolder() -> String {
    let path = absolute("/proc/self/exe") ?? ""
    return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private static func absolute(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
