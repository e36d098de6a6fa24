import TraceModel

extension TraceError {
  /// Why a capture holds no dump, as far as it shows.
  static func noDump(in file: String, _ evidence: CaptureEvidence) -> TraceError {
    func error(_ message: String, line: Int? = nil, remedy: String) -> TraceError {
      TraceError(
        .nothingFound,
        "no memory-consumption dump: " + message,
        at: SourceLocation(file: file, line: line),
        remedy: remedy
      )
    }
    if let refusal = evidence.refusal {
      return error(
        "the runtime refused the module: \(refusal.text)",
        line: refusal.line,
        remedy: "use a module that this runtime accepts; "
          + "an .aot file must come from the wamrc of the same version and features"
      )
    }
    if let line = evidence.eventLine {
      return error(
        "its lines look like an allocator log's", line: line,
        remedy: "--input-format memtrace-log reads them, or says what is wrong: a line is "
          + "`<ns> tid=<n> <operation> <key>=<value>…`, with single spaces")
    }
    if let crash = evidence.crash {
      return error(
        "the run was ended before it printed one: \(crash.text)",
        line: crash.line,
        remedy: "the dump comes after the program's main function; the run must get there"
      )
    }
    if evidence.hasVerboseLine {
      return error(
        "the runtime logs at level 4, but the capture ends before a dump: the run was killed or "
          + "crashed, or the runtime was built without memory profiling",
        remedy: "let the run end by itself; \(building)"
      )
    }
    guard evidence.hasText else {
      return error("the capture is empty", remedy: "\(building); \(logging); \(both)")
    }
    let lines = evidence.hasLogLine ? "lines on memory" : "lines of the runtime"
    let cause =
      "there are no \(lines) in the capture: the runtime was built without memory profiling, its "
      + "log level is silent, or the run was killed before its end"
    if let line = evidence.lookAlikeLine {
      return error(
        "there are lines that look like a part of one, but they stand in no dump",
        line: line,
        remedy: "\(building); \(logging)"
      )
    }
    return error(cause, remedy: "\(building); \(logging); \(calling)")
  }

  private static let building =
    "build the runtime with cmake -DWAMR_BUILD_MEMORY_PROFILING=1 (-D…, not -W…)"
  private static let logging =
    "on versions after 2.4.4 run it at log level 4: iwasm -v=4, or "
    + "bh_log_set_verbose_level(4) in an embedder"
  private static let calling =
    "an embedder, and iwasm before 2022, must call wasm_runtime_dump_mem_consumption itself"
  private static let both = "capture its standard output and standard error"
}
