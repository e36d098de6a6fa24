import Testing
import TraceModel
import TraceReport

@Suite struct ExplanationTests {
  static func row(
    _ category: MemoryCategory, _ bytes: Int64, _ changes: [Estimate.Change] = [],
    why: String? = nil
  ) -> Estimate.Row {
    var row = Estimate.Row(category, ByteCount(bytes))
    row.why = why
    row.changes = changes
    return row
  }

  static func change(_ action: String, _ saved: Int64?) -> Estimate.Change {
    Estimate.Change(action, saved: saved.map { ByteCount($0) })
  }

  @Test func `changes are ranked by bytes saved, unknown savings last by the size of their row`() {
    let explanation = Explanation(
      Estimate(rows: [
        Self.row(.module, 100, [Self.change("small unknown", nil), Self.change("seven", 7)]),
        Self.row(.wasmStack, 200, [Self.change("large unknown", nil), Self.change("nine", 9)]),
        Self.row(.moduleFile, 50, [Self.change("eight", 8), Self.change("nothing", 0)]),
      ]))
    #expect(
      explanation.changes.map(\.action)
        == ["nine", "eight", "seven", "large unknown", "small unknown"])
    #expect(explanation.changes.first?.categories == [.wasmStack])
  }

  @Test func `an action of several rows appears once with the sum of its savings`() {
    let fewer = "one instance fewer"
    let explanation = Explanation(
      Estimate(rows: [
        Self.row(.moduleInstance, 1000, [Self.change(fewer, 500)]),
        Self.row(.execEnv, 600, [Self.change(fewer, 300)]),
        Self.row(.wasmStack, 400, [Self.change(fewer, nil)]),
      ]))
    #expect(explanation.changes.map(\.action) == [fewer])
    #expect(explanation.changes.first?.saved == ByteCount(800))
    #expect(explanation.changes.first?.categories == [.moduleInstance, .execEnv, .wasmStack])
  }

  @Test func `what a row saves inside another is not counted twice`() {
    let smaller = "link with a smaller --initial-memory"
    let explanation = Explanation(
      Estimate(rows: [
        Self.row(.linearMemory, 65536, [Self.change(smaller, 4096)]),
        Self.row(.libcHeap, 8192, [Self.change(smaller, 4096)]),
      ]))
    #expect(explanation.changes.map(\.saved) == [ByteCount(4096)])
  }

  @Test func `a row without a sentence or a change has those of its category`() {
    let explanation = Explanation(Estimate(rows: [Self.row(.auxStack, 65536)]))
    #expect(explanation.rows.map(\.sentence) == ["main thread's C shadow stack"])
    #expect(explanation.changes.map(\.action) == ["link with a smaller -z stack-size"])
    #expect(explanation.changes.map(\.saved) == [nil])
  }

  @Test(arguments: [("classic", 1), ("fast", 0), ("aot", 0), ("", 1)])
  func `options of another mode are not offered`(_ mode: String, _ count: Int) {
    var estimate = Estimate(rows: [Self.row(.execEnv, 3216)])
    if !mode.isEmpty {
      estimate.labels = [RunLabel(name: "mode", value: mode, isInferred: false)]
    }
    #expect(Explanation(estimate).changes.count == count)
  }

  @Test func `what depends on the module is not offered where the module was read`() {
    var estimate = Estimate(rows: [Self.row(.linearMemory, 65536)])
    #expect(Explanation(estimate).changes.count == 2)
    estimate.module = Estimate.Module(
      path: "app.wasm", kind: "wasm", bytes: ByteCount(673), sha256: "")
    #expect(
      Explanation(estimate).changes.map(\.action)
        == ["link with a smaller --initial-memory or --max-memory"])
  }

  @Test func `an empty row is explained, and nothing is offered for it`() {
    let explanation = Explanation(Estimate(rows: [Self.row(.appHeap, 0, why: "none")]))
    #expect(explanation.rows.map(\.sentence) == ["none"])
    #expect(explanation.changes == [])
  }

  @Test func `the text is a table, the changes, and wrapped sentences`() {
    var estimate = Estimate(rows: [
      Self.row(
        .linearMemory, 131_072,
        why: "2 pages of 65536 bytes; memory.grow can grow it to 4 GiB, as the module declares no "
          + "maximum; WAMR reserves 8 GiB"),
      Self.row(.wasmStack, 65536, [Self.change("--stack-size=6144", 59392)], why: "operands"),
    ])
    estimate.module = Estimate.Module(
      path: "app.wasm", kind: "wasm", bytes: ByteCount(673), sha256: "")
    estimate.assumptions = ["one thread"]
    let text = Document.explanation(Explanation(estimate)).render(.text)
    #expect(
      text == """
        app.wasm: wasm, 673 bytes
        expected: 192.00 KiB committed (196608 bytes)

        category            bytes
        linear-memory  128.00 KiB
        wasm-stack      64.00 KiB

        what would change it
            saves  in             change
        58.00 KiB  wasm-stack     --stack-size=6144
                -  linear-memory  link with a smaller --initial-memory or --max-memory

        linear-memory
          2 pages of 65536 bytes; memory.grow can grow it to 4 GiB, as the module declares no maximum;
          WAMR reserves 8 GiB
        wasm-stack
          operands

        assumed: one thread

        """)
  }

  @Test func `control characters of an estimate do not reach the terminal`() {
    let why = "a\u{1B}[31mb\nc"
    let estimate = Estimate(rows: [
      Self.row(.module, 1, [Self.change("d\u{7}", 1)], why: why)
    ])
    for format in OutputFormat.allCases where format != .json {
      let text = Document.explanation(Explanation(estimate)).render(format)
      #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
    }
  }
}
