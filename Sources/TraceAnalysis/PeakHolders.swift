package import ThreadPool
package import TraceModel

/// Who holds memory at the committed peak, found while batches pass by.
///
/// What each batch changes is added up by jobs of a pool. The batch in which the peak stands, and
/// the sites before it, are kept until a higher one comes.
package struct PeakHolders {
  private let pool: ThreadPool
  /// Batches not added up yet: only those in which the peak may be are kept themselves.
  private var pending: [(peakBatch: EventBatch?, changes: Future<SiteAggregator, Never>)] = []
  /// The sites before the batch of the peak, and what changed since.
  private var before = SiteAggregator()
  private var since = SiteAggregator()
  private var peakBatch: EventBatch?

  package init(pool: ThreadPool) {
    self.pool = pool
  }

  /// Takes the next batch, matched; `peak` is the highest total so far.
  ///
  /// Of opening events only what they leave counts: the last of them may turn out to be the peak.
  package mutating func take(_ batch: EventBatch, peak: Peak, isOpening: Bool) {
    let holdsPeak = isOpening || peak.bytes > 0 && peak.event >= batch.firstEvent
    let changes = pool.run { () -> SiteAggregator in
      var changes = SiteAggregator()
      changes.consume(batch)
      return changes
    }
    pending.append((holdsPeak ? batch : nil, changes))
    addUp(leaving: pool.threadCount == 1 ? 0 : 4 * pool.threadCount)
  }

  private mutating func addUp(leaving rest: Int) {
    while pending.count > rest {
      let next = pending.removeFirst()
      let changes = next.changes.take()
      if let batch = next.peakBatch {
        before.add(since)
        since = changes
        peakBatch = batch
      } else {
        since.add(changes)
      }
    }
  }

  /// The holders at the peak, which is that of all batches.
  package mutating func finish(
    at peak: Peak
  ) -> (cells: [CellBytes], sites: LargestSites) {
    addUp(leaving: 0)
    guard let batch = peakBatch else { return ([], LargestSites(of: [])) }
    var cells = CellsAggregator(after: [peak.event])
    cells.consume(batch)
    var changes = SiteAggregator(through: peak.event)
    changes.consume(batch)
    before.add(changes)
    return (cells.results.first ?? [], LargestSites(of: before.liveSites))
  }
}
