import Glibc
import TraceModel

/// Whether two paths lead to one file.
enum FileIdentity {
  static func areSame(_ path: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    guard unsafe stat(path, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Throws where an output would be written over what is read.
  static func refuse(_ output: String, asInput input: String) throws(TraceError) {
    guard areSame(input, output) else { return }
    throw TraceError(
      .exists, "\(output) would be written over what is read", at: SourceLocation(file: input),
      remedy: "name another output with -o")
  }
}
