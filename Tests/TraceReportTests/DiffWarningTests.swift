import Testing
import TraceModel
import TraceReport

@Suite struct DiffWarningTests {
  private func warnings(_ left: [RunLabel], _ right: [RunLabel]) -> [String] {
    FootprintDiff(
      DiffSamples.trace([.module: 1], labels: left, name: "a.zst"),
      DiffSamples.trace([.module: 1], labels: right, name: "b.zst")
    ).warnings
  }

  private func label(_ name: String, _ value: String, inferred: Bool = false) -> RunLabel {
    RunLabel(name: name, value: value, isInferred: inferred)
  }

  @Test func `reserved labels that differ are a warning`() {
    #expect(
      warnings([label("wamr", "2.4.4")], [label("wamr", "main", inferred: true)])
        == [#"wamr differs: "2.4.4" in a.zst, "main" (inferred) in b.zst"#]
    )
  }

  @Test func `other labels, and labels of one side, are no warning`() {
    #expect(warnings([label("host", "a")], [label("host", "b")]) == [])
    #expect(warnings([label("mode", "aot")], []) == [])
  }

  @Test func `features in another order and modules in another folder are the same`() {
    #expect(warnings([label("features", "A=1 B=0")], [label("features", "B=0 A=1")]) == [])
    #expect(warnings([label("module", "build/app.wasm")], [label("module", "app.wasm")]) == [])
  }

  @Test func `different measures are a warning`() {
    let diff = FootprintDiff(
      DiffSamples.estimate([.module: 1]),
      DiffSamples.trace([.module: 1], measure: .resident)
    )
    #expect(
      diff.warnings == [
        "the measures differ: committed in estimate.json, resident in trace.zst"
      ]
    )
  }
}
