import Testing
import TraceModel
import TraceReport

@Suite struct EstimateDecodingTests {
  private func decode(_ json: String) throws(TraceError) -> Estimate {
    try Estimate(json: Array(json.utf8), file: "estimate.json")
  }

  private static func document(_ rows: String) -> String {
    #"{"schema": "memtrace.estimate/1", "rows": ["# + rows + "]}"
  }

  @Test func `schema and two keys a row are enough`() throws {
    let estimate = try decode(
      Self.document(
        #"{"category": "wasm-stack", "expectedBytes": 65536}, {"category": "libc-heap", "#
          + #""expectedBytes": 10}"#
      )
    )
    #expect(estimate.covers == [.wasmStack, .libcHeap])
    #expect(estimate.rows[0].expected == ByteCount(65536))
    #expect(estimate.rows[0].container == nil)
    #expect(estimate.rows[1].container == .linearMemory)
  }

  @Test func `everything an estimate says is kept`() throws {
    let estimate = try decode(
      """
      {"schema": "memtrace.estimate/1", "later": {"x": [1]},
       "module": {"path": "build/app.wasm", "kind": "wasm"},
       "configuration": {"wamr": "2.4.4", "mode": "fast", "stackSize": 8192,
                         "features": {"SIMD": 1, "GC": false}},
       "covers": ["linear-memory", "gc-heap"],
       "rows": [{"category": "linear-memory", "container": null, "minBytes": 1,
                 "expectedBytes": 2, "maxBytes": null, "reservedBytes": 8, "usedBytes": 1,
                 "basis": "bound", "why": "because"}],
       "fields": {"module.struct": 560, "not.known": "x"},
       "fieldBounds": {"auxStackUsed": {"minBytes": 0, "maxBytes": 4096}}}
      """
    )
    #expect(estimate.covers == [.linearMemory, .gcHeap])
    var row = Estimate.Row(.linearMemory, ByteCount(2))
    row.minimum = ByteCount(1)
    row.reserved = ByteCount(8)
    row.used = ByteCount(1)
    row.basis = .bound
    row.why = "because"
    #expect(estimate.rows == [row])
    #expect(estimate.fields == [.moduleStruct: ByteCount(560)])
    #expect(estimate.fieldBounds[.auxStackUsed]?.maximum == ByteCount(4096))
    #expect(
      estimate.labels.map { "\($0.name)=\($0.value)" } == [
        "wamr=2.4.4", "mode=fast", "features=SIMD=1 GC=0", "module=app.wasm",
      ]
    )
  }

  static let errors: [(json: String, words: String)] = [
    ("", "the file is empty"), ("  \n", "the file is empty"), ("not json", "not JSON"),
    ("[]", "expected an object"), ("{}", #"the key "schema" is missing"#),
    (#"{"schema": "memtrace.peak/1", "rows": []}"#, "schema: expected"),
    (#"{"schema": 1, "rows": []}"#, "schema: expected a text"),
    (#"{"schema": "memtrace.estimate/2", "rows": []}"#, "up to version 1, not 2"),
    (#"{"schema": "memtrace.estimate/1"}"#, #"the key "rows" is missing"#),
    (#"{"schema": "memtrace.estimate/1", "rows": {}}"#, "rows: expected a list"),
    (document("1"), "rows[0]: expected an object"),
    (document(#"{"expectedBytes": 1}"#), #"rows[0]: the key "category" is missing"#),
    (document(#"{"category": "module"}"#), #"rows[0]: the key "expectedBytes" is missing"#),
    (
      document(#"{"category": "linar-memory", "expectedBytes": 1}"#),
      #"rows[0].category: unknown category "linar-memory"; see memtrace categories"#
    ),
    (
      document(#"{"category": "module", "expectedBytes": -1}"#),
      "rows[0].expectedBytes: a size cannot be negative, found -1"
    ),
    (
      document(#"{"category": "module", "expectedBytes": 9223372036854775808}"#),
      "more than memtrace can count"
    ),
    (document(#"{"category": "module", "expectedBytes": 1.5}"#), "whole number of bytes"),
    (document(#"{"category": "module", "expectedBytes": "64KiB"}"#), "whole number of bytes"),
    (
      document(
        #"{"category": "module", "expectedBytes": 1}, {"category": "module", "expectedBytes": 1}"#
      ), "rows[1]: a second row for module"
    ),
    (
      document(#"{"category": "module", "expectedBytes": 1, "basis": "guess"}"#),
      "rows[0].basis: expected exact, bound or assumption"
    ),
    (
      document(#"{"category": "module", "expectedBytes": 1, "basis": "bound"}"#),
      "a bound needs maxBytes"
    ),
    (
      document(#"{"category": "module", "expectedBytes": 5, "maxBytes": 4}"#),
      "maxBytes is below expectedBytes"
    ),
    (
      document(#"{"category": "module", "expectedBytes": 5, "minBytes": 6}"#),
      "minBytes is above expectedBytes"
    ),
    (
      document(#"{"category": "module", "expectedBytes": 5, "container": "module"}"#),
      "cannot contain itself"
    ),
    (
      #"{"schema": "memtrace.estimate/1", "rows": [], "covers": ["x"]}"#,
      #"covers[0]: unknown category "x""#
    ),
    (
      #"{"schema": "memtrace.estimate/1", "rows": [], "fields": {"total": -4}}"#,
      "fields.total: a size cannot be negative"
    ),
  ]

  @Test(arguments: errors)
  func `what is no estimate is refused with its place`(_ json: String, _ words: String) {
    let error = #expect(throws: TraceError.self) { try decode(json) }
    #expect(error?.location?.file == "estimate.json")
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test func `a damaged file is an estimate or an error, never a trap`() {
    var random = SeededGenerator(seed: 7)
    let whole = Array(
      Self.document(#"{"category": "app-heap", "expectedBytes": 12, "why": "\ud83e\udde0"}"#).utf8
    )
    for round in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(bytes[place], at: 0)
        default: bytes.removeLast(min(place, bytes.count - 1))
        }
      }
      do throws(TraceError) {
        let estimate = try Estimate(json: bytes, file: "estimate.json")
        #expect(estimate.rows.allSatisfy { $0.expected >= .zero }, "round \(round)")
      } catch {
        #expect(!error.message.isEmpty, "round \(round)")
      }
    }
  }

  @Test func `a newer version is told apart`() {
    let error = #expect(throws: TraceError.self) {
      try decode(#"{"schema": "memtrace.estimate/9", "rows": []}"#)
    }
    #expect(error?.code == .unsupportedVersion)
  }
}
