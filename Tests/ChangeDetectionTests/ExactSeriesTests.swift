import ChangeDetection
import Testing
import TraceModel

@Suite struct ExactSeriesTests {
  private func assess(_ values: [Int64]) -> SeriesAssessment {
    SeriesAssessment(values: values, kind: .exact)
  }

  @Test func `a change of the floor is a step on its first night`() {
    let assessment = assess([1000, 1000, 1064])
    #expect(assessment.steps == [.init(index: 2, before: 1000, after: 1064)])
    #expect(
      assessment.levels == [.init(range: 0..<2, bytes: 1000), .init(range: 2..<3, bytes: 1064)])
    #expect(assessment.spikes.isEmpty && assessment.noise == 0 && assessment.isJudged)
  }

  @Test func `a change below the floor is none`() {
    #expect(assess([1000, 1063, 1000, 937]).steps.isEmpty)
  }

  @Test func `small changes add up against the last level`() {
    let assessment = assess([1000, 1060, 1120, 1180, 1240])
    #expect(
      assessment.steps == [
        .init(index: 2, before: 1000, after: 1120), .init(index: 4, before: 1120, after: 1240),
      ])
  }

  @Test func `one night up and back is a spike`() {
    let assessment = assess([1000, 1000, 9000, 1000, 1000])
    #expect(assessment.steps.isEmpty)
    #expect(assessment.spikes == [.init(index: 2, bytes: 9000, level: 1000)])
    #expect(assessment.levels == [.init(range: 0..<5, bytes: 1000)])
  }

  @Test func `two nights up and back are two steps`() {
    #expect(assess([1000, 9000, 9000, 1000]).steps.map(\.index) == [1, 3])
  }

  @Test func `one value is too little history`() {
    #expect(!assess([1000]).isJudged)
    #expect(!assess([]).isJudged && assess([]).levels.isEmpty)
    #expect(assess([1000, 1000]).isJudged)
  }

  @Test func `the largest and smallest integers are compared without overflow`() {
    let assessment = assess([.min, .max, .max, 0, .min])
    #expect(assessment.steps.map(\.index) == [1, 3, 4])
  }
}
