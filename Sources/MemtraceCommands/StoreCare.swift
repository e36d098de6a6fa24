import ArgumentParser
import Glibc
import TraceModel
import TraceReport
import TraceStore

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every byte of a store against its checksums.",
    discussion: """
      EXAMPLES
        memtrace verify trace.zst

      EXIT CODES
        0  the store is whole
        2  it is not: the damaged part is named
        64 wrong usage
      """)

  @OptionGroup var store: StoreArgument

  func run() throws {
    try store.read { store in
      let found = try store.verify()
      try ResultOutput.standardOutput(
        Array(
          ("\(store.path): whole; \(found.bytes) bytes in \(found.frames) frames, "
            + "\(found.rowGroups) row groups, \(Counted.text(found.events, "event"))\n").utf8))
    }
  }
}

struct Recover: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Makes a store of what is whole in a partial or damaged one.",
    discussion: """
      A store that was being written when the program died is NAME.partial; everything up to its \
      last whole row group can be read.

      EXAMPLES
        memtrace recover trace.zst.partial -o trace.zst
        memtrace recover trace.zst -o whole.zst

      EXIT CODES
        0  a store is written
        2  nothing in the file is whole, or it cannot be read or written
        64 wrong usage
      """)

  @Argument(help: ArgumentHelp("A partial or damaged store.", valueName: "file"))
  var path: String

  @Option(name: .short, help: ArgumentHelp("The store to write.", valueName: "file"))
  var output: String

  @Flag(help: "Replace an existing store.")
  var force = false

  func run() throws {
    let salvage = try Salvage(path: path)
    if FileIdentity.areSame(path, output) {
      throw TraceError(
        .exists, "\(output) would be written over what is recovered",
        at: SourceLocation(file: path), remedy: "name another output with -o")
    }
    // NAME.partial is where a store called NAME grows: what is recovered must not be that.
    let isInPlace = FileIdentity.areSame(path, output + ".partial")
    if isInPlace, unsafe access(output, F_OK) == 0, !force {
      throw TraceError(
        .exists, "exists", at: SourceLocation(file: output),
        remedy: "name another with -o, or use --force")
    }
    let written = isInPlace ? output + ".recovered" : output
    let writer = try TraceWriter(path: written, replaces: force)
    var ingestion = TraceIngestion(writer: writer, options: .init())
    do {
      try ingestion.copy(salvage)
      let openingEvents = ingestion.metadata.openingEvents
      guard ingestion.eventCount > openingEvents || ingestion.snapshots > 0 else {
        throw TraceError(
          .nothingFound, "no row group is whole", at: SourceLocation(file: path),
          remedy: "ingest the dump or the log again")
      }
      try ingestion.finish()
      if isInPlace { try Recover.rename(written, to: output) }
    } catch {
      writer.discard()
      throw error
    }
    Messages.print(ingestion.metadata.diagnostics)
    Messages.print(
      "\(output): \(Counted.text(ingestion.snapshots, "dump")), "
        + "\(Counted.text(ingestion.eventCount, "event")) recovered")
  }

  private static func rename(_ path: String, to name: String) throws(TraceError) {
    guard unsafe Glibc.rename(path, name) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw TraceError(
        .inputOutput, "cannot rename to \(name): \(reason)", at: SourceLocation(file: path))
    }
  }
}
