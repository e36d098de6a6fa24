import Glibc

/// What ends the generator, as a sentence for its user.
struct GeneratorError: Error {
  let message: String
  let isUsage: Bool

  static func usage(_ message: String) -> GeneratorError {
    GeneratorError(message: message, isUsage: true)
  }

  /// A failed call to the system, `errno` saying why.
  static func system(_ what: String, _ path: String) -> GeneratorError {
    let reason = unsafe String(cString: strerror(errno))
    return GeneratorError(message: "\(what) \(path): \(reason)", isUsage: false)
  }
}
