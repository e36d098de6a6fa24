import TraceIngest
import TraceModel
import TraceReport
import TraceStore

/// A file that holds a footprint, told apart by its content.
enum FootprintInput {
  case estimate(Estimate)
  case store(TraceFile)

  /// An estimate begins as JSON does; everything else must be a store.
  init(path: String) throws {
    let input = try InputFile(path: path)
    let head = try input.head(limit: 64)
    guard head.first(where: { ![9, 10, 13, 32].contains($0) }) == UInt8(ascii: "{") else {
      self = .store(try TraceFile(path: path))
      return
    }
    var bytes: [UInt8] = []
    while try input.read(into: &bytes) {
      guard bytes.count <= 1 << 26 else {
        throw TraceError(
          .limitExceeded, "an estimate of more than 64 MiB", at: SourceLocation(file: path))
      }
    }
    self = .estimate(try Self.estimate(bytes, file: path))
  }

  var store: TraceFile? { if case .store(let store) = self { store } else { nil } }

  private static func estimate(_ bytes: [UInt8], file: String) throws -> Estimate {
    do {
      return try Estimate(json: bytes, file: file)
    } catch let error where error.remedy == nil {
      throw TraceError(
        error.code, error.message, at: error.location,
        remedy: "memtrace schema estimate shows what an estimate holds")
    }
  }
}
