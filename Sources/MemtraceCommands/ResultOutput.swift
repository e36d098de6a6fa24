import ArgumentParser
import Glibc
import TraceModel
import TraceReport
import TraceStore

/// How and where a reading command writes its result.
struct ResultOptions: ParsableArguments {
  @Option(help: "Output format: text, json, csv or markdown.")
  var format: OutputFormat = .text

  @Option(name: .short, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output = "-"

  @Flag(help: "Replace an existing output file.")
  var force = false

  @Flag(help: "Exact bytes instead of KiB and MiB.")
  var bytes = false

  func write(_ document: Document) throws {
    let text = document.render(format, bytes: bytes ? .exact : .scaled)
    try ResultOutput.write(Array(text.utf8), to: output, replaces: force)
  }
}

extension OutputFormat: ExpressibleByArgument {}

/// Standard output or a file.
enum ResultOutput {
  static func write(_ bytes: [UInt8], to path: String, replaces: Bool) throws {
    guard path == "-" else {
      let file = try OutputFile(path: path, replaces: replaces)
      do {
        try file.write(bytes)
        try file.commit()
      } catch {
        file.discard()
        throw error
      }
      return
    }
    try standardOutput(bytes)
  }

  /// A reader that closed its pipe has seen enough: that is no failure.
  static func standardOutput(_ bytes: [UInt8]) throws(TraceError) {
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(1, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if count >= 0 {
        start += count
      } else if errno == EPIPE {
        return
      } else if errno != EINTR {
        let reason = unsafe String(cString: strerror(errno))
        throw TraceError(.inputOutput, "cannot write to standard output: \(reason)")
      }
    }
  }
}
