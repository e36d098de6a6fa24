import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// What WAMR's own loader made of a module's functions: a row of modules-truth/fast-code.tsv.
struct FastInterpreterTruth: Sendable, CustomTestStringConvertible {
  let module: String
  /// The own function's index; nil for the sum of all.
  let function: Int?
  let versions: [WamrVersion]
  let build: FastCodeBuild
  let code: FastFunctionCode

  var testDescription: String { "\(module) \(function.map(String.init) ?? "all")" }

  static let all: [FastInterpreterTruth] = {
    guard let bytes = try? PackedSamples.contents(of: "modules-truth/fast-code.tsv") else {
      return []
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
      .compactMap { FastInterpreterTruth($0.split(separator: "\t").map(String.init)) }
  }()

  static let modules: [String] = Set(all.map(\.module)).sorted()

  private init?(_ cells: [String]) {
    guard cells.count == 6, let codeBytes = Int(cells[4]), let constants = Int(cells[5]) else {
      return nil
    }
    module = cells[0]
    function = Int(cells[1])
    versions = cells[3].split(separator: ",").compactMap { WamrVersion(String($0)) }
    build = FastCodeBuild(
      pointerBytes: cells[2].hasSuffix("32") ? 4 : 8,
      allowsUnalignedAccess: !cells[2].hasPrefix("aligned"),
      hasTailCalls: cells[2].hasPrefix("tail"))
    code = FastFunctionCode(codeBytes: codeBytes, constantCells: constants)
  }

  /// A recorded run's module, one of modules/fast-*.wasm, or one that is made here.
  static func read(_ name: String) throws -> WasmModule {
    if let made = made[name] { return try WasmModule(bytes: made(), file: name) }
    if let bytes = try PackedSamples.modules.get()[name] {
      return try WasmModule(bytes: bytes, file: name)
    }
    return try WasmModule(bytes: PackedSamples.contents(of: "modules/" + name), file: name)
  }

  /// Functions with more constants than there is room for.
  private static let made: [String: @Sendable () -> [UInt8]] = [
    "made-i32": { constants(0x41, (0..<40_000).map { $0 }) },
    "made-i64": { constants(0x42, (0..<20_000).map { $0 }) },
    "made-repeated": { constants(0x41, (0..<60_000).map { $0 * 7 % 50 }) },
  ]

  /// A module whose only function puts each number on the stack and drops it.
  private static func constants(_ opcode: UInt8, _ numbers: [Int]) -> [UInt8] {
    var code: [UInt8] = [0]
    for number in numbers { code += [opcode] + signed(number) + [0x1A] }
    code.append(0x0B)
    return module(code)
  }

  /// A module with one function of type () -> () and this body.
  static func module(_ body: [UInt8]) -> [UInt8] {
    let entry = unsigned(body.count) + body
    return WasmModule.magic + [1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10]
      + unsigned(entry.count + 1) + [1] + entry
  }

  private static func unsigned(_ number: Int) -> [UInt8] {
    number < 0x80
      ? [UInt8(number)] : [UInt8(number & 0x7F | 0x80)] + unsigned(number >> 7)
  }

  private static func signed(_ number: Int) -> [UInt8] {
    number < 0x40 ? [UInt8(number)] : [UInt8(number & 0x7F | 0x80)] + signed(number >> 7)
  }
}
