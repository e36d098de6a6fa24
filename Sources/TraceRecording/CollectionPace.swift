import Glibc

/// How long to wait between two rounds: records are taken out in large pieces, before rings fill.
package struct CollectionPace {
  private static let shortest = 200_000
  private static let longest = 5_000_000
  private var nanoseconds = shortest

  package init() {}

  /// Takes no processor from the program in the middle of its work, for what the calling thread does
  /// from now on.
  ///
  /// SCHED_BATCH: it keeps its fair share, so that rings are emptied on a busy machine too.
  package static func yieldToProgram() {
    let batch: Int32 = 3
    var parameters = sched_param()
    _ = unsafe sched_setscheduler(0, batch, &parameters)
  }

  /// Waits, or not, by how full the fullest ring was, in eighths.
  package mutating func pause(fullest: Int) {
    switch fullest {
    case 0, 1: nanoseconds = min(nanoseconds * 2, CollectionPace.longest)
    case 2: nanoseconds = max(nanoseconds / 2, CollectionPace.shortest)
    default:
      nanoseconds = CollectionPace.shortest
      return
    }
    StartedProgram.pause(nanoseconds: nanoseconds)
  }
}
