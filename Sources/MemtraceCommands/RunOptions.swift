import ArgumentParser
import FootprintEstimate
import TraceModel

/// How the module is run: flags, over the same names in a file, over defaults.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A TOML file with these options by their names.", valueName: "run.toml"))
  var config: String?

  @Option(help: ArgumentHelp("WAMR's version: 2.4.4, 05-18-2022, main.", valueName: "version"))
  var wamr: WamrVersion?

  @Option(help: "What executes the module: classic, fast or aot.")
  var mode: StructProfile.Mode?

  @Option(
    help: ArgumentHelp(
      "The processor, as wamrc spells it: x86_64, aarch64, thumbv7.", valueName: "target"))
  var target: Target?

  @Option(
    help: ArgumentHelp(
      "WAMR's build options, such as \"HW_BOUND_CHECK=0 SIMD=0\".", valueName: "K=V …"))
  var features: BuildFeatures?

  @Option(help: "The operating system.")
  var platform: Platform?

  @Option(help: ArgumentHelp("The WASM stack of each thread.", valueName: "bytes"))
  var stackSize: ByteCount?

  @Option(help: ArgumentHelp("The app heap.", valueName: "bytes"))
  var heapSize: ByteCount?

  @Option(help: "Threads that the module creates beside the main one.")
  var threads: Int64?

  @Option(help: ArgumentHelp("The native stack of each created thread.", valueName: "bytes"))
  var threadStackSize: ByteCount?

  @Option(
    help: ArgumentHelp(
      "The native stack of the thread that runs the module.", valueName: "bytes"))
  var nativeStackSize: ByteCount?

  @Option(help: "The module's pthread implementation.")
  var threadModel: RunConfiguration.ThreadModel?

  @Option(help: ArgumentHelp("The embedder's limit for linear memory.", valueName: "pages"))
  var maxMemoryPages: Int64?

  @Option(help: "Instances of the module at the same time.")
  var instances: Int64?

  @Option(
    help: ArgumentHelp(
      "Struct sizes of your build, printed by Tools/struct-profile.c.", valueName: "file"))
  var profile: String?

  func validate() throws {
    let counts: [(String, Int64?, ClosedRange<Int64>)] = [
      ("--threads", threads, 0...1_000_000),
      ("--instances", instances, 1...1_000_000),
      ("--max-memory-pages", maxMemoryPages, 0...(1 << 32)),
    ]
    for (name, value, range) in counts {
      if let value, !range.contains(value) {
        throw ValidationError("\(name) takes \(range.lowerBound) to \(range.upperBound).")
      }
    }
    let limit = Int64(1) << 40
    let sizes: [(String, ByteCount?)] = [
      ("--stack-size", stackSize), ("--heap-size", heapSize),
      ("--thread-stack-size", threadStackSize), ("--native-stack-size", nativeStackSize),
    ]
    for (name, value) in sizes {
      if let value, !(0...limit).contains(value.rawValue) {
        throw ValidationError("\(name) takes 0 to 1 TiB.")
      }
    }
  }

  /// The configuration, and where struct sizes are read from instead of the built-in table.
  func configuration() throws -> (run: RunConfiguration, profile: String?) {
    var file = RunOptionsFile()
    if let config { file = try RunOptionsFile(path: config) }
    var run = RunConfiguration()
    if let wamr = wamr ?? file.wamr { run.wamr = wamr }
    run.mode = mode ?? file.mode
    run.target = target ?? file.target
    if let features = features ?? file.features { run.features = features }
    if let platform = platform ?? file.platform { run.platform = platform }
    run.stackSize = (stackSize ?? file.stackSize)?.rawValue
    run.heapSize = (heapSize ?? file.heapSize)?.rawValue
    if let threads = threads ?? file.threads { run.threads = threads }
    run.threadStackSize = (threadStackSize ?? file.threadStackSize)?.rawValue
    run.nativeStackSize = (nativeStackSize ?? file.nativeStackSize)?.rawValue
    if let model = threadModel ?? file.threadModel { run.threadModel = model }
    run.maxMemoryPages = maxMemoryPages ?? file.maxMemoryPages
    if let instances = instances ?? file.instances { run.instances = instances }
    return (run, profile ?? file.profile)
  }
}

extension WamrVersion: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension Target: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension BuildFeatures: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

/// `65536`, `64KiB`, `1 page`.
extension ByteCount: ExpressibleByArgument {
  package init?(argument: String) {
    guard let count = ByteCountFormat.parse(argument) else { return nil }
    self = count
  }
}

extension Platform: ExpressibleByArgument {}
extension StructProfile.Mode: ExpressibleByArgument {}
extension RunConfiguration.ThreadModel: ExpressibleByArgument {}
