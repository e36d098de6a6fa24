// Made by Tools/generate-struct-profiles from struct sizes measured in WAMR builds.

extension StructProfile {
  /// The builds whose struct sizes are known.
  package static let all: [StructProfile] = [
    StructProfile(
      version: "05-18-2022",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3184,
      heap: 368,
      instanceHoldsMemories: false,
      interpreter: StructProfile.Sizes(
        module: 336,
        instance: 312,
        memoryInstance: 64,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=0"
    ),
    StructProfile(
      version: "1.0.0",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3208,
      heap: 368,
      instanceHoldsMemories: false,
      interpreter: StructProfile.Sizes(
        module: 336,
        instance: 304,
        memoryInstance: 64,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 424,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=1"
    ),
    StructProfile(
      version: "1.0.0",
      config: "fast",
      pointerBytes: 8,
      execEnv: 136,
      heap: 368,
      instanceHoldsMemories: false,
      interpreter: StructProfile.Sizes(
        module: 312,
        instance: 304,
        memoryInstance: 64,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 424,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=1 AOT=1 MEMORY_TRACING=1"
    ),
    StructProfile(
      version: "1.2.3",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3224,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 368,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 464,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=1"
    ),
    StructProfile(
      version: "1.2.3",
      config: "fast",
      pointerBytes: 8,
      execEnv: 280,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 344,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 464,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 FAST_INTERP=1 AOT=1"
    ),
    StructProfile(
      version: "1.3.3",
      config: "aot",
      pointerBytes: 8,
      execEnv: 280,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 368,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 464,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 INTERP=0 AOT=1 DUMP_CALL_STACK=1"
    ),
    StructProfile(
      version: "1.3.3",
      config: "aot_nohw",
      pointerBytes: 8,
      execEnv: 264,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 368,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 464,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 INTERP=0 AOT=1 HW_BOUND_CHECK=0"
    ),
    StructProfile(
      version: "1.3.3",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3208,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 368,
        instance: 384,
        memoryInstance: 64,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=0"
    ),
    StructProfile(
      version: "1.3.3",
      config: "classic32",
      pointerBytes: 4,
      execEnv: 1608,
      heap: 204,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 244,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 256,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 TARGET=X86_32 FAST_INTERP=0 AOT=1"
    ),
    StructProfile(
      version: "1.3.3",
      config: "fast",
      pointerBytes: 8,
      execEnv: 264,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 344,
        instance: 384,
        memoryInstance: 64,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 FAST_INTERP=1 AOT=0"
    ),
    StructProfile(
      version: "1.3.3",
      config: "full",
      pointerBytes: 8,
      execEnv: 3352,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 392,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 496,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=0 AOT=1 LOAD_CUSTOM_SECTION=1 DUMP_CALL_STACK=1 PERF_PROFILING=1 CUSTOM_NAME_SECTION=1 MEMORY_TRACING=1"
    ),
    StructProfile(
      version: "12-30-2021",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3208,
      heap: 368,
      instanceHoldsMemories: false,
      interpreter: StructProfile.Sizes(
        module: 296,
        instance: 304,
        memoryInstance: 64,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 408,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=1"
    ),
    StructProfile(
      version: "12-30-2021",
      config: "fast",
      pointerBytes: 8,
      execEnv: 136,
      heap: 368,
      instanceHoldsMemories: false,
      interpreter: StructProfile.Sizes(
        module: 296,
        instance: 304,
        memoryInstance: 64,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 408,
        instance: 424,
        memoryInstance: 104,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=1 AOT=1"
    ),
    StructProfile(
      version: "2.2.0",
      config: "aot",
      pointerBytes: 8,
      execEnv: 288,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 424,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 560,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 INTERP=0 AOT=1 DUMP_CALL_STACK=1"
    ),
    StructProfile(
      version: "2.2.0",
      config: "aot_nohw",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 408,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 544,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 INTERP=0 AOT=1 HW_BOUND_CHECK=0"
    ),
    StructProfile(
      version: "2.2.0",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3216,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 408,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=0"
    ),
    StructProfile(
      version: "2.2.0",
      config: "fast",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 384,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 FAST_INTERP=1 AOT=0"
    ),
    StructProfile(
      version: "2.2.0",
      config: "fast32",
      pointerBytes: 4,
      execEnv: 76,
      heap: 204,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 256,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 296,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 TARGET=X86_32 FAST_INTERP=1 AOT=1"
    ),
    StructProfile(
      version: "2.4.4",
      config: "aot",
      pointerBytes: 8,
      execEnv: 288,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 424,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 560,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 INTERP=0 AOT=1 DUMP_CALL_STACK=1"
    ),
    StructProfile(
      version: "2.4.4",
      config: "aot_nohw",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 408,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 544,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 INTERP=0 AOT=1 HW_BOUND_CHECK=0"
    ),
    StructProfile(
      version: "2.4.4",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3216,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 408,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=0"
    ),
    StructProfile(
      version: "2.4.4",
      config: "fast",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 384,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 LIB_WASI_THREADS=1 FAST_INTERP=1 AOT=0"
    ),
    StructProfile(
      version: "2.4.4",
      config: "tracing",
      pointerBytes: 8,
      execEnv: 160,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 384,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 544,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 AOT=1 FAST_INTERP=1 MEMORY_TRACING=1"
    ),
    StructProfile(
      version: "main",
      config: "aot",
      pointerBytes: 8,
      execEnv: 288,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 432,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 568,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 INTERP=0 AOT=1 LIB_WASI_THREADS=1 DUMP_CALL_STACK=1"
    ),
    StructProfile(
      version: "main",
      config: "aot_nohw",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 416,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 552,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 INTERP=0 AOT=1 LIB_WASI_THREADS=1 HW_BOUND_CHECK=0"
    ),
    StructProfile(
      version: "main",
      config: "classic",
      pointerBytes: 8,
      execEnv: 3216,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 416,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=0"
    ),
    StructProfile(
      version: "main",
      config: "classic32",
      pointerBytes: 4,
      execEnv: 1612,
      heap: 204,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 272,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 300,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 TARGET=X86_32 FAST_INTERP=0 AOT=1"
    ),
    StructProfile(
      version: "main",
      config: "classic_full",
      pointerBytes: 8,
      execEnv: 3360,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 456,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 600,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=0 AOT=1 LOAD_CUSTOM_SECTION=1 DUMP_CALL_STACK=1 PERF_PROFILING=1 CUSTOM_NAME_SECTION=1"
    ),
    StructProfile(
      version: "main",
      config: "debug",
      pointerBytes: 8,
      execEnv: 3232,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 416,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 552,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "BUILD_TYPE=Debug MEMORY_PROFILING=1 MEMORY_TRACING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=0 AOT=1"
    ),
    StructProfile(
      version: "main",
      config: "fast",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 392,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=1 AOT=0 LIB_WASI_THREADS=1"
    ),
    StructProfile(
      version: "main",
      config: "fast32",
      pointerBytes: 4,
      execEnv: 76,
      heap: 204,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 260,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 300,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 TARGET=X86_32 FAST_INTERP=1 AOT=1"
    ),
    StructProfile(
      version: "main",
      config: "fast_nohw",
      pointerBytes: 8,
      execEnv: 256,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 392,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=1 AOT=0 HW_BOUND_CHECK=0"
    ),
    StructProfile(
      version: "main",
      config: "gc",
      pointerBytes: 8,
      execEnv: 3240,
      heap: 696,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 472,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 632,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 GC=1 FAST_INTERP=0 AOT=1 REF_TYPES=1"
    ),
    StructProfile(
      version: "main",
      config: "multimem",
      pointerBytes: 8,
      execEnv: 3216,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 416,
        instance: 424,
        memoryInstance: 80,
        memory: 16
      ),
      aot: nil,
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 MULTI_MEMORY=1 FAST_INTERP=0 AOT=0"
    ),
    StructProfile(
      version: "main",
      config: "tracing",
      pointerBytes: 8,
      execEnv: 160,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 392,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 552,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features: "MEMORY_PROFILING=1 LIBC_WASI=1 SIMD=0 FAST_INTERP=1 AOT=1 MEMORY_TRACING=1"
    ),
    StructProfile(
      version: "main",
      config: "usage",
      pointerBytes: 8,
      execEnv: 3344,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 416,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 552,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=0 AOT=1 ALLOC_WITH_USAGE=1 HW_BOUND_CHECK=0"
    ),
    StructProfile(
      version: "main",
      config: "usagehw",
      pointerBytes: 8,
      execEnv: 288,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 392,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 552,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=1 AOT=1 ALLOC_WITH_USAGE=1"
    ),
    StructProfile(
      version: "main",
      config: "vg",
      pointerBytes: 8,
      execEnv: 272,
      heap: 384,
      instanceHoldsMemories: true,
      interpreter: StructProfile.Sizes(
        module: 392,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      aot: StructProfile.Sizes(
        module: 552,
        instance: 464,
        memoryInstance: 120,
        memory: 16
      ),
      features:
        "MEMORY_PROFILING=1 LIBC_WASI=1 LIB_WASI_THREADS=1 SIMD=0 FAST_INTERP=1 AOT=1 HW_BOUND_CHECK=0 WRITE_GS_BASE=0"
    ),
  ]
}
