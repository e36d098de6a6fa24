import TraceAnalysis
import TraceIngest
import TraceModel
import TraceReport

extension AttributionRules {
  /// Reads a user's rules (`--rules`); they are asked before the built-in ones.
  init(path: String) throws {
    let bytes = try InputFile.contents(of: path, limit: 1 << 20)
    self = try AttributionRules.userRules(bytes, file: path)
  }
}
