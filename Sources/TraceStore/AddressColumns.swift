import TraceModel

/// The addresses of a row group as columns: what an ``AddressModel`` cannot know.
struct AddressColumns: Sendable {
  /// A code for each row in which a block begins.
  private var codes: [UInt8] = []
  /// A step for each of the codes that have one.
  private var steps: [UInt64] = []
  /// `addr` and `old` of the rows of which nothing is known beforehand.
  private var addresses: [UInt64] = []
  private var olds: [UInt64] = []
  private var inexact: [UInt64] = []

  init() {}

  /// Takes a batch, the next of its trace.
  fileprivate mutating func append(_ batch: EventBatch, model: inout AddressModel) {
    let traits = batch.shapeTable.map(ShapeColumns.init)
    let derived = batch.derived
    let isMatched = batch.isMatched
    let inexactRows = derived.inexactReleases
    inexact = inexactRows.map { UInt64($0) }
    codes.reserveCapacity(derived.allocationRows.count)
    var nextInexact = 0
    var nextFar = 0
    for row in 0..<batch.count {
      let trait = traits[Int(batch.shapes[row])]
      let thread = batch.threads[row]
      let release = isMatched ? derived.releases[row] : 0
      var isImplied = trait.ends && release != 0
      if nextInexact < inexactRows.count, Int(inexactRows[nextInexact]) == row {
        nextInexact += 1
        isImplied = false
      }
      let begins = trait.begins && isMatched && derived.categories[row] != DerivedColumns.noCategory
      let isInPlace = isImplied && begins && batch.addresses[row] == batch.olds[row]
      if release != 0 {
        let size: UInt64
        if release > derived.firstAllocation {
          let place = Int(release - 1 - derived.firstAllocation)
          size = batch.sizes[Int(derived.allocationRows[place])]
        } else {
          size = derived.farReleases[nextFar].size
          nextFar += 1
        }
        if isImplied, !isInPlace {
          model.release(
            trait.begins ? batch.olds[row] : batch.addresses[row], size: size, thread: thread)
        }
      }
      if begins {
        let (code, step) = model.encode(
          batch.addresses[row], size: batch.sizes[row], thread: thread, isInPlace: isInPlace)
        codes.append(code)
        if code >= AddressModel.Code.steps { steps.append(step) }
      } else if trait.hasAddress, trait.begins || !isImplied {
        addresses.append(batch.addresses[row])
      }
      if trait.hasOld, !(trait.begins && isImplied) { olds.append(batch.olds[row]) }
    }
  }

  /// Adds those of the next batch, whose rows begin at a row of the row group.
  mutating func append(_ next: AddressColumns, atRow row: Int) {
    codes += next.codes
    steps += next.steps
    addresses += next.addresses
    olds += next.olds
    inexact += next.inexact.map { $0 + UInt64(row) }
  }

  var columns: [Column] {
    [
      Column(.addressCodes, .fixed, codes.map { UInt64($0) }),
      Column(.addressSteps, .varint, steps),
      Column(.addresses, .delta, addresses),
      Column(.olds, .delta, olds),
      Column(.inexactReleases, .delta, inexact),
    ]
  }
}

/// A batch's addresses, and what the model knows behind it: handed from job to job.
struct Addressing: Sendable {
  private(set) var columns = AddressColumns()
  private(set) var model: AddressModel

  init(_ batch: EventBatch, model: AddressModel) {
    self.model = model
    columns.append(batch, model: &self.model)
  }
}
