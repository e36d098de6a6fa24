import Glibc

/// Makes allocator trace logs for Tools/bench/bench, and CSV for its peers.
@main
struct TraceGenerator {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains("--help") || arguments.contains("-h") {
      print(GeneratorOptions.usage)
      return
    }
    do throws(GeneratorError) {
      let options = try GeneratorOptions(arguments)
      if let source = options.source {
        try convert(source, options)
      } else {
        try generate(options)
      }
    } catch {
      say("trace-generator: \(error.message)")
      if error.isUsage { say(GeneratorOptions.usage) }
      exit(error.isUsage ? 64 : 2)
    }
  }

  private static func generate(_ options: GeneratorOptions) throws(GeneratorError) {
    var log = try OutputFile(path: options.output)
    var csv = try OutputFile(path: options.csv ?? "/dev/null")
    let writesCSV = options.csv != nil
    var program = SimulatedProgram(options)
    var (peakBytes, peakEvent) = (UInt64(0), 0)
    try log.logHeader()
    try csv.csvHeader()
    for index in 0..<options.events {
      let event = program.next()
      if program.liveBytes > peakBytes { (peakBytes, peakEvent) = (program.liveBytes, index) }
      try log.log(event)
      if writesCSV { try csv.csv(event) }
    }
    try log.close()
    try csv.close()
    say(
      """
      {"events": \(options.events), "peakBytes": \(peakBytes), "peakEvent": \(peakEvent), \
      "endBlocks": \(program.liveBlocks), "endBytes": \(program.liveBytes)}
      """)
  }

  private static func convert(
    _ source: String, _ options: GeneratorOptions
  ) throws(GeneratorError) {
    var reader = try LogReader(path: source)
    var csv = try OutputFile(path: options.csv ?? "/dev/null")
    var heap = try OutputFile(path: options.heap ?? "/dev/null")
    var (events, replacements, others) = (0, 0, 0)
    try csv.csvHeader()
    try heap.logHeader()
    while let line = try reader.line() {
      if let event = HeapEvent(line) {
        events += 1
        if event.isReplacement { replacements += 1 }
        try csv.csv(event)
        try heap.line(line)
      } else if line.first != UInt8(ascii: "#") {
        others += 1
      }
    }
    try csv.close()
    try heap.close()
    say(
      "{\"events\": \(events), \"replacements\": \(replacements), \"others\": \(others)}")
  }

  private static func say(_ message: String) {
    let line = Array("\(message)\n".utf8)
    // Nothing is left to tell a failure to.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
