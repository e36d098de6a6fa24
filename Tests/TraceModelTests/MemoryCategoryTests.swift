import Testing
import TraceModel

/// The table of the store's format: a line here never changes, and no number is used again.
@Suite struct MemoryCategoryTests {
  private static let frozen: [(code: UInt8, id: String, container: String?)] = [
    (0, "unattributed", nil), (1, "module-file", nil), (2, "module", nil),
    (3, "module-instance", nil), (4, "exec-env", nil), (5, "wasm-stack", nil),
    (6, "runtime-other", nil), (7, "aot-code", nil), (8, "linear-memory", nil),
    (9, "static-data", "linear-memory"), (10, "aux-stack", "linear-memory"),
    (11, "libc-heap", "linear-memory"), (12, "thread-aux-stack", "libc-heap"),
    (13, "app-heap", "linear-memory"), (14, "native-stack", nil), (15, "stack-guard", nil),
    (16, "gc-heap", nil), (17, "shared-heap", nil), (18, "allocator-overhead", nil),
    (19, "host", nil),
  ]

  @Test func `codes, ids and containers never change`() throws {
    #expect(MemoryCategory.allCases.count == MemoryCategoryTests.frozen.count)
    for (code, id, container) in MemoryCategoryTests.frozen {
      let category = try #require(MemoryCategory(rawValue: code))
      #expect(category.code == code)
      #expect(category.id == id)
      #expect(category.defaultContainer?.id == container)
      #expect(MemoryCategory(id: id) == category)
      #expect(!category.explanation.isEmpty)
    }
  }

  @Test func `codes 2 to 6 are the global heap`() {
    #expect(MemoryCategory.globalHeap.map(\.code) == [2, 3, 4, 5, 6])
  }

  @Test(arguments: ["", "Module", "module ", "linear_memory", "20"])
  func `other words are no category`(id: String) {
    #expect(MemoryCategory(id: id) == nil)
  }

  @Test func `a container has a container or stands in a total, and no circle`() {
    for category in MemoryCategory.allCases {
      var next = category.defaultContainer
      var steps = 0
      while let container = next, steps < 20 {
        next = container.defaultContainer
        steps += 1
      }
      #expect(next == nil)
    }
  }
}
