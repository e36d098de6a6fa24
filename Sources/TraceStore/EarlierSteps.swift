import TraceModel

/// The steps of a row group's rows before version 5: two columns, one of them of releases.
enum EarlierSteps {
  static func steps(
    _ columns: ColumnSet, shapes: [UInt16], kinds: [StepKind]
  ) throws(TraceError) -> [UInt64] {
    var steps = try columns.values(.timeSteps)[...]
    var releaseSteps = try columns.values(.releaseTimeSteps)[...]
    guard steps.count + releaseSteps.count == shapes.count else { throw ByteReader.damaged }
    let isRelease = kinds.map { $0 == .free }
    return try shapes.map { shape throws(TraceError) in
      let step = isRelease[Int(shape)] ? releaseSteps.popFirst() : steps.popFirst()
      guard let step else { throw ByteReader.damaged }
      return step
    }
  }
}
