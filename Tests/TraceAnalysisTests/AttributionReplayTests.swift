import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Random logs with rules: what is told beside blocks never changes what they sum to.
@Suite struct AttributionReplayTests {
  static let structBytes = StructProfile.all.map(\.execEnv).filter { $0 > 0 }.max() ?? 0

  /// A rule of each kind, and the stacks 0 to 4 that they speak for; stack 4 has none.
  static func rules() throws -> AttributionRules {
    var instance = AttributionRule(name: "i", category: .moduleInstance, frames: ["instantiate"])
    instance.opensInstance = true
    var exec = AttributionRule(name: "e", category: .execEnv, frames: ["exec_env"])
    exec.part = .wasmStack
    exec.isForCreatedThread = true
    var worker = AttributionRule(name: "w", category: .moduleInstance, frames: ["instantiate"])
    worker.also = ["spawn"]
    worker.opensInstance = true
    worker.isForCreatedThread = true
    return try AttributionRules([
      worker, instance, exec, AttributionRule(name: "m", category: .module, frames: ["load"]),
    ])
  }

  static let stacks = [
    stack(5, "spawn"), stack(0, "load"), stack(1, "instantiate"), stack(2, "exec_env"),
    stack(3, "instantiate", parent: 5), stack(4, "other"),
  ]

  private static func stack(
    _ id: UInt64, _ frame: String, parent: UInt64? = nil
  ) -> StackDefinition {
    StackDefinition(
      id: StackID(rawValue: id), parent: parent.map(StackID.init(rawValue:)), frame: frame,
      firstEvent: 0)
  }

  /// What instances hold after an event is among what the cells hold, and never below 0.
  private static func check(
    _ batches: [EventBatch], through event: UInt64, cells: [CellBytes],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    var aggregator = InstanceAggregator(through: event)
    for batch in batches {
      aggregator.consume(batch.derived.instanceChanges, firstEvent: batch.firstEvent)
    }
    var held: [Cell: Int64] = [:]
    for (holding, totals) in aggregator.holdings {
      #expect(totals.committed >= 0 && totals.count >= 0, sourceLocation: sourceLocation)
      held[Cell(category: holding.category, thread: holding.thread), default: 0] +=
        totals.committed
    }
    for (cell, bytes) in held {
      let all = cells.first { $0.cell == cell }?.committed ?? 0
      #expect(bytes <= all, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `totals at every event are those of the naive replay, in batches of any size`(
    seed: UInt64
  ) throws {
    var log = RandomLog(seed: seed, count: 300)
    for index in log.events.indices where log.events[index].stack == 2 {
      log.events[index].size = UInt64(AttributionReplayTests.structBytes) + 1024 * (seed % 70 + 1)
    }
    let naive = NaiveReplay(log)
    var first: [[CellBytes]]?
    for sizes in [[1], [7], [100_000], [3, 50, 1, 16]] {
      var matcher = EventMatcher(rules: try AttributionReplayTests.rules())
      matcher.define(StackBatch(AttributionReplayTests.stacks))
      var batches = log.batches(of: sizes)
      for index in batches.indices { matcher.match(&batches[index]) }
      #expect(matcher.summary.committedPeak.bytes == naive.peakBytes)
      #expect(matcher.summary.committedPeak.event == naive.peakEvent)
      var aggregator = CellsAggregator(after: Array(0..<300))
      for batch in batches { aggregator.consume(batch) }
      for (event, cells) in aggregator.results.enumerated() {
        #expect(cells.reduce(0) { $0 + $1.committed } == naive.totals[event])
        #expect(cells.allSatisfy { $0.committed >= 0 && $0.count >= 0 })
      }
      #expect(first == nil || first == aggregator.results)
      first = aggregator.results
      for event in stride(from: 0, to: 300, by: 37) {
        AttributionReplayTests.check(
          batches, through: UInt64(event), cells: aggregator.results[event])
      }
      var sites = SiteAggregator()
      for batch in batches { sites.consume(batch) }
      #expect(sites.list.reduce(0) { $0 + $1.totals.bytes } == naive.totals.last)
      #expect(sites.list.allSatisfy { $0.totals.bytes >= 0 && $0.totals.blocks >= 0 })
    }
  }

  @Test(arguments: SeededGenerator.seeds(12))
  func `threads that come and go leave nothing behind when all is freed`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var lines: [String] = []
    for stack in AttributionReplayTests.stacks {
      let parent = stack.parent.map { " parent=\($0.rawValue)" } ?? ""
      lines.append("stack \(stack.id.rawValue)\(parent) frame=\(stack.frame)")
    }
    var time = 0
    var live: [UInt64: Int64] = [:]
    var threads: [UInt64] = [1]
    var next: UInt64 = 2
    func add(_ line: String) {
      time += 1
      lines.append("\(time) \(line)")
    }
    for _ in 0..<200 {
      let thread = threads[Int(random.next() % UInt64(threads.count))]
      switch random.next() % 8 {
      case 0...3:
        let address = 0x1000 + (random.next() % 60) * 0x100000
        guard live[address] == nil else { continue }
        let stack = random.next() % 5
        let size =
          stack == 2 ? AttributionReplayTests.structBytes + 4096 : Int64(random.next() % 5000)
        live[address] = size
        add("tid=\(thread) malloc addr=0x\(String(address, radix: 16)) size=\(size) stack=\(stack)")
      case 4...5:
        guard let address = live.keys.sorted().first else { continue }
        live[address] = nil
        add("tid=\(thread) free addr=0x\(String(address, radix: 16))")
      case 6:
        let worker = next
        next += 1
        let base = 0x7f00_0000_0000 + worker * 0x100000
        let handle = "0x" + String(base + 0x20000, radix: 16)
        let create = "tid=\(thread) pthread_create thread=\(handle) stacksize=131072 stack=5"
        let start =
          "tid=\(worker) thread-start self=\(handle) stack=0x\(String(base, radix: 16)) "
          + "stacksize=131072 guard=4096"
        for line in random.once(in: 2) ? [create, start] : [start, create] { add(line) }
        threads.append(worker)
      default:
        guard threads.count > 1 else { continue }
        let ended = threads.remove(at: 1 + Int(random.next() % UInt64(threads.count - 1)))
        add("tid=\(ended) thread-exit")
      }
    }
    let stillLive = live.values.reduce(0, +)
    let stillRunning = Int64(threads.count - 1) * 131_072
    let held = lines.count
    for address in live.keys.sorted() { add("tid=1 free addr=0x\(String(address, radix: 16))") }
    for thread in threads.dropFirst() { add("tid=\(thread) thread-exit") }
    let log = try LogReading(
      lines.joined(separator: "\n") + "\n", rules: try AttributionReplayTests.rules())
    let moments = log.cells
    let before = held - AttributionReplayTests.stacks.count - 1
    #expect(moments[before].reduce(0) { $0 + $1.committed } == stillLive + stillRunning)
    #expect(moments.allSatisfy { $0.allSatisfy { $0.committed >= 0 && $0.count >= 0 } })
    #expect(moments.last == [])
    #expect(log.instances().isEmpty)
    for cut in stride(from: 1, to: moments.count, by: 29) {
      let part = CutLog(log.batches, before: UInt64(cut), matcher: log.freshMatcher)
      #expect(part.cells == Array(moments[(cut - 1)...]))
      #expect(part.instances() == log.instances())
    }
    for event in stride(from: 0, to: moments.count, by: 11) {
      AttributionReplayTests.check(log.batches, through: UInt64(event), cells: moments[event])
    }
  }
}
