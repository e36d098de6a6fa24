extension CaptureLine {
  /// The input that it comes from, by its ordinal in the metadata.
  package var source: Int {
    get {
      switch self {
      case .loader(let line): line.source
      case .process(let line): line.source
      case .fileRead(let line): line.source
      case .heapCreated(let line): line.source
      case .heapStatistics(let line): line.source
      }
    }
    set {
      switch self {
      case .loader(var line):
        line.source = newValue
        self = .loader(line)
      case .process(var line):
        line.source = newValue
        self = .process(line)
      case .fileRead(var line):
        line.source = newValue
        self = .fileRead(line)
      case .heapCreated(var line):
        line.source = newValue
        self = .heapCreated(line)
      case .heapStatistics(var line):
        line.source = newValue
        self = .heapStatistics(line)
      }
    }
  }
}
