import TraceModel

/// The frame of a call stack that tells a person who asked for memory.
enum SiteFrame {
  /// The recorder itself.
  private static let recorder = "libmemtrace-record"
  /// Where every request enters: the caller is what tells it from others.
  private static let entries: Set<String> = [
    "malloc", "calloc", "realloc", "reallocarray", "free", "memalign", "aligned_alloc",
    "posix_memalign", "valloc", "pvalloc", "mmap", "mmap64", "munmap", "mremap", "mprotect",
    "madvise", "brk", "sbrk", "strdup", "__strdup", "strndup", "__strndup", "__GI___strdup",
    "operator new", "operator new[]", "operator delete", "operator delete[]", "syscall",
    // WAMR's own entries and the platform's beneath them.
    "os_malloc", "os_realloc", "os_mmap", "os_mremap", "wasm_runtime_malloc",
    "wasm_runtime_malloc_internal", "wasm_runtime_realloc", "wasm_runtime_realloc_internal",
    "wasm_runtime_aligned_alloc", "runtime_malloc", "loader_malloc",
  ]

  /// The innermost frame, by function and place, that is neither the recorder nor an allocator's entry.
  ///
  /// Frames stand innermost first. Where all are such frames, the innermost; nil where there is none.
  static func readable(_ frames: [String]) -> String? {
    let frame = frames.first { !isEntry(FrameText($0)) } ?? frames.first
    return frame.map(FrameText.readable)
  }

  private static func isEntry(_ frame: FrameText) -> Bool {
    if let module = frame.module, module.hasPrefix(recorder) { return true }
    guard let function = frame.function else { return false }
    let name = function.prefix { $0 != "(" }
    return entries.contains(function) || entries.contains(String(name))
      || name.hasPrefix("__libc_") && entries.contains(String(name.dropFirst(7)))
      || name.hasPrefix("__GI___libc_") && entries.contains(String(name.dropFirst(12)))
  }
}
