package import TraceModel

/// What an estimate says a run needs, as values that embedders, iwasm and Kconfig take.
package struct RunValues: Hashable, Sendable {
  /// The module's file; nil in an estimate written by hand.
  package var module: String?
  package var wamr: WamrVersion?
  package var mode: StructProfile.Mode?
  package var platform: String?
  package var features: BuildFeatures
  /// `stack_size`; nil where the estimate does not say it.
  package var stackBytes: Int64?
  /// `heap_size`; nil where the estimate does not say it.
  package var heapBytes: Int64?
  /// The global heap's pool; nil where the estimate has none, or one beyond WAMR's 32 bits.
  package var pool: Estimate.Pool?
  package var threads: Int64
  package var nativeStackBytes: Int64?
  package var maxMemoryPages: Int64?
  /// Where values differ from the estimate's configuration, and what they leave open.
  package var remarks: [String]

  package init(_ estimate: Estimate) {
    func number(_ name: String) -> Int64? { estimate.number(name) }
    module = estimate.module?.path
    wamr = estimate.text("wamr").flatMap { WamrVersion($0) }
    mode = estimate.text("mode").flatMap { StructProfile.Mode(rawValue: $0) }
    platform = estimate.text("platform")
    features = estimate.text("features").flatMap { BuildFeatures($0) } ?? BuildFeatures()
    threads = number("threads") ?? 0
    nativeStackBytes = number("nativeStackBytes")
    maxMemoryPages = number("maxMemoryPages")
    pool = estimate.pool.flatMap {
      (1...Int64(UInt32.max)).contains($0.minimum.rawValue) ? $0 : nil
    }
    remarks = []
    stackBytes = lowered(
      number("stackBytes") ?? estimate.bytes(ofOne: .wasmStack),
      to: estimate.row(.wasmStack)?.used.map {
        SizeRequest.stack(forUse: $0.rawValue)
      },
      "stack_size", because: "twice the static bound of its use")
    heapBytes = lowered(
      number("heapBytes") ?? estimate.bytes(ofOne: .appHeap),
      to: estimate.row(.appHeap)?.used.map {
        SizeRequest.withReserve($0.rawValue)
      },
      "heap_size", because: "the static bound of its use and a quarter more")
    if !remarks.isEmpty, pool != nil {
      remarks.append(
        "the pool is for the configuration of the estimate; estimate again with the lower sizes "
          + "for a smaller one")
    }
  }

  /// The smaller of what was configured and what a bound needs; a remark says where they differ.
  private mutating func lowered(
    _ configured: Int64?, to needed: Int64?, _ name: String, because reason: String
  ) -> Int64? {
    guard let configured, let needed, needed < configured else { return configured }
    remarks.append("\(name) is \(reason); \(configured) were configured")
    return needed
  }
}

extension Estimate {
  fileprivate func text(_ name: String) -> String? {
    guard case .text(let text) = configuration.first(where: { $0.name == name })?.value else {
      return nil
    }
    return text
  }

  /// A size or a count; nil for what WAMR's 32 bits cannot hold.
  fileprivate func number(_ name: String) -> Int64? {
    guard case .number(let value) = configuration.first(where: { $0.name == name })?.value,
      (0...Int64(UInt32.max)).contains(value)
    else { return nil }
    return value
  }

  /// A row's bytes where the run has one of it: an estimate by hand may say no more.
  fileprivate func bytes(ofOne category: MemoryCategory) -> Int64? {
    guard number("threads") ?? 0 == 0, number("instances") ?? 1 == 1 else { return nil }
    return row(category).map(\.expected.rawValue).flatMap { $0 <= UInt32.max ? $0 : nil }
  }

  fileprivate func row(_ category: MemoryCategory) -> Row? {
    rows.first { $0.category == category }
  }
}
