/// What to do, from the command line.
struct GeneratorOptions {
  static let usage = """
    Usage: trace-generator --events N [--seed 1] [--threads 8] [--live 100000] [--stacks 2000]
             [-o FILE] [--csv FILE]
           trace-generator --from LOG [--csv FILE] [--heap FILE]

    Makes an allocator trace log (to standard output without -o), the same for the same numbers: bursts of
    allocations by several threads, the live blocks growing to about the number of --live. With --csv
    the events also as CSV. Standard error tells as JSON what a reader must find: events, peakBytes,
    peakEvent (counted from 0), endBlocks, endBytes.

    With --from it makes no events but reads a log: --csv writes its heap events as the same CSV, --heap
    those lines alone. Standard error tells how many there were, how many of them replace a block by
    another (realloc), and how many other lines.
    """

  var events = 0
  var seed: UInt64 = 1
  var threads = 8
  var live = 100_000
  var stacks = 2000
  var output = "-"
  var csv: String?
  var source: String?
  var heap: String?

  init(_ arguments: [String]) throws(GeneratorError) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard let value = rest.popFirst() else { throw .usage("\(name) needs a value") }
      switch name {
      case "--events": events = try Self.number(name, value, in: 1...100_000_000_000)
      case "--seed": seed = UInt64(try Self.number(name, value, in: 0...Int.max))
      case "--threads": threads = try Self.number(name, value, in: 1...64)
      case "--live": live = try Self.number(name, value, in: 1...50_000_000)
      case "--stacks": stacks = try Self.number(name, value, in: 1...10_000_000)
      case "-o": output = value
      case "--csv": csv = value
      case "--from": source = value
      case "--heap": heap = value
      default: throw .usage("there is no option \(name)")
      }
    }
    if source == nil && events == 0 { throw .usage("--events or --from is needed") }
    if source != nil && events > 0 { throw .usage("--events and --from exclude each other") }
    if source == nil && heap != nil { throw .usage("--heap needs --from") }
  }

  private static func number(
    _ name: String, _ value: String, in range: ClosedRange<Int>
  ) throws(GeneratorError) -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw .usage("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
