import MemtraceTestSupport
import Testing

/// What each reading command prints of three runs, as people and as programs read it.
@Suite struct GoldenTests {
  /// A sample, the arguments after it was ingested into `run.zst`, and the golden's name.
  struct Case: CustomTestStringConvertible, Sendable {
    var sample: Sample
    var arguments: [String]
    var golden: String
    var exitCode: Int32

    init(_ sample: Sample, _ arguments: String, _ golden: String, exitCode: Int32 = 0) {
      self.sample = sample
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.golden = "\(sample.rawValue).\(golden)"
      self.exitCode = exitCode
    }

    var testDescription: String { golden }
  }

  static let cases = [
    Case(.memmax, "peak run.zst", "peak.text"),
    Case(.memmax, "peak run.zst --format json", "peak.json"),
    Case(.memmax, "peak run.zst --format csv", "peak.csv"),
    Case(.memmax, "peak run.zst --format markdown", "peak.markdown"),
    Case(.memmax, "peak run.zst --from snapshots --bytes", "peak-snapshots.text"),
    Case(.memmax, "peak run.zst --from snapshots --measure used", "peak-snapshots-used.text"),
    Case(.memmax, "snapshots run.zst", "snapshots.text"),
    Case(.memmax, "snapshots run.zst --format json", "snapshots.json"),
    Case(.memmax, "snapshots run.zst --format csv", "snapshots.csv"),
    Case(.memmax, "timeline run.zst --buckets 6", "timeline.text"),
    Case(.memmax, "timeline run.zst --from snapshots", "timeline-snapshots.text"),
    Case(.memmax, "timeline run.zst --from snapshots --format json", "timeline-snapshots.json"),
    Case(.memmax, "leaks run.zst", "leaks.text"),
    Case(.memmax, "export run.zst --to log", "export.log"),
    Case(.memmax, "export run.zst --to csv", "export.csv"),
    Case(.memmax, "diff memmax.json run.zst --from snapshots", "diff.text"),
    Case(.memmax, "diff memmax.json run.zst --from snapshots --format json", "diff.json"),
    Case(.memmax, "diff memmax.json run.zst --from snapshots --format markdown", "diff.markdown"),
    Case(.memmax, "diff memmax.json run.zst --from snapshots --format csv", "diff.csv"),
    Case(.memmax, "diff memmax.json run.zst", "diff-events.text", exitCode: 1),
    Case(
      .memmax,
      "diff memmax-small-stack.json run.zst --from snapshots",
      "diff-over.text",
      exitCode: 1
    ),
    Case(
      .memmax,
      "diff memmax-small-stack.json run.zst --from snapshots --tolerance 5%,48KiB",
      "diff-tolerance.text"
    ),
    Case(.memmax, "diff run.zst run.zst", "diff-stores.text"),
    Case(.memmax, "diff run.zst run.zst --fields --from snapshots", "diff-stores-fields.text"),
    Case(.threads, "peak run.zst --by category,thread", "peak-by-thread.text"),
    Case(.threads, "peak run.zst --by category,thread --format json", "peak-by-thread.json"),
    Case(.threads, "peak run.zst --by thread --format csv", "peak-by-thread.csv"),
    Case(.threads, "peak run.zst --measure reserved", "peak-reserved.text"),
    Case(.threads, "timeline run.zst --buckets 12 --by category", "timeline-by-category.text"),
    Case(
      .threads,
      "timeline run.zst --buckets 4 --by category --format json",
      "timeline-by-category.json"
    ),
    Case(
      .threads,
      "timeline run.zst --buckets 4 --by thread --format csv",
      "timeline-by-thread.csv"
    ),
    Case(.threads, "threads run.zst", "threads.text"),
    Case(.threads, "threads run.zst --format json", "threads.json"),
    Case(.threads, "threads run.zst --format csv", "threads.csv"),
    Case(.threads, "leaks run.zst", "leaks.text"),
    Case(.sites, "sites run.zst", "sites.text"),
    Case(.sites, "sites run.zst --format json", "sites.json"),
    Case(.sites, "sites run.zst --top 2 --format markdown", "sites-top.markdown"),
    Case(.sites, "sites run.zst --at end", "sites-end.text"),
    Case(.sites, "sites run.zst --at 1350", "sites-at.text"),
    Case(.sites, "leaks run.zst", "leaks.text"),
    Case(.sites, "leaks run.zst --format json", "leaks.json"),
    Case(.sites, "peak run.zst --by category,site", "peak-by-site.text"),
    Case(.sites, "export run.zst --to log", "export.log"),
    Case(.sites, "export run.zst --to csv", "export.csv"),
  ]

  @Test(arguments: cases)
  func `a command prints its golden`(_ golden: Case) throws {
    let place = try Workplace()
    try place.ingest(golden.sample)
    let outcome = try ProgramUnderTest.run(golden.arguments, in: place.path)
    #expect(outcome.exitCode == golden.exitCode, "\(outcome.errors)")
    expectGolden(outcome.output, golden.golden)
  }

  @Test(arguments: Sample.allCases)
  func `ingest says what it found`(_ sample: Sample) throws {
    let outcome = try Workplace().ingest(sample)
    #expect(outcome.output.isEmpty)
    expectGolden(outcome.errors, "\(sample.rawValue).ingest.messages")
  }

  /// The sizes of columns move with versions of libzstd: those columns are cut off.
  @Test func `info shows sources, labels, figures and columns`() throws {
    let place = try Workplace()
    try place.ingest(.memmax, "--label", "target=x86-64")
    let lines = try place.succeed("info", "run.zst").output.split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    let first = try #require(lines.first)
    #expect(first.hasPrefix("run.zst: store of version 6, "))
    let columns = try #require(lines.firstIndex(of: "columns"))
    expectGolden(lines[1..<columns].joined(separator: "\n") + "\n", "memmax.info.text")
    #expect(lines[columns + 1].hasPrefix("table"))
    let tables = Set(lines[(columns + 2)...].compactMap { $0.split(separator: " ").first })
    #expect(tables == ["events", "metadata", "snapshots", "summary"])
  }

  @Test func `categories are the contract's table`() throws {
    let outcome = try Workplace().succeed("categories", "--format", "markdown")
    expectGolden(outcome.output, "categories.markdown")
  }

  @Test func `an exported log is the ingested one`() throws {
    let place = try Workplace()
    for sample in Sample.allCases {
      try place.ingest(sample, "--force")
      try place.succeed("export", "run.zst", "--to", "log", "-o", "back.log", "--force")
      try place.write(try place.bytes("back.log"), to: "first.log")
      try place.succeed("ingest", "back.log", "-o", "again.zst", "--scope", "wamr", "--force")
      try place.succeed("export", "again.zst", "--to", "log", "-o", "back.log", "--force")
      #expect(try place.bytes("back.log") == place.bytes("first.log"))
    }
    #expect(try place.contents().filter { $0.hasSuffix(".partial") } == [])
  }
}

/// Recordings in SampleTraces.
enum Sample: String, CaseIterable, Sendable {
  case memmax
  case threads
  case sites

  var files: [String] {
    switch self {
    case .memmax: ["runs/1.2.3-fast-memmax/stdout.txt", "runs/1.2.3-fast-memmax/alloc.log"]
    case .threads: ["logs/preload__main-fast__threads_wat.log"]
    case .sites: ["runs/handwritten-sites/alloc.log"]
    }
  }

  var options: [String] { self == .memmax ? ["--scope", "wamr"] : [] }
}

extension Workplace {
  /// Ingests a sample into `run.zst`, beside the estimates that belong to it.
  ///
  /// Without options the store may be a copy of the one that another test has made.
  @discardableResult
  func ingest(_ sample: Sample, _ options: String...) throws -> ProgramUnderTest.Outcome {
    for file in sample.files {
      let name = String(file.split(separator: "/").last ?? "")
      if try contents().contains(name) { try remove(name) }
      try copy(file, to: name)
    }
    let names = sample.files.map { String($0.split(separator: "/").last ?? "") }
    if sample == .memmax {
      for estimate in ["memmax.json", "memmax-small-stack.json"]
      where try !contents().contains(estimate) {
        try copy("estimates/\(estimate)", to: estimate)
      }
    }
    let arguments = ["ingest"] + names + ["-o", "run.zst"] + sample.options + options
    let outcome =
      options.isEmpty
      ? try makeOnce(["run.zst"], as: sample.files) {
        try ProgramUnderTest.run(arguments, in: path)
      } : try ProgramUnderTest.run(arguments, in: path)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    return outcome
  }
}
