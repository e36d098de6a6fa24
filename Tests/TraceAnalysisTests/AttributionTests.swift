import MemtraceTestSupport
import Testing
import TraceAnalysis
import TraceModel

/// Blocks and mappings by the functions that asked for them.
@Suite struct AttributionTests {
  /// Rules of the shapes that WAMR's need, in an order that matters.
  private static func rules() throws -> AttributionRules {
    var exec = AttributionRule(name: "exec-env", category: .execEnv, frames: ["exec_env_create*"])
    exec.part = .wasmStack
    exec.kind = .heap
    var clone = AttributionRule(
      name: "worker-instance", category: .moduleInstance, frames: ["instantiate"])
    clone.also = ["thread_spawn"]
    clone.isForCreatedThread = true
    clone.opensInstance = true
    var instance = AttributionRule(
      name: "instance", category: .moduleInstance, frames: ["instantiate"])
    instance.opensInstance = true
    var linear = AttributionRule(
      name: "linear-memory", category: .linearMemory, frames: ["memory_instantiate"])
    linear.kind = .mapping
    var code = AttributionRule(name: "aot-code", category: .aotCode, frames: ["load"])
    code.kind = .mapping
    code.access = .executable
    var stack = AttributionRule(name: "stacks", category: .nativeStack, frames: ["thread_spawn"])
    stack.kind = .thread
    var worker = exec
    worker.name = "worker-exec-env"
    worker.also = ["thread_spawn"]
    worker.isForCreatedThread = true
    var host = AttributionRule(name: "host", category: .host, frames: ["main"])
    host.without = ["instantiate", "load"]
    return try AttributionRules([
      worker, exec, linear, clone, instance, code, stack,
      AttributionRule(name: "module", category: .module, frames: ["load"]), host,
    ])
  }

  private static let stacks = """
    stack 1 frame=main in iwasm+0x10
    stack 2 parent=1 frame=load at wasm.c:12 in iwasm+0x20
    stack 3 parent=2 frame=malloc_it in iwasm+0x24
    stack 4 parent=1 frame=instantiate in iwasm+0x30
    stack 5 parent=4 frame=runtime_malloc in iwasm+0x34
    stack 6 parent=4 frame=memory_instantiate in iwasm+0x38
    stack 7 parent=1 frame=exec_env_create.constprop.0 in iwasm+0x40
    stack 8 parent=1 frame=thread_spawn in iwasm+0x50
    stack 9 parent=8 frame=instantiate in iwasm+0x30
    stack 10 parent=8 frame=exec_env_create in iwasm+0x40
    stack 11 frame=iwasm+0x99
    stack 12 parent=4 frame=runtime_calloc in iwasm+0x3c

    """

  private func read(_ events: String) throws -> LogReading {
    try LogReading(
      "#memtrace-log 1 pagesize=4096 scope=process\n" + AttributionTests.stacks + events,
      rules: try AttributionTests.rules())
  }

  private func last(_ log: LogReading) -> [String: Int64] {
    var bytes: [String: Int64] = [:]
    for cell in log.cells.last ?? [] where cell.committed != 0 {
      bytes["\(cell.cell.category.id)/\(cell.cell.thread)"] = cell.committed
    }
    return bytes
  }

  @Test func `the first rule that matches a frame at any depth gives the category`() throws {
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=10 stack=1
      2 tid=1 malloc addr=0x2000 size=20 stack=3
      3 tid=1 malloc addr=0x3000 size=40 stack=5
      4 tid=1 malloc addr=0x4000 size=80 stack=11
      5 tid=1 malloc addr=0x5000 size=160
      6 tid=1 malloc addr=0x6000 size=320 stack=5 usage=linear

      """)
    #expect(
      last(log) == [
        "host/1": 10, "module/1": 20, "module-instance/1": 40, "unattributed/1": 240,
        "linear-memory/1": 320,
      ])
  }

  @Test func `categories that take turns have their peaks, far from the total's`() throws {
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=1 stack=1
      2 tid=1 malloc addr=0x2000 size=1 stack=3
      3 tid=1 malloc addr=0x3000 size=1000 stack=1
      3 tid=1 free addr=0x3000
      3 tid=1 malloc addr=0x4000 size=5 stack=1
      3 tid=1 malloc addr=0x5000 size=10 stack=3
      3 tid=1 malloc addr=0x6000 size=20 stack=1

      """)
    #expect(
      log.summary.categoryPeaks == [
        .host: Peak(bytes: 1001, event: 2, time: 3), .module: Peak(bytes: 11, event: 5, time: 3),
      ])
    #expect(log.summary.threadPeaks == [1: Peak(bytes: 1002, event: 2, time: 3)])
  }

  @Test func `an execution environment's block is struct and WASM stack until it is freed`() throws
  {
    let known = try #require(StructProfile.all.map(\.execEnv).filter { $0 > 0 }.max())
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=\(known + 65536) stack=7
      2 tid=1 free addr=0x1000

      """)
    #expect(log.committed(.execEnv) == [known, 0])
    #expect(log.committed(.wasmStack) == [65536, 0])
    #expect(log.summary.categoryPeaks[.execEnv]?.bytes == known)
    #expect(log.summary.categoryPeaks[.wasmStack]?.bytes == 65536)
    #expect(log.summary.committedPeak.bytes == known + 65536)
  }

  @Test func `instances of one call site are told apart by their first block`() throws {
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=100 stack=5
      2 tid=1 malloc addr=0x1100 size=7 stack=12
      3 tid=1 mmap addr=0x100000 size=65536 prot=rw stack=6
      4 tid=1 malloc addr=0x2000 size=200 stack=5
      5 tid=1 malloc addr=0x2100 size=8 stack=12
      6 tid=1 malloc addr=0x9000 size=1 stack=1
      7 tid=1 malloc addr=0x3000 size=400 stack=12
      8 tid=1 free addr=0x1000

      """)
    func bytes(after event: UInt64) -> [String: Int64] {
      log.instances(after: event).reduce(into: [:]) {
        $0["\($1.key.instance) \($1.key.category.id)", default: 0] += $1.value
      }
    }
    #expect(
      bytes(after: 6) == [
        "1 module-instance": 107, "1 linear-memory": 65536, "2 module-instance": 208,
        "3 module-instance": 400,
      ])
    #expect(
      bytes(after: 7) == [
        "1 module-instance": 7, "1 linear-memory": 65536, "2 module-instance": 208,
        "3 module-instance": 400,
      ])
  }

  @Test func `a thread leaves an instance with a block whose rule is long known`() throws {
    let log = try read(
      """
      1 tid=1 malloc addr=0x8000 size=1 stack=1
      2 tid=1 malloc addr=0x8100 size=1 stack=1
      3 tid=1 malloc addr=0x2000 size=200 stack=5
      4 tid=1 malloc addr=0x2100 size=8 stack=12
      5 tid=1 malloc addr=0x9000 size=1 stack=1
      6 tid=1 malloc addr=0x3000 size=400 stack=12

      """)
    let bytes = log.instances(after: 5).reduce(into: [:]) {
      $0[$1.key.instance, default: 0] += $1.value
    }
    #expect(bytes == [1: 208, 2: 400])
  }

  @Test(arguments: [true, false])
  func `a worker owns what its creator asked for on its behalf`(startsFirst: Bool) throws {
    let known = try #require(StructProfile.all.map(\.execEnv).filter { $0 > 0 }.max())
    let create = "tid=1 pthread_create thread=0x7f0000100000 stacksize=131072 stack=8"
    let start =
      "tid=2 thread-start self=0x7f0000100000 stack=0x7f00000e1000 stacksize=131072 guard=4096"
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=100 stack=9
      2 tid=1 malloc addr=0x2000 size=\(known + 16384) stack=10
      3 \(startsFirst ? start : create)
      4 \(startsFirst ? create : start)
      5 tid=1 malloc addr=0x3000 size=5 stack=9
      6 tid=2 free addr=0x2000
      7 tid=2 thread-exit

      """)
    let after = log.cells[3].reduce(into: [String: Int64]()) {
      $0["\($1.cell.category.id)/\($1.cell.thread)"] = $1.committed
    }
    #expect(
      after == [
        "module-instance/2": 100, "exec-env/2": known, "wasm-stack/2": 16384,
        "native-stack/2": 131_072,
      ])
    #expect(last(log) == ["module-instance/2": 100, "module-instance/1": 5])
    #expect(log.summary.threads[2]?.creator == 1)
    #expect(log.summary.threads[2]?.stackBytes == 131_072)
    #expect(log.summary.threads[2]?.isInferred == false)
    #expect(log.instances().keys.map(\.thread).sorted() == [1, 2])
  }

  @Test func `what is freed before the thread is created is not given to it`() throws {
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=100 stack=9
      2 tid=1 free addr=0x1000
      3 tid=1 malloc addr=0x1000 size=50 stack=5
      4 tid=1 pthread_create thread=0x7f0000100000 stacksize=131072 stack=8
      5 tid=2 thread-start self=0x7f0000100000 stack=0x7f00000e1000 stacksize=131072 guard=4096

      """)
    #expect(last(log) == ["module-instance/1": 50, "native-stack/2": 131_072])
  }

  @Test func `rules speak for mappings, by what their pages allow`() throws {
    let log = try read(
      """
      1 tid=1 mmap addr=0x100000 size=8192 prot=rwx stack=2
      2 tid=1 mmap addr=0x200000 size=4096 prot=rw stack=2
      3 tid=1 mmap addr=0x300000 size=65536 prot=none stack=6
      4 tid=1 mprotect addr=0x300000 size=16384 prot=rw
      5 tid=1 mremap old=0x200000 oldsize=4096 addr=0x400000 size=12288
      6 tid=1 image load addr=0x500000 size=40960 file=/lib/libc.so.6

      """)
    #expect(
      last(log) == [
        "aot-code/1": 8192, "module/1": 12288, "linear-memory/1": 16384, "host/1": 40960,
      ])
    #expect(log.reserved(.linearMemory).last == 49152)
  }

  @Test func `the first thread's stack is the system's, its guard pages WAMR's`() throws {
    let log = try LogReading(
      """
      #memtrace-log 1 pagesize=4096 scope=process pid=7
      1 tid=7 thread-start self=0x7f0000000740 stack=0x7ffe00000000 stacksize=8388608 guard=0
      2 tid=7 mprotect addr=0x7ffe00000000 size=12288 prot=none
      3 tid=7 mmap addr=0x7f1000000000 size=32768 prot=rw flags=0x22 fd=-1 offset=0
      4 tid=7 mprotect addr=0x7ffe00000000 size=12288 prot=rw

      """)
    #expect(log.committed(.host) == [8_388_608, 8_376_320, 8_376_320, 8_388_608])
    #expect(log.committed(.stackGuard) == [0, 0, 32768, 32768])
    #expect(log.reserved(.stackGuard) == [0, 12288, 12288, 0])
    #expect(log.summary.threads[7]?.stackBytes == 8_388_608)
    #expect(log.summary.threads[7]?.creator == nil)
  }

  @Test func `resident pages have the category of their mapping, at the fullest reading`() throws {
    let log = try read(
      """
      1 tid=1 image load addr=0x100000 size=40960 file=/bin/iwasm
      2 tid=1 resident addr=0x100000 size=40960 rss=8192
      3 tid=1 mmap addr=0x300000 size=65536 prot=rw stack=6
      4 tid=1 malloc addr=0x900010 size=5000 stack=5
      5 tid=1 resident addr=0x100000 size=40960 rss=12288
      5 tid=1 resident addr=0x300000 size=65536 rss=4096
      5 tid=1 resident addr=0x900000 size=135168 rss=16384
      5 tid=1 resident addr=0x300000 size=65536 rss=99999999
      6 tid=1 munmap addr=0x300000 size=65536
      7 tid=1 resident addr=0x100000 size=40960 rss=40960

      """)
    let resident = try #require(log.summary.residentFootprint)
    #expect(resident.categories == [.host: ByteCount(12288), .linearMemory: ByteCount(69632)])
    #expect(resident.rest == ByteCount(16384))
    #expect(resident.time == 5 && resident.event == 7)
    #expect(resident.committed == 40960 + 65536 + 5000)
    #expect(Footprint(resident).total == ByteCount(12288 + 4096 + 65536 + 16384))
  }

  @Test func `exec ends everything that was live`() throws {
    let known = try #require(StructProfile.all.map(\.execEnv).filter { $0 > 0 }.max())
    let log = try read(
      """
      1 tid=1 malloc addr=0x1000 size=\(known + 1024) stack=7
      2 tid=1 malloc addr=0x2000 size=60 stack=5
      3 tid=1 mmap addr=0x300000 size=65536 prot=rw stack=6
      4 tid=1 exec file=/bin/other
      5 tid=1 malloc addr=0x1000 size=9 stack=1

      """)
    #expect(log.cells[3] == [])
    #expect(last(log) == ["host/1": 9])
    #expect(log.instances().isEmpty)
    #expect(log.summary.missedFrees == 0)
    #expect(log.summary.endBlocks == 1)
  }

  @Test func `a rule can ask for a block's size, and for functions seen anywhere before`() throws {
    var garbage = AttributionRule(name: "gc-heap", category: .gcHeap, frames: ["instantiate"])
    garbage.multipleOf = 65536
    garbage.seen = ["wasm_rtt_*"]
    var memory = AttributionRule(name: "memory", category: .linearMemory, frames: ["instantiate"])
    memory.multipleOf = 65536
    var arguments = AttributionRule(name: "argv", category: .runtimeOther, frames: ["instantiate"])
    arguments.bytes = 256
    let rules = try AttributionRules([
      garbage, memory, arguments,
      AttributionRule(name: "instance", category: .moduleInstance, frames: ["instantiate"]),
    ])
    let log = try LogReading(
      """
      stack 1 frame=instantiate in iwasm+0x30
      1 tid=1 malloc addr=0x1000 size=131072 stack=1
      2 tid=1 malloc addr=0x2000 size=256 stack=1
      3 tid=1 malloc addr=0x3000 size=255 stack=1
      stack 2 frame=wasm_rtt_type_new in iwasm+0x40
      4 tid=1 malloc addr=0x4000 size=131072 stack=1

      """, rules: rules)
    #expect(
      last(log) == [
        "linear-memory/1": 131_072, "runtime-other/1": 256, "module-instance/1": 255,
        "gc-heap/1": 131_072,
      ])
  }

  @Test func `a rule that asks only for what was seen speaks from the next event on`() throws {
    var garbage = AttributionRule(name: "gc", category: .gcHeap, frames: ["make"])
    garbage.seen = ["rtt"]
    garbage.also = ["make"]
    var code = AttributionRule(name: "aot", category: .aotCode, frames: ["make"])
    code.seen = ["aot"]
    let rules = try AttributionRules([garbage, code])
    let log = try LogReading(
      """
      stack 1 frame=make
      1 tid=1 malloc addr=0x1000 size=1 stack=1
      2 tid=1 malloc addr=0x2000 size=2 stack=1
      #memtrace-log 1 a batch ends here
      stack 2 frame=aot
      3 tid=1 malloc addr=0x3000 size=4 stack=1
      4 tid=1 malloc addr=0x4000 size=8 stack=1
      5 tid=1 malloc addr=0x5000 size=16 stack=1
      #memtrace-log 1 and here
      stack 3 frame=rtt
      stack 4 frame=rtt
      6 tid=1 malloc addr=0x6000 size=32 stack=1
      7 tid=1 malloc addr=0x7000 size=64 stack=1
      8 tid=2 malloc addr=0x8000 size=128 stack=1
      9 tid=1 malloc addr=0x9000 size=256 stack=2

      """, rules: rules)
    #expect(
      last(log) == [
        "unattributed/1": 3 + 256, "aot-code/1": 28, "gc-heap/1": 96, "gc-heap/2": 128,
      ])
  }

  @Test func `calls inside the instantiating function are of one instance`() throws {
    let log = try LogReading(
      """
      stack 1 frame=main in iwasm+0x10
      stack 2 parent=1 frame=instantiate in iwasm+0x30
      stack 3 parent=1 frame=instantiate in iwasm+0x38
      1 tid=1 malloc addr=0x1000 size=1 stack=2
      2 tid=1 malloc addr=0x2000 size=2 stack=3
      3 tid=1 malloc addr=0x3000 size=4 stack=2

      """, rules: try AttributionTests.rules())
    #expect(
      log.instances().reduce(into: [:]) { $0[$1.key.instance, default: 0] += $1.value }
        == [1: 3, 2: 4])
  }

  @Test func `too many different lists of functions are an error`() {
    let many = (0..<200).map {
      AttributionRule(name: "r\($0)", category: .host, frames: ["f\($0)"])
    }
    #expect(throws: TraceError.self) { try AttributionRules(many) }
  }

  @Test(
    arguments: [
      ("malloc in libc.so.6+0x1234", "malloc", nil, "libc.so.6"),
      ("wasm_load at wasm_loader.c:12 in iwasm+0xff", "wasm_load", "wasm_loader.c:12", "iwasm"),
      ("std::operator+ at a.h:1 in x+0x1", "std::operator+", "a.h:1", "x"),
      ("iwasm+0x99", nil, nil, "iwasm"), ("0x7f00", nil, nil, nil), ("main", "main", nil, nil),
      (
        "operator new(unsigned long) in libstdc++.so.6+0xa", "operator new(unsigned long)", nil,
        "libstdc++.so.6"
      ),
    ] as [(String, String?, String?, String?)])
  func `a frame is function, place and module`(
    text: String, function: String?, place: String?, module: String?
  ) {
    let frame = FrameText(text)
    #expect(frame.function == function)
    #expect(frame.place == place)
    #expect(frame.module == module)
  }
}
