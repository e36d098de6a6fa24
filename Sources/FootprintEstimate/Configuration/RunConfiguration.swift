package import TraceModel

/// How a module is run: what WAMR's build, the embedder and the device decide.
package struct RunConfiguration: Hashable, Sendable {
  /// How `pthread_create` of the module's libc works.
  package enum ThreadModel: String, CaseIterable, Hashable, Sendable {
    /// wasi-threads: libc gives each thread an aux stack from its heap.
    case wasi
    /// WAMR's lib-pthread: the aux stack of the main thread is cut into equal parts.
    case pthread
  }

  package var wamr: WamrVersion
  /// Nil for bytecode: the fast interpreter, which is what WAMR builds by default.
  package var mode: StructProfile.Mode?
  /// Nil: that of the .aot file, x86_64 for bytecode.
  package var target: Target?
  package var platform: Platform
  /// Only what the user said; the rest is that of the profile.
  package var features: BuildFeatures
  /// The operand stack (`stack_size` of `wasm_runtime_instantiate`); nil for iwasm's default.
  package var stackSize: Int64?
  /// The app heap (`heap_size`); nil for iwasm's default.
  package var heapSize: Int64?
  /// Threads that the module creates beside the main one.
  package var threads: Int64
  /// The native stack of each; nil for the build's default.
  package var threadStackSize: Int64?
  package var threadModel: ThreadModel
  /// The embedder's limit for linear memory (`max_memory_pages`); nil for none.
  package var maxMemoryPages: Int64?
  /// Instances of the module at the same time.
  package var instances: Int64
  /// The native stack of the thread that runs the module; nil for the platform's default.
  package var nativeStackSize: Int64?

  package init() {
    wamr = RunConfiguration.latestRelease
    platform = .linux
    features = BuildFeatures()
    threads = 0
    threadModel = .wasi
    instances = 1
  }

  /// The version that is assumed where none is named.
  package static let latestRelease = WamrVersion("2.4.4") ?? .main
}
