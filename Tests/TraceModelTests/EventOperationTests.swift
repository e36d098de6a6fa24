import Testing
import TraceModel

@Suite struct EventOperationTests {
  @Test(arguments: [
    "malloc", "calloc", "memalign", "aligned_alloc", "posix_memalign", "valloc", "pvalloc",
    "realloc", "free", "mmap", "munmap", "mprotect", "mremap", "madvise", "pthread_create",
    "thread", "thread-start", "thread-exit", "sample", "image", "mark", "exec", "exit", "signal",
  ])
  func `a known operation keeps its name`(name: String) {
    let operation = EventOperation(name: name)
    #expect(operation.name == name)
    if case .other = operation { Issue.record("\(name) is not known") }
  }

  @Test(arguments: ["brk", "Malloc", "malloc2", "", "🧵"])
  func `an unknown operation keeps its name, too`(name: String) {
    #expect(EventOperation(name: name) == .other(name))
    #expect(EventOperation(name: name).name == name)
  }

  @Test(arguments: [
    ("fd", ValueKind.signed), ("size", .decimal), ("addr", .hexadecimal), ("usage", .text),
    ("anything", .text), ("stack", .decimal),
  ])
  func `keys have one kind of value`(name: String, kind: ValueKind) {
    #expect(EventShape.kind(of: name, in: .malloc) == kind)
  }

  @Test func `a thread's stack is an address, a call stack is a number that stands last`() {
    #expect(EventShape.kind(of: "stack", in: .threadStart) == .hexadecimal)
    #expect(
      EventShape.rank(of: "stack", in: .threadStart)
        < EventShape.rank(of: "stacksize", in: .threadStart)
    )
    #expect(EventShape.rank(of: "stack", in: .malloc) > EventShape.rank(of: "size", in: .malloc))
  }

  @Test func `value kinds keep their numbers`() {
    #expect(ValueKind.decimal.rawValue == 0)
    #expect(ValueKind.hexadecimal.rawValue == 1)
    #expect(ValueKind.signed.rawValue == 2)
    #expect(ValueKind.text.rawValue == 3)
  }
}
