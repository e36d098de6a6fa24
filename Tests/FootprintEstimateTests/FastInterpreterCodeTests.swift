import FootprintEstimate
import MemtraceTestSupport
import Testing
import TraceModel
import WasmBinary

/// The size of the fast interpreter's code, against what loaders of WAMR with a print statement in
/// them said about the same modules.
@Suite struct FastInterpreterCodeTests {
  @Test func `the truth has what the tests below count on`() {
    #expect(FastInterpreterTruth.all.count == 503)
    #expect(FastInterpreterTruth.modules.count == 39)
  }

  /// Everything but the module that sizes depend on.
  private struct Loader: Hashable {
    var rules: FastCodeRules
    var build: FastCodeBuild
  }

  @Test(arguments: FastInterpreterTruth.modules)
  func `code and constants of every function are exact`(name: String) throws {
    let module = try FastInterpreterTruth.read(name)
    // Many rows are of one build, and many versions have the same rules.
    var known: [Loader: [FastFunctionCode]] = [:]
    for truth in FastInterpreterTruth.all where truth.module == name {
      #expect(!truth.versions.isEmpty)
      for version in truth.versions {
        let loader = Loader(rules: FastCodeRules(version), build: truth.build)
        let sizes =
          try known[loader]
          ?? FastInterpreterCode.sizes(of: module, rules: loader.rules, build: loader.build)
        known[loader] = sizes
        #expect(sizes.count == module.bodies.count)
        let sum = FastFunctionCode(
          codeBytes: sizes.reduce(0) { $0 + $1.codeBytes },
          constantCells: sizes.reduce(0) { $0 + $1.constantCells })
        let size = truth.function.map { sizes[$0] } ?? sum
        #expect(size == truth.code, "\(truth.testDescription), WAMR \(version)")
      }
    }
  }

  @Test func `versions between two known ones follow the older, earlier ones the oldest`() throws {
    let pairs = [("2.4.9", "2.4.5"), ("1.1.1", "1.1.0"), ("09-29-2020", "12-30-2021")]
    for (unknown, known) in pairs {
      let rules = try [unknown, known].map { FastCodeRules(try #require(WamrVersion($0))) }
      #expect(rules[0] == rules[1])
    }
  }

  @Test func `what a function adds to the dump is its code and four bytes a cell`() {
    #expect(FastFunctionCode(codeBytes: 100, constantCells: 7).bytes == 128)
  }
}
