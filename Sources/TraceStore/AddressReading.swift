import TraceModel

/// Gives batches their addresses again, from the first row group of a store on.
struct AddressReading {
  private var model = AddressModel()
  /// Where blocks of earlier row groups are, by their allocation.
  private var live: [UInt64: UInt64] = [:]

  /// Fills the addresses of the next batch, whose derived columns must be there and whose
  /// addresses are 0.
  mutating func fill(_ batch: inout EventBatch, from columns: ColumnSet) throws(TraceError) {
    let traits = batch.shapeTable.map(ShapeColumns.init)
    let derived = batch.derived
    let codes = try columns.values(.addressCodes)
    let inexact = try columns.values(.inexactReleases)
    var steps = ValueCursor(try columns.values(.addressSteps))
    var addresses = ValueCursor(try columns.values(.addresses))
    var olds = ValueCursor(try columns.values(.olds))
    var nextCode = 0
    var nextInexact = 0
    var nextFar = 0
    for row in 0..<batch.count {
      let trait = traits[Int(batch.shapes[row])]
      let thread = batch.threads[row]
      let release = derived.releases[row]
      var isImplied = trait.ends && release != 0
      if nextInexact < inexact.count, inexact[nextInexact] == UInt64(row) {
        nextInexact += 1
        isImplied = false
      }
      let begins = trait.begins && derived.categories[row] != DerivedColumns.noCategory
      guard !begins || nextCode < codes.count else { throw ByteReader.damaged }
      let isInPlace = begins && codes[nextCode] == UInt64(AddressModel.Code.inPlace)
      var released: UInt64 = 0
      if release != 0 {
        let size: UInt64
        if release > derived.firstAllocation {
          let origin = Int(derived.allocationRows[Int(release - 1 - derived.firstAllocation)])
          released = batch.addresses[origin]
          size = batch.sizes[origin]
        } else {
          released = live.removeValue(forKey: release - 1) ?? 0
          size = derived.farReleases[nextFar].size
          nextFar += 1
        }
        if isImplied {
          if trait.begins { batch.olds[row] = released } else { batch.addresses[row] = released }
          if !isInPlace { model.release(released, size: size, thread: thread) }
        }
      }
      if begins {
        guard codes[nextCode] <= UInt64(AddressModel.Code.bytes) else { throw ByteReader.damaged }
        let code = UInt8(codes[nextCode])
        nextCode += 1
        let step = code >= AddressModel.Code.steps ? try steps.next() : 0
        guard
          let address = model.decode(
            code, step: step, size: batch.sizes[row], thread: thread, old: released)
        else { throw ByteReader.damaged }
        batch.addresses[row] = address
      } else if trait.hasAddress, trait.begins || !isImplied {
        batch.addresses[row] = try addresses.next()
      }
      if trait.hasOld, !(trait.begins && isImplied) { batch.olds[row] = try olds.next() }
    }
    guard nextCode == codes.count, nextInexact == inexact.count, steps.isAtEnd,
      addresses.isAtEnd, olds.isAtEnd
    else { throw ByteReader.damaged }
    keepLive(batch)
  }

  private mutating func keepLive(_ batch: EventBatch) {
    let first = batch.derived.firstAllocation
    var isReleased = Array(repeating: false, count: batch.derived.allocationRows.count)
    for release in batch.derived.releases where release > first {
      isReleased[Int(release - 1 - first)] = true
    }
    for (place, row) in batch.derived.allocationRows.enumerated()
    where !isReleased[place]
      && batch.derived.categories[Int(row)] != DerivedColumns.noCategory
    {
      live[first + UInt64(place)] = batch.addresses[Int(row)]
    }
  }
}

/// Takes a column's values one by one.
struct ValueCursor {
  private let values: [UInt64]
  private var position = 0

  init(_ values: [UInt64]) {
    self.values = values
  }

  var isAtEnd: Bool { position == values.count }

  @inline(__always)
  mutating func next() throws(TraceError) -> UInt64 {
    guard position < values.count else { throw ByteReader.damaged }
    defer { position += 1 }
    return values[position]
  }
}
