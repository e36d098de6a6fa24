package import ThreadPool
package import TraceModel

/// Who holds memory at the committed peak, found while batches pass by.
///
/// Jobs of a pool add up what each batch changes, one after the other. The batch in which the peak
/// stands, and the sites before it, are kept until a higher one comes.
package struct PeakHolders {
  /// What is added up: whoever does so sees to it that nobody else does meanwhile.
  private final class Sums: @unchecked Sendable {
    /// The sites before the batch of the peak, and what changed since.
    var before = SiteAggregator()
    private var since: SiteAggregator?
    private(set) var peakBatch: EventBatch?

    /// Rationale: while memory grows, nearly every batch holds a higher peak: what one changes is added
    /// up once, where the next batch says that it belongs.
    func take(_ batch: EventBatch, mayHoldPeak: Bool) {
      if mayHoldPeak {
        if let since {
          before.add(since)
        } else if let peakBatch {
          before.consume(peakBatch)
        }
        since = nil
        peakBatch = batch
      } else {
        if since == nil {
          since = SiteAggregator()
          if let peakBatch { since?.consume(peakBatch) }
        }
        since?.consume(batch)
      }
    }
  }

  private let sums: Sums
  private var jobs: JobChain<(batch: EventBatch, mayHoldPeak: Bool)>

  package init(pool: ThreadPool) {
    let sums = Sums()
    self.sums = sums
    jobs = JobChain(pool, limit: 2) {
      sums.take($0.batch, mayHoldPeak: $0.mayHoldPeak)
    }
  }

  /// Takes the next batch, matched; `peak` is the highest total so far.
  ///
  /// Of opening events only what they leave counts: the last of them may turn out to be the peak.
  package mutating func take(_ batch: EventBatch, peak: Peak, isOpening: Bool) {
    jobs.append((batch, isOpening || peak.bytes > 0 && peak.event >= batch.firstEvent))
  }

  /// The holders at the peak, which is that of all batches.
  package mutating func finish(
    at peak: Peak
  ) -> (cells: [CellBytes], sites: LargestSites) {
    jobs.finish()
    guard let batch = sums.peakBatch else { return ([], LargestSites(of: [])) }
    var cells = CellsAggregator(after: [peak.event])
    cells.consume(batch)
    var changes = SiteAggregator(through: peak.event)
    changes.consume(batch)
    sums.before.add(changes)
    return (cells.results.first ?? [], LargestSites(of: sums.before.liveSites))
  }
}
