import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// Tables of what WAMR measured, and the modules that it ran.
enum StackDepthSample {
  /// The rows of a table in SampleTraces/modules-truth, by column.
  static func rows(_ name: String) throws -> [[String: String]] {
    let bytes = try PackedSamples.contents(of: "modules-truth/\(name)")
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { first, _ in first } }
  }

  static func module(_ name: String) throws -> WasmModule {
    let packed = try PackedSamples.modules.get()[name]
    return try WasmModule(
      bytes: try packed ?? PackedSamples.contents(of: "modules/\(name)"), file: name)
  }
}
