import TraceModel
import TraceReport
import TraceStore

/// One run or estimate with the key by which it is compared.
struct RunMeasurement {
  let path: String
  let identity: RunIdentity
  /// nil for an estimate.
  let store: TraceFile?
  /// One for each measure that the file has.
  let footprints: [Footprint]

  /// Labels that the user gives hold before those in the file.
  init(path: String, labels: [RunLabel] = []) throws {
    self.path = path
    let input = try FootprintInput(path: path)
    store = input.store
    switch input {
    case .estimate(let estimate):
      identity = RunIdentity(estimate.labels + labels)
      footprints = [Footprint(estimate)]
    case .store(let store):
      identity = RunIdentity(store.metadata.labels + labels)
      footprints = try Measure.allCases.compactMap { measure in
        do {
          return try StoreFootprint(store: store).peak(measure)
        } catch let error as TraceError where error.code == .insufficientData {
          return nil
        }
      }
    }
  }

  func footprint(_ measure: Measure) -> Footprint? {
    footprints.first { $0.measure == measure }
  }
}

extension Footprint {
  /// What an estimate expects, as a run would measure it.
  init(_ estimate: Estimate) {
    self.init(
      measure: .committed, source: .estimate,
      rows: estimate.rows.map {
        FootprintRow($0.category, $0.expected, container: $0.container, used: $0.used)
      },
      covers: estimate.covers)
    sortRows()
  }
}
