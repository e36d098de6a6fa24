package import ArgumentParser

/// The root command.
package struct Memtrace: ParsableCommand {
  package static let configuration = CommandConfiguration(commandName: "memtrace")

  package init() {}
}
