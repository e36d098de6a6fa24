import ArgumentParser
import FootprintEstimate
import TraceIngest
import TraceModel
import TraceReport
import WasmBinary

struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Says what a module will need in WAMR before it is run.",
    discussion: """
      Every part of memory has its row: what it takes at least, as expected, and at most. Rows that \
      lie inside another print as "of which" and are in no total. memtrace explain says why.

      EXAMPLES
        memtrace estimate app.wasm
        memtrace estimate app.aot --wamr 2.4.4 --stack-size 8KiB
        memtrace estimate app.wasm --mode classic --pool
        memtrace estimate app.wasm --format json -o estimate.json

      EXIT CODES
        0  fine
        2  the module or a file of options cannot be read, or the result not written
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("A .wasm or .aot file.", valueName: "module"))
  var path: String

  @Flag(help: "Say how large a pool for WAMR's global heap must be.")
  var pool = false

  @Flag(help: "Show the file's sections, too.")
  var sections = false

  @Flag(help: "Show every function, too.")
  var functions = false

  @Option(
    name: .customLong("entry"),
    help: ArgumentHelp(
      "An exported function that the embedder calls; stacks are bounded from there.",
      valueName: "name"))
  var entries: [String] = []

  @Option(
    help: ArgumentHelp(
      "Frames of compiled code, written by wamrc --stack-usage.", valueName: "file"))
  var stackUsage: String?

  @OptionGroup(title: "Run") var options: RunOptions
  @OptionGroup var result: ResultOptions

  func run() throws {
    let (run, profilePath) = try options.configuration()
    let bytes = try InputFile.contents(of: path, limit: ModuleLimits.fileBytes)
    let file = try ModuleFile(bytes: bytes, file: path)
    let analysis = try ModuleAnalysis(
      file, run: run, profiles: try profiles(profilePath), entries: entries,
      stackUsage: try frames())
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var estimate = analysis.estimate(
      launch: PoolLaunch(arguments: [name]), withPool: pool)
    estimate.module = Estimate.Module(
      path: path, kind: file.kind, bytes: ByteCount(Int64(bytes.count)),
      sha256: ModuleDigest.sha256(bytes))
    try result.write(
      .estimate(
        estimate, sections: sections ? SectionSize.all(of: file) : nil,
        functions: functions ? analysis.functions() : nil))
  }

  private func profiles(_ path: String?) throws -> [StructProfile] {
    guard let path else { return StructProfile.all }
    let text = try InputFile.contents(of: path, limit: 1 << 24)
    return try StructProfile.table(text, file: path)
  }

  private func frames() throws -> AotStackUsage? {
    guard let stackUsage else { return nil }
    let text = try InputFile.contents(of: stackUsage, limit: 1 << 28)
    return try AotStackUsage(text: text, file: stackUsage)
  }
}
