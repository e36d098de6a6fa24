package import TraceModel

/// The input formats that memtrace reads, and how an input finds its reader.
package enum TraceReaderRegistry {
  /// A new format is one more value here.
  package static let builtIn: [any TraceReader] = [
    ConsumptionDumpReader(),
    AllocatorLogReader(spelling: .text),
    AllocatorLogReader(spelling: .csv),
    AllocatorLogReader(spelling: .jsonLines),
  ]

  package static var formats: [TraceFormat] { builtIn.map(\.format) }

  package static func reader(named name: String) throws(TraceError) -> any TraceReader {
    guard let reader = builtIn.first(where: { $0.format.name == name }) else {
      throw TraceError(
        .unknownFormat, "no input format is called \(name)", remedy: "one of: \(list)")
    }
    return reader
  }

  /// The reader that is surest of an input; two equally sure ones are an error, and so is none.
  package static func detect(_ head: [UInt8], file: String) throws(TraceError) -> any TraceReader {
    let candidates = builtIn.map { (reader: $0, confidence: $0.confidence(inHead: head)) }
    let best = candidates.map(\.confidence).max() ?? .none
    let surest = candidates.filter { $0.confidence == best }
    guard best > .none, let reader = surest.first?.reader else {
      throw TraceError(
        .unknownFormat, "no input format that is known here", at: SourceLocation(file: file),
        remedy: "these are: \(list); choose one with --input-format")
    }
    guard surest.count == 1 else {
      let names = surest.map(\.reader.format.name).joined(separator: " and ")
      throw TraceError(
        .unknownFormat, "looks like \(names)", at: SourceLocation(file: file),
        remedy: "choose one with --input-format; known are: \(list)")
    }
    return reader
  }

  private static var list: String {
    formats.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
  }
}
