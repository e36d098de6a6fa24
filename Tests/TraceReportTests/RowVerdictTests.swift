import Testing
import TraceModel
import TraceReport

@Suite struct RowVerdictTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let basis: Estimate.Basis?
    var min: Int64?
    var max: Int64?
    var tolerance = Tolerance.none
    let measured: Int64
    let row: RowVerdict
    var allowed: Int64? = 0
  }

  static let cases: [Case] = [
    Case(testDescription: "exact and equal", basis: .exact, measured: 1000, row: .within),
    Case(testDescription: "exact, one more", basis: .exact, measured: 1001, row: .over),
    Case(testDescription: "exact, one less", basis: .exact, measured: 999, row: .under),
    Case(testDescription: "no basis, one more", basis: nil, measured: 1001, row: .over),
    Case(
      testDescription: "a maximum without a basis allows nothing",
      basis: nil,
      max: 2000,
      measured: 1001,
      row: .over
    ),
    Case(
      testDescription: "at the bound",
      basis: .bound,
      max: 1500,
      measured: 1500,
      row: .within,
      allowed: 500
    ),
    Case(
      testDescription: "above the bound",
      basis: .bound,
      max: 1500,
      measured: 1501,
      row: .over,
      allowed: 500
    ),
    Case(
      testDescription: "unbounded",
      basis: .bound,
      measured: .max,
      row: .within,
      allowed: nil
    ),
    Case(
      testDescription: "below the minimum",
      basis: .bound,
      min: 900,
      max: 1500,
      measured: 899,
      row: .under,
      allowed: 500
    ),
    Case(
      testDescription: "at the minimum",
      basis: .bound,
      min: 900,
      max: 1500,
      measured: 900,
      row: .within,
      allowed: 500
    ),
    Case(
      testDescription: "assumption, 10 % more",
      basis: .assumption,
      measured: 1100,
      row: .within,
      allowed: 100
    ),
    Case(
      testDescription: "assumption, above 10 %",
      basis: .assumption,
      measured: 1101,
      row: .over,
      allowed: 100
    ),
    Case(
      testDescription: "assumption, below 10 %",
      basis: .assumption,
      measured: 899,
      row: .under,
      allowed: 100
    ),
    Case(
      testDescription: "the user's percent is larger",
      basis: .assumption,
      tolerance: Tolerance(basisPoints: 2000, bytes: .zero),
      measured: 1200,
      row: .within,
      allowed: 200
    ),
    Case(
      testDescription: "the user's tolerance is smaller",
      basis: .assumption,
      tolerance: Tolerance(basisPoints: 100, bytes: .zero),
      measured: 1100,
      row: .within,
      allowed: 100
    ),
    Case(
      testDescription: "bytes are larger than percent",
      basis: .exact,
      tolerance: Tolerance(basisPoints: 100, bytes: ByteCount(64)),
      measured: 1064,
      row: .within,
      allowed: 64
    ),
    Case(
      testDescription: "tolerance downwards",
      basis: .exact,
      min: 1000,
      tolerance: Tolerance(basisPoints: 500, bytes: .zero),
      measured: 950,
      row: .within,
      allowed: 50
    ),
  ]

  @Test(arguments: cases)
  func `a row is judged by its basis, its bounds and the tolerance`(_ example: Case) {
    let left = DiffSamples.estimate(
      [.module: 1000],
      basis: example.basis,
      min: example.min,
      max: example.max
    )
    let right = DiffSamples.trace([.module: example.measured])
    let diff = FootprintDiff(left, right, tolerance: example.tolerance)
    #expect(diff.verdict("module") == example.row)
    #expect(diff.row("module")?.allowed?.rawValue == example.allowed)
    let verdicts: [RowVerdict: Verdict] = [
      .within: .pass, .over: .regressed, .under: .improved,
    ]
    #expect(diff.verdict == verdicts[example.row])
    #expect(!diff.reasons.isEmpty)
  }
}
