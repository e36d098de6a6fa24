import Testing
import TraceModel
import TraceReport

/// Labels: what a run is compared by, and what else is known.
@Suite struct RunIdentityTests {
  private func identity(_ labels: KeyValuePairs<String, String>) -> RunIdentity {
    RunIdentity(labels.map { RunLabel(name: $0.key, value: $0.value, isInferred: true) })
  }

  @Test func `hosts, dates and commits are no part of a key`() {
    let run = identity([
      "module": "/tmp/b/app.wasm", "target": "x86_64", "wamr": "2.4.4", "mode": "aot",
      "device": "small", "host": "h", "hostname": "n", "date": "today", "commit": "abc",
    ])
    #expect(run.key.text == "app.wasm/x86_64/2.4.4/aot/-/small")
    #expect(run.commit == "abc")
    #expect(run.labels.map(\.name) == ["date", "host", "hostname"])
    #expect(run.labels.allSatisfy { !$0.isInferred })
  }

  @Test func `the later of two labels holds`() {
    let run = identity(["module": "a", "x": "1", "module": "b", "x": "2", "commit": ""])
    #expect(run.key[.module] == "b")
    #expect(run.commit == nil)
    #expect(run.labels == [RunLabel(name: "x", value: "2", isInferred: false)])
  }

  @Test func `features that are spelt out are a digest, and stay beside it`() {
    let one = identity(["features": "SIMD=0 AOT=1"])
    let other = identity(["features": "-DWAMR_BUILD_AOT=1,-DWAMR_BUILD_SIMD=0"])
    #expect(one == other)
    #expect(one.key[.features].wholeMatch(of: /[0-9a-f]{8}/) != nil)
    #expect(one.labels == [RunLabel(name: "features", value: "AOT=1 SIMD=0", isInferred: false)])
    #expect(identity(["features": "SIMD=1 AOT=1"]).key != one.key)
    for text in ["small", "a=b c", "0a1b2c3d"] {
      let named = identity(["features": text])
      #expect(named.key[.features] == text)
      #expect(named.labels.isEmpty)
    }
  }
}
