/// What the embedder passes to a run, as far as the global heap holds copies of it.
package struct PoolLaunch: Hashable, Sendable {
  /// The program's name and arguments (`argv`).
  package var arguments: [String]
  /// `NAME=VALUE`.
  package var environment: [String]
  /// Directories that are opened for the module beforehand.
  package var directories: [String]
  /// The file's buffer is a block of the pool, as `iwasm` has it; false where it lies in flash or
  /// in memory of the embedder's own.
  package var readsFileIntoPool: Bool

  /// As `iwasm FILE` runs a module: one argument, no environment, no directory.
  package init(
    arguments: [String], environment: [String] = [], directories: [String] = [],
    readsFileIntoPool: Bool = true
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directories = directories
    self.readsFileIntoPool = readsFileIntoPool
  }
}
