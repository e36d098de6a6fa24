/// What a thread is in a WAMR process.
package enum ThreadRole: String, Hashable, Sendable {
  /// The process's first thread.
  case main
  /// It runs WASM with an execution environment of its own.
  case worker
  /// The embedder's or a library's.
  case host
}
