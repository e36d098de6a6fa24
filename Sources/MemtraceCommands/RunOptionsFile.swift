import ArgumentParser
import FootprintEstimate
import TraceIngest
import TraceModel
import TraceReport

/// `run.toml`: the options of `memtrace estimate` by their names without dashes in front.
struct RunOptionsFile {
  var wamr: WamrVersion?
  var mode: StructProfile.Mode?
  var target: Target?
  var features: BuildFeatures?
  var platform: Platform?
  var stackSize: ByteCount?
  var heapSize: ByteCount?
  var threads: Int64?
  var threadStackSize: ByteCount?
  var nativeStackSize: ByteCount?
  var threadModel: RunConfiguration.ThreadModel?
  var maxMemoryPages: Int64?
  var instances: Int64?
  /// Relative to the file's own folder.
  var profile: String?

  init() {}

  init(path: String) throws(TraceError) {
    let bytes = try InputFile.contents(of: path, limit: 1 << 20)
    guard case .object(let members) = try TomlDocument.parse(bytes, file: path) else { return }
    for member in members {
      let entry = RunOptionsEntry(name: member.name, value: member.value, file: path)
      try set(entry)
    }
    if let relative = profile, !relative.hasPrefix("/") {
      let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      if !folder.isEmpty { profile = folder.joined(separator: "/") + "/" + relative }
    }
  }

  private mutating func set(_ entry: RunOptionsEntry) throws(TraceError) {
    switch entry.name {
    case "wamr": wamr = try entry.argument("a version of WAMR")
    case "mode": mode = try entry.argument("classic, fast or aot")
    case "target": target = try entry.argument("a processor")
    case "features": features = try entry.features()
    case "platform": platform = try entry.argument("an operating system")
    case "stack-size": stackSize = try entry.size()
    case "heap-size": heapSize = try entry.size()
    case "threads": threads = try entry.number(0...1_000_000)
    case "thread-stack-size": threadStackSize = try entry.size()
    case "native-stack-size": nativeStackSize = try entry.size()
    case "thread-model": threadModel = try entry.argument("wasi or pthread")
    case "max-memory-pages": maxMemoryPages = try entry.number(0...(Int64(1) << 32))
    case "instances": instances = try entry.number(1...1_000_000)
    case "profile": profile = try entry.text()
    default: throw entry.failure("no option has this name; memtrace estimate --help lists them")
    }
  }
}

/// One key of the file.
private struct RunOptionsEntry {
  let name: String
  let value: JSONValue
  let file: String

  func failure(_ message: String) -> TraceError {
    TraceError(.malformed, "\(name): \(message)", at: SourceLocation(file: file))
  }

  func text() throws(TraceError) -> String {
    guard case .string(let text) = value else { throw failure("expected a text in quotes") }
    return text
  }

  func argument<Value: ExpressibleByArgument>(_ what: String) throws(TraceError) -> Value {
    let text = try text()
    guard let value = Value(argument: text) else {
      throw failure("\"\(text)\" is not \(what)")
    }
    return value
  }

  func number(_ range: ClosedRange<Int64>) throws(TraceError) -> Int64 {
    guard case .integer(let number) = value, range.contains(number) else {
      throw failure("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A number of bytes, or a text such as "64KiB".
  func size() throws(TraceError) -> ByteCount {
    var count: ByteCount?
    switch value {
    case .integer(let number): count = ByteCount(number)
    case .string(let text): count = ByteCountFormat.parse(text)
    default: break
    }
    guard let count, (0...(Int64(1) << 40)).contains(count.rawValue) else {
      throw failure("expected a size such as 65536 or \"64KiB\"")
    }
    return count
  }

  /// `"A=1 B=0"`, or a table of the same.
  func features() throws(TraceError) -> BuildFeatures {
    guard case .object(let members) = value else {
      return try argument("a list of NAME=VALUE")
    }
    var features = BuildFeatures()
    for member in members {
      switch member.value {
      case .string(let text): features[member.name] = text
      case .integer(let number): features[member.name] = String(number)
      case .bool(let flag): features[member.name] = flag ? "1" : "0"
      default: throw failure("\(member.name): expected a text, a number or a boolean")
      }
    }
    return features
  }
}
