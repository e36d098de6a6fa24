import TraceModel

/// Native stacks, their guards, and the aux stacks of the threads that the module creates.
///
/// Sources: core/shared/platform/common/posix/posix_thread.c (guard pages, signal stacks),
/// core/iwasm/libraries/thread-mgr/thread_manager.c.
struct ThreadRows {
  let build: RuntimeBuild
  /// The main thread's aux stack.
  let auxStackBytes: Int64
  /// What compiled code needs of the native stack.
  let frames: StackNeed?

  private var threads: Int64 { build.configuration.threads }

  /// Pages at a stack's low end that are made inaccessible.
  private static let guardPages: Int64 = 3
  /// `SIG_ALT_STACK_SIZE`.
  private static let signalStackBytes: Int64 = 32_768

  var rows: [Estimate.Row] {
    [nativeStack, stackGuard] + (threads > 0 ? [threadAuxStack] : [])
  }

  private var hasGuards: Bool { build.checksBoundsInHardware }

  private var nativeStack: Estimate.Row {
    let own = hasGuards ? ThreadRows.guardPages * build.platform.pageBytes : 0
    let each = max(0, build.threadStackBytes - own)
    let main = build.configuration.nativeStackSize ?? 0
    let all = main + LargestSize.product(each, threads)
    var row = Estimate.Row(.nativeStack, ByteCount(all))
    row.minimum = ByteCount(main)
    row.maximum = ByteCount(all)
    row.reserved = ByteCount(main + LargestSize.product(build.threadStackBytes, threads))
    row.basis = .bound
    row.why = RowText.sentence([
      mainSentence,
      threads > 0
        ? "\(RowText.bytes(build.threadStackBytes)) for each of \(RowText.count(threads, "thread"))"
          + (own > 0 ? ", \(RowText.bytes(own)) of it guard pages" : "") : "",
      frames?.sentence ?? "",
    ])
    row.used = frames?.bytes.map { ByteCount($0) }
    if threads > 0 {
      row.changes = [
        Estimate.Change(
          "build WAMR with a smaller APP_THREAD_STACK_SIZE_DEFAULT, or set the attribute's stack size",
          saved: nil)
      ]
    }
    return row
  }

  private var mainSentence: String {
    if let bytes = build.configuration.nativeStackSize {
      return "\(RowText.bytes(bytes)) for the thread that runs the module"
    }
    guard let usual = build.platform.mainStackBytes else {
      return
        "the stack of the thread that runs the module is not counted; --native-stack-size says it"
    }
    let touched = hasGuards ? ", all of it touched at the start for the guard pages" : ""
    return
      "the main thread's stack is the system's (usually \(RowText.bytes(usual))\(touched)) and "
      + "not counted; --native-stack-size counts it"
  }

  private var stackGuard: Estimate.Row {
    let page = build.platform.pageBytes
    let bytes = hasGuards ? ThreadRows.signalStackBytes * (1 + threads) : 0
    var row = Estimate.Row(.stackGuard, ByteCount(bytes))
    row.basis = .exact
    row.minimum = ByteCount(hasGuards ? ThreadRows.signalStackBytes : 0)
    row.maximum = ByteCount(bytes)
    if threads > 0 { row.basis = .bound }
    row.reserved =
      hasGuards ? ByteCount(page * (build.configuration.instances + threads)) : nil
    row.why =
      hasGuards
      ? "a signal stack of \(RowText.bytes(ThreadRows.signalStackBytes)) for each thread, and an "
        + "inaccessible page for each execution environment"
      : "none: this build does not check bounds in hardware"
    return row
  }

  private var threadAuxStack: Estimate.Row {
    switch build.configuration.threadModel {
    case .wasi:
      let all = LargestSize.product(auxStackBytes, threads)
      var row = Estimate.Row(.threadAuxStack, ByteCount(all))
      row.basis = .assumption
      row.why =
        "libc takes a stack of the main one's size from its heap for each thread, unless "
        + "pthread_attr_setstacksize says otherwise"
      row.changes = [
        Estimate.Change(
          "pthread_attr_setstacksize, or link with a smaller -z stack-size", saved: nil)
      ]
      return row
    case .pthread:
      // CLUSTER_MAX_THREAD_NUM is 4 where iwasm's --max-threads does not say otherwise.
      let parts = max(4, threads) + 1
      let each = (auxStackBytes / parts) & ~15
      var row = Estimate.Row(.threadAuxStack, ByteCount(each * threads))
      row.container = .auxStack
      row.basis = .assumption
      row.why =
        "lib-pthread cuts the main thread's aux stack into \(parts) equal parts, one for each thread"
      return row
    }
  }
}
