/// Every constant of the store's format; `TraceFileFormat.md` beside this file is normative.
package enum TraceFileFormat {
  /// The version that this program writes; it reads this and every older one.
  package static let version: UInt32 = 6

  static let headerMagic = Array("MEMTRACE".utf8)
  static let groupMagic = Array("MTGROUP1".utf8)
  static let footerMagic = Array("MTFOOTER".utf8)
  /// One of zstd's sixteen skippable frame magics; readers of zstd pass over such frames.
  static let skippableMagic: UInt32 = 0x184D_2A5E
  static let skippableHeaderBytes = 8
  /// Footer length, footer magic, checksum.
  static let trailerBytes = 8 + 8 + 4

  /// Rows of a row group of events, where nothing ends it earlier: more of them compress better, fewer
  /// are read sooner.
  static let eventRows = 1 << 18

  /// What a reader takes from a file at the most: a larger value is damage, not data.
  enum Limit {
    static let rows = 1 << 20
    static let values = 1 << 24
    static let rawBytes = 1 << 28
    static let columns = 1 << 16
    static let shapes = Int(UInt16.max)
    static let directoryBytes = 1 << 26
    static let groups = 1 << 24
    static let footerBytes = 1 << 30
  }
}

/// What the rows of a row group are.
enum TableID: UInt64 {
  case events = 1
  case snapshots = 2
  case captureLines = 3
  case stacks = 4
  case logHeaders = 5
  case metadata = 6
  case summary = 7

  var name: String { String(describing: self) }
}

/// The columns of all tables; the numbers are written to disk and never reused.
enum ColumnID: UInt64 {
  // Events.
  case shapeTable = 1
  case shapes = 2
  case times = 3
  case threads = 4
  case addresses = 5
  case olds = 6
  case sizes = 7
  case stacks = 8
  case texts = 9
  case extraFields = 10
  case categories = 11
  case releases = 12
  case missedRows = 13
  case missedReleases = 14
  case farSizes = 15
  case farThreads = 16
  case farCategories = 17
  case farStacks = 18
  case adjustmentRows = 19
  case adjustmentCategories = 20
  case adjustmentThreads = 21
  case adjustmentOwners = 22
  case adjustmentStacks = 23
  case adjustmentCommitted = 24
  case adjustmentReserved = 25
  case adjustmentCounts = 26
  case checkpointCategories = 27
  case checkpointThreads = 28
  case checkpointCommitted = 29
  case checkpointReserved = 30
  case checkpointCounts = 31
  // Since version 3, in the place of columns 3, 12 and 14, and of most of 5 and 6.
  case startTime = 32
  case timeSteps = 33
  case releaseTimeSteps = 34
  case firstAllocation = 35
  case releasedAllocations = 36
  case missedAllocations = 37
  case addressCodes = 38
  case addressSteps = 39
  // Snapshots and capture lines.
  case sources = 40
  case lines = 41
  case threadNames = 42
  case milliseconds = 43
  case complete = 44
  case presentFields = 45
  case unknownFields = 46
  case values = 47
  case kinds = 48
  case valueCounts = 49
  // Events, since version 3.
  case inexactReleases = 50
  // Events, since version 4, where the clock advances in ticks.
  case tickPeriod = 51
  case timeCorrectionRows = 52
  case timeCorrections = 53
  // Events, since version 5, in the place of columns 33 and 34.
  case stepBits = 54
  case longSteps = 55
  // Stacks and log headers.
  case ids = 60
  case parents = 61
  case positions = 62
  // Stacks, since version 4.
  case frames = 63
  // Metadata and summary: one document each.
  case document = 70
  // The summary, since version 3.
  case peakCells = 71
  case peakSites = 72
  // What module instances hold, of the events.
  case instanceRows = 80
  case instances = 81
  case instanceCategories = 82
  case instanceThreads = 83
  case instanceOwners = 84
  case instanceStacks = 85
  case instanceCommitted = 86
  case instanceReserved = 87
  case instanceCounts = 88

  /// The first number of the columns of further keys: one each, in the order of `extraFields`.
  static let firstExtra: UInt64 = 1000

  /// The columns of codes of steps of time, since version 5: one for each ``StepContext``.
  static let stepCodes: Range<UInt64> = 100..<100 + UInt64(StepContext.count)

  static func isKnown(_ number: UInt64) -> Bool {
    ColumnID(rawValue: number) != nil || stepCodes.contains(number) || number >= firstExtra
  }

  /// What a known column is called.
  static func name(of number: UInt64) -> String {
    if number >= firstExtra { return "key \(number - firstExtra)" }
    if stepCodes.contains(number) {
      return StepContext(place: Int(number - stepCodes.lowerBound)).columnName
    }
    return ColumnID(rawValue: number).map { String(describing: $0) } ?? "\(number)"
  }
}
