import Testing
import TraceModel
import TraceReport

/// Documents against their schemas: types, required keys, enumerations, and no unknown key.
@Suite struct SchemaCatalogTests {
  static let documents: [(String, JSONValue)] = [
    ("peak", Document.peak(DocumentTests.footprint, by: FootprintKey.allCases).json),
    ("peak", Document.peak(DocumentTests.footprint, by: [.thread]).json),
    ("categories", Document.categories().json),
    ("diff", diff(showingFields: true)), ("diff", diff(showingFields: false)),
    ("snapshots", snapshots()), ("estimate", estimate()),
    ("report", Document.report(NightlySamples.withTrace).json),
    ("report", Document.report(NightlySamples.hostileReport).json),
    ("report", Document.report(NightlyReport(subject: "", verdict: .pass, reasons: [])).json),
    (
      "explain",
      Document.explanation(
        Explanation(DocumentTests.footprint, snapshots: [], labels: [])
      ).json
    ),
  ]

  private static func diff(showingFields: Bool) -> JSONValue {
    let snapshot = Snapshot(source: 0, line: 1, fields: [.total: .bytes(1)])
    let left = DiffSamples.estimate(GlobalHeapTests.parts, basis: .bound)
    let right = DiffSamples.trace(
      [.runtimeOther: 9000, .linearMemory: 1],
      source: .events,
      labels: [RunLabel(name: "wamr", value: "main", isInferred: true)],
      snapshot: snapshot
    )
    return Document.diff(FootprintDiff(left, right), showingFields: showingFields).json
  }

  private static func snapshots() -> JSONValue {
    let fields = Dictionary(
      uniqueKeysWithValues: SnapshotField.allCases.map { ($0, SnapshotValue.bytes(1)) }
    )
    return Document.snapshots(
      [Snapshot(source: 0, line: 1, fields: fields)],
      captureLines: [
        .loader(
          LoaderMemory(
            source: 0,
            line: 1,
            thread: nil,
            pageBytes: 1,
            initialPages: 1,
            maxPages: 1
          )
        ),
        .process(
          ProcessSample(source: 0, line: 1, label: "x", values: [NamedBytes("VmPeak", 1)])
        ),
        .fileRead(FileRead(source: 0, line: 1, bytes: 1)),
        .heapCreated(HeapCreated(source: 0, line: 1, totalBytes: 1)),
        .heapStatistics(
          HeapStatistics(
            source: 0,
            line: 1,
            heap: nil,
            freeBytes: 1,
            currentBytes: 1,
            highmarkBytes: 1
          )
        ),
      ],
      sources: []
    ).json
  }

  private static func estimate() -> JSONValue {
    [
      "schema": "memtrace.estimate/1", "rows": [["category": "module", "expectedBytes": 1]],
    ]
  }

  @Test(arguments: documents)
  func `a document is what its schema says`(_ name: String, _ document: JSONValue) throws {
    let text = try #require(SchemaCatalog.text(name))
    let schema = try JSONParser.parse(Array(text.utf8), file: name)
    #expect(SchemaCheck.problems(document, schema, at: "") == [])
  }

  @Test(arguments: SchemaCatalog.names)
  func `every schema is JSON, open to additions, and describes every key`(
    _ name: String
  ) throws {
    let text = try #require(SchemaCatalog.text(name))
    let schema = try JSONParser.parse(Array(text.utf8), file: name)
    #expect(schema["$id"] == .string("memtrace.\(name)/1"))
    #expect(schema["additionalProperties"] == true)
    #expect(schema["properties"]?["schema"]?["const"] == .string("memtrace.\(name)/1"))
    #expect(SchemaCheck.undescribed(schema, at: name) == [])
  }

  @Test func `an unknown name has no schema`() {
    #expect(SchemaCatalog.text("nothing") == nil)
  }
}
