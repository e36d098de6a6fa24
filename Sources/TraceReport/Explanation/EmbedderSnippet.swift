import TraceModel

/// C code of an embedder: the runtime's initialisation and the module's instantiation.
///
/// Source: core/iwasm/include/wasm_export.h (12-30-2021 to main); `wasm_runtime_instantiate_ex` is
/// there from 2.0.0 on.
struct EmbedderSnippet {
  let values: RunValues

  var lines: [String] {
    var lines = ["/* From memtrace estimate: \(values.subject)."]
    lines += values.remarks.map { " * \($0)" }
    if let bytes = values.nativeStackBytes {
      lines.append(" * the thread that calls it has a native stack of \(bytes) bytes")
    }
    if values.maxMemoryPages != nil, !canLimitMemory {
      lines.append(" * this WAMR has no call that limits linear memory; link with --max-memory")
    }
    lines[lines.count - 1] += " */"
    lines += ["#include <string.h>", "#include \"wasm_export.h\"", ""]
    return lines + initialisation + [""] + instantiation
  }

  private var canLimitMemory: Bool { values.wamr.map { $0 >= .v2_0 } ?? true }

  private var initialisation: [String] {
    var lines: [String] = []
    if let pool = values.pool {
      let bytes = (pool.minimum.rawValue &+ 7) & ~7
      lines += [
        "/* The smallest pool that the run fits in; its largest block has "
          + "\(pool.largestBlock.rawValue) bytes. */",
        "static uint64_t pool[\(bytes) / 8];",
        "",
      ]
    }
    lines += [
      "static bool",
      "init_wamr(void)",
      "{",
      "    RuntimeInitArgs init_args;",
      "",
      "    memset(&init_args, 0, sizeof(init_args));",
    ]
    if values.pool == nil {
      lines.append("    init_args.mem_alloc_type = Alloc_With_System_Allocator;")
    } else {
      lines += [
        "    init_args.mem_alloc_type = Alloc_With_Pool;",
        "    init_args.mem_alloc_option.pool.heap_buf = pool;",
        "    init_args.mem_alloc_option.pool.heap_size = sizeof(pool);",
      ]
    }
    if values.threads > 0 {
      lines.append("    init_args.max_thread_num = \(values.threads);")
    }
    return lines + ["    return wasm_runtime_full_init(&init_args);", "}"]
  }

  private var instantiation: [String] {
    let stack = "\(values.stackBytes ?? 0)"
    let heap = "\(values.heapBytes ?? 0)"
    var lines = [
      "static wasm_module_inst_t",
      "instantiate(wasm_module_t module, char *error_buf, uint32_t error_buf_size)",
      "{",
    ]
    let comment = values.stackBytes == nil ? " /* WAMR's default */" : ""
    if let pages = values.maxMemoryPages, canLimitMemory {
      lines += [
        "    InstantiationArgs args = { 0 };",
        "",
        "    args.default_stack_size = \(stack);\(comment)",
        "    args.host_managed_heap_size = \(heap);",
        "    args.max_memory_pages = \(pages);",
        "    return wasm_runtime_instantiate_ex(module, &args, error_buf, error_buf_size);",
      ]
    } else {
      lines += [
        "    uint32_t stack_size = \(stack);\(comment)",
        "    uint32_t heap_size = \(heap);",
        "",
        "    return wasm_runtime_instantiate(module, stack_size, heap_size, error_buf,",
        "                                    error_buf_size);",
      ]
    }
    return lines + ["}"]
  }
}
