import Testing
import TraceModel
import TraceReport

@Suite struct FieldDiffTests {
  private func side(_ fields: [SnapshotField: SnapshotValue]) -> DiffSide {
    DiffSamples.trace([.module: 1], snapshot: Snapshot(source: 0, line: 1, fields: fields))
  }

  @Test func `predicted and bounded lines are set against printed ones`() {
    var estimate = Estimate(rows: [Estimate.Row(.module, ByteCount(1))])
    estimate.fields = [
      .moduleStruct: ByteCount(560), .moduleTypes: ByteCount(10), .appHeapUsed: ByteCount(0),
    ]
    estimate.fieldBounds = [
      .auxStackUsed: .init(minimum: nil, maximum: ByteCount(4096)),
      .interpreterStackUsed: .init(minimum: ByteCount(16), maximum: nil),
    ]
    let diff = FootprintDiff(
      DiffSide(estimate, name: "estimate.json"),
      side([
        .moduleStruct: .bytes(560), .moduleTypes: .bytes(12), .auxStackUsed: .bytes(5000),
        .interpreterStackUsed: .bytes(8), .total: .bytes(9), .appHeapUsed: .notEnoughInfo,
      ])
    )
    let verdicts = diff.fields.map { "\($0.field.name) \($0.verdict.rawValue)" }
    #expect(
      verdicts == [
        "module.struct within", "module.types over", "total only-right",
        "interpreterStackUsed under", "auxStackUsed over", "appHeapUsed only-left",
      ]
    )
    #expect(diff.fields[1].delta == ByteCount(2))
    #expect(diff.verdict == .pass)
  }

  @Test func `two dumps are compared line by line`() {
    let diff = FootprintDiff(
      side([.total: .bytes(100)]),
      side([.total: .bytes(90)]),
      tolerance: Tolerance(basisPoints: 500, bytes: .zero)
    )
    #expect(diff.fields.map(\.verdict) == [.under])
  }
}
