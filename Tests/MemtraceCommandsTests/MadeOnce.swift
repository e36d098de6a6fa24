import MemtraceTestSupport
import Synchronization

/// Files that commands make and that many tests begin with.
private enum MadeOnce {
  struct Made {
    var files: [(name: String, bytes: [UInt8])]
    var outcome: ProgramUnderTest.Outcome
  }

  static let all = Mutex<[[String]: Made]>([:])
}

extension Workplace {
  /// Makes files here, or copies what another test has made under the same key.
  ///
  /// The key says all that the files depend on.
  @discardableResult
  func makeOnce(
    _ names: [String], as key: [String], _ make: () throws -> ProgramUnderTest.Outcome
  ) throws -> ProgramUnderTest.Outcome {
    if let made = MadeOnce.all.withLock({ $0[key] }) {
      for (name, bytes) in made.files { try write(bytes, to: name) }
      return made.outcome
    }
    let outcome = try make()
    // What failed is made anew, so that each test says what it met.
    guard outcome.exitCode == 0 else { return outcome }
    let files = try names.map { (name: $0, bytes: try bytes($0)) }
    MadeOnce.all.withLock { $0[key] = MadeOnce.Made(files: files, outcome: outcome) }
    return outcome
  }
}
