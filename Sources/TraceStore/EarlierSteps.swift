import TraceModel

/// The steps of a row group's rows before version 5: two columns, one of them of releases.
enum EarlierSteps {
  static func steps(
    _ columns: ColumnSet, shapes: [UInt16], kinds: [StepKind]
  ) throws(TraceError) -> [UInt64] {
    let steps = try columns.values(.timeSteps)
    let releaseSteps = try columns.values(.releaseTimeSteps)
    guard steps.count + releaseSteps.count == shapes.count else { throw ByteReader.damaged }
    let isRelease = kinds.map { $0 == .free }
    let all = unsafe [UInt64](unsafeUninitializedCapacity: shapes.count) { buffer, count in
      var releases = 0
      while count < shapes.count {
        // Which of the two a row has is not to be foreseen: it is chosen without a branch.
        let isRelease = isRelease[Int(shapes[count])]
        let column = isRelease ? releaseSteps.span : steps.span
        let place = isRelease ? releases : count &- releases
        guard place < column.count else { return }
        unsafe buffer[count] = column[unchecked: place]
        releases &+= isRelease ? 1 : 0
        count &+= 1
      }
    }
    guard all.count == shapes.count else { throw ByteReader.damaged }
    return all
  }
}
