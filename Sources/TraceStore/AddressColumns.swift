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

  private let rows: Int

  /// Those of a batch, the next of its trace, whose rows have these flags.
  init(_ batch: EventBatch, _ flags: Span<UInt8>, model: AddressModel) {
    rows = batch.count
    inexact = batch.derived.inexactReleases.map { UInt64($0) }
    if batch.isMatched { takeMatched(batch, flags, model) } else { takeUnmatched(batch, flags) }
  }

  /// Nothing is known of which blocks begin and end.
  private mutating func takeUnmatched(_ batch: EventBatch, _ flags: Span<UInt8>) {
    for row in flags.indices {
      let flags = flags[row]
      if ShapeFlags.has(ShapeFlags.address, in: flags) { addresses.append(batch.addresses[row]) }
      if ShapeFlags.has(ShapeFlags.old, in: flags) { olds.append(batch.olds[row]) }
    }
  }

  /// Takes the plain rows in a loop that fits the processor's registers, and the others one by one.
  ///
  /// A row is plain where a block begins and none ends, where a block of the batch ends as its
  /// allocation spelt it and none begins, or where such a block is resized in its place.
  private mutating func takeMatched(
    _ batch: EventBatch, _ allFlags: Span<UInt8>, _ model: AddressModel
  ) {
    let derived = batch.derived
    let filledAddresses = batch.addresses.filled(to: rows)
    let filledSizes = batch.sizes.filled(to: rows)
    let filledThreads = batch.threads.filled(to: rows)
    let filledReleases = derived.releases.filled(to: rows)
    let filledOlds = batch.olds.filled(to: rows)
    let addresses = filledAddresses.span
    let olds = filledOlds.span
    let sizes = filledSizes.span
    let threads = filledThreads.span
    let releases = filledReleases.span
    precondition(allFlags.count == rows, "flags of other rows")
    let categories = derived.categories.span
    let allocationRows = derived.allocationRows.span
    let firstAllocation = derived.firstAllocation
    let noCategory = DerivedColumns.noCategory
    var codes = RowBuffer<UInt8>(rows: rows)
    var steps: [UInt64] = []
    steps.reserveCapacity(rows / 8)
    var other = OtherRows(nextInexactRow: inexact.first ?? .max)
    for row in 0..<rows {
      let flags = unsafe allFlags[unchecked: row]
      let kind = flags & AddressColumns.kindBits
      let release = unsafe releases[unchecked: row]
      let isRealloc = kind == AddressColumns.kindBits
      if isRealloc || kind == 1 << ShapeFlags.begins,
        unsafe release == 0
          || isRealloc && release > firstAllocation
            && olds[unchecked: row] == addresses[unchecked: row],
        unsafe categories[unchecked: row] != noCategory,
        UInt64(truncatingIfNeeded: row) != other.nextInexactRow
      {
        if isRealloc, release == 0 { unsafe self.olds.append(olds[unchecked: row]) }
        let (code, step) = unsafe model.encode(
          addresses[unchecked: row], size: sizes[unchecked: row], thread: threads[unchecked: row],
          isInPlace: release != 0)
        unsafe codes.take(code, where: 1)
        if code >= AddressModel.Code.steps { steps.append(step) }
      } else if kind == 1 << ShapeFlags.ends, release > firstAllocation,
        UInt64(truncatingIfNeeded: row) != other.nextInexactRow
      {
        let origin = allocationRows[Int(truncatingIfNeeded: release &- 1 &- firstAllocation)]
        unsafe model.release(
          addresses[unchecked: row], size: sizes[Int(origin)], thread: threads[unchecked: row])
      } else if let (code, step) = takeOther(row, of: batch, flags: flags, model, &other) {
        unsafe codes.take(code, where: 1)
        if code >= AddressModel.Code.steps { steps.append(step) }
      }
    }
    self.codes = codes.withSpan { unsafe $0.withUnsafeBufferPointer { unsafe Array($0) } }
    self.steps = steps
  }

  /// What tells plain rows.
  private static let kindBits: UInt8 =
    1 << ShapeFlags.begins | 1 << ShapeFlags.ends | 1 << ShapeFlags.old

  /// How far a batch's rows that are not plain have got.
  private struct OtherRows {
    var nextInexact = 0
    /// A row that never comes where there is none.
    var nextInexactRow: UInt64
    var nextFar = 0
  }

  /// Takes a row of any kind; the code and step of the block that begins in it.
  @inline(never)
  private mutating func takeOther(
    _ row: Int, of batch: EventBatch, flags: UInt8, _ model: AddressModel, _ other: inout OtherRows
  ) -> (code: UInt8, step: UInt64)? {
    let derived = batch.derived
    let release = derived.releases[row]
    let thread = batch.threads[row]
    let address = batch.addresses[row]
    var isImplied = release != 0 && ShapeFlags.has(ShapeFlags.ends, in: flags)
    if UInt64(row) == other.nextInexactRow {
      other.nextInexact += 1
      other.nextInexactRow =
        other.nextInexact < inexact.count ? inexact[other.nextInexact] : .max
      isImplied = false
    }
    let mayBegin = ShapeFlags.has(ShapeFlags.begins, in: flags)
    let begins = mayBegin && derived.categories[row] != DerivedColumns.noCategory
    let isInPlace = isImplied && begins && address == batch.olds[row]
    if release != 0 {
      let size: UInt64
      if release > derived.firstAllocation {
        let place = Int(release - 1 - derived.firstAllocation)
        size = batch.sizes[Int(derived.allocationRows[place])]
      } else {
        size = derived.farReleases[other.nextFar].size
        other.nextFar += 1
      }
      if isImplied, !isInPlace {
        model.release(mayBegin ? batch.olds[row] : address, size: size, thread: thread)
      }
    }
    if ShapeFlags.has(ShapeFlags.old, in: flags), !(mayBegin && isImplied) {
      olds.append(batch.olds[row])
    }
    if begins {
      return model.encode(address, size: batch.sizes[row], thread: thread, isInPlace: isInPlace)
    }
    if ShapeFlags.has(ShapeFlags.address, in: flags), mayBegin || !isImplied {
      addresses.append(address)
    }
    return nil
  }

  /// The columns of a row group, of whose batches these are the addresses.
  static func columns(_ parts: [AddressColumns]) -> [Column] {
    let codeCount = parts.reduce(0) { $0 + $1.codes.count }
    // All codes are bytes: they are what the encoding makes of them, behind the width.
    var codes: [UInt8] = []
    codes.reserveCapacity(codeCount + 1)
    if codeCount > 0 { codes.append(1) }
    var inexact: [UInt64] = []
    var firstRow: UInt64 = 0
    for part in parts {
      codes += part.codes
      inexact += part.inexact.map { $0 + firstRow }
      firstRow += UInt64(part.rows)
    }
    return [
      Column(
        number: ColumnID.addressCodes.rawValue, .fixed, valueCount: codeCount, content: codes),
      Column(.addressSteps, .varint, parts.flatMap(\.steps)),
      Column(.addresses, .delta, parts.flatMap(\.addresses)),
      Column(.olds, .delta, parts.flatMap(\.olds)),
      Column(.inexactReleases, .delta, inexact),
    ]
  }
}
