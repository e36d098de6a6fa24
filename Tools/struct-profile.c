// Prints the sizes of WAMR's structs in your build, for `memtrace estimate --profile mine.tsv`.
//
// It is compiled with the flags of your WAMR, which cmake writes down; in the folder of your build:
//
//   cmake . -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
//   FLAGS=$(sed -n 's/.*"command": "\(.*\) -o .*wasm_native\.c\.o.*/\1/p;' compile_commands.json |
//     head -n 1)
//   $FLAGS -w PATH/TO/struct-profile.c -o struct-profile && ./struct-profile > mine.tsv
//
// Without cmake, give the compiler your build's -D flags and
//
//   -I wamr/core/iwasm/include -I wamr/core/iwasm/common -I wamr/core/iwasm/interpreter
//   -I wamr/core/iwasm/aot -I wamr/core/shared/include -I wamr/core/shared/utils
//   -I wamr/core/shared/mem-alloc -I wamr/core/shared/platform/include
//   -I wamr/core/shared/platform/YOURS
//
// Where the program cannot run (microcontrollers), GCC or Clang for the target give the same table
// in assembly code; link-time optimisation must be off (-fno-lto):
//
//   $FLAGS -w -DPROFILE_AS_ASSEMBLY -S -o - PATH/TO/struct-profile.c |
//     sed -n 's/=W[A-Z0-9_]*/=0/g; s/.*"@@\(.*\)\\t\(.*\)".*/\1\t\2/p' > mine.tsv
//
// -DPROFILE_NAME=board names the column, "mine" otherwise. -DPROFILE_VERSION=05-18-2022 says the
// version where WAMR's headers do not: before 1.0.0. Compiles with WAMR 12-30-2021 to main (AOT
// files of version 6), with or without interpreter and AOT, for 32 and 64 bit.
//
// The rows are those of Sources/TraceModel/StructProfileData.swift, in its order: sizes
// of structs, offsets and constants; `-` for what the build does not have.

#include <stddef.h>
#if !defined(PROFILE_AS_ASSEMBLY)
#include <stdio.h>
#endif

#include "bh_platform.h"
#include "wasm_exec_env.h"
#include "wasm_native.h"
#include "../interpreter/wasm_runtime.h"
#include "ems/ems_gc_internal.h"
#if WASM_ENABLE_INTERP != 0
#include "wasm_interp.h"
#endif
#if WASM_ENABLE_AOT != 0
#include "aot_runtime.h"
#endif
#if defined(__has_include)
#if __has_include("../../version.h")
#include "../../version.h"
#endif
#endif

/* ---- The version ---- */

#define WORD(text) #text
#define TEXT_OF(macro) WORD(macro)

#if defined(WAMR_VERSION_MAJOR)
#define NUMBER (WAMR_VERSION_MAJOR * 100 + WAMR_VERSION_MINOR)
#else
#define NUMBER 0
#endif

#if defined(PROFILE_VERSION)
#define VERSION TEXT_OF(PROFILE_VERSION)
#elif NUMBER == 0
#error "these headers do not say their version: add -DPROFILE_VERSION=05-18-2022, say"
#elif NUMBER == 204 && AOT_CURRENT_VERSION > 5
/* The development branch still calls itself 2.4.3; releases of 2.4 read AOT files of version 5. */
#define VERSION "main"
#else
#define VERSION           \
    TEXT_OF(WAMR_VERSION_MAJOR) \
    "." TEXT_OF(WAMR_VERSION_MINOR) "." TEXT_OF(WAMR_VERSION_PATCH)
#endif

#if !defined(PROFILE_NAME)
#define PROFILE_NAME mine
#endif

#if defined(__VERSION__)
#define COMPILER " " __VERSION__
#else
#define COMPILER ""
#endif

/* ---- Build options: what a macro says that is not defined anywhere is its own name ---- */

#define OPTION(name) " " #name "=" TEXT_OF(WASM_ENABLE_##name)

#if defined(OS_ENABLE_HW_BOUND_CHECK)
#define HAS_HW_BOUND_CHECK 1
#else
#define HAS_HW_BOUND_CHECK 0
#endif

#if defined(WASM_DISABLE_WRITE_GS_BASE) && WASM_DISABLE_WRITE_GS_BASE != 0
#define WRITE_GS_BASE_OPTION " WRITE_GS_BASE=0"
#else
#define WRITE_GS_BASE_OPTION ""
#endif

/* Before it was an option, every memory that could be shrunk was. */
#if defined(WASM_ENABLE_SHRUNK_MEMORY)
#define SHRUNK_MEMORY_OPTION OPTION(SHRUNK_MEMORY)
#else
#define SHRUNK_MEMORY_OPTION ""
#endif

#if defined(BH_DEBUG) && BH_DEBUG != 0
#define BUILD_TYPE_OPTION " BUILD_TYPE=Debug"
#else
#define BUILD_TYPE_OPTION ""
#endif

#if defined(BUILD_TARGET_X86_32)
#define TARGET_OPTION " TARGET=X86_32"
#elif defined(BUILD_TARGET)
#define TARGET_OPTION " TARGET=" BUILD_TARGET
#else
#define TARGET_OPTION ""
#endif

#define FEATURES                                                                   \
    "INTERP=" TEXT_OF(WASM_ENABLE_INTERP) OPTION(FAST_INTERP) OPTION(AOT)          \
        OPTION(JIT) OPTION(FAST_JIT) OPTION(MINI_LOADER) OPTION(LIBC_BUILTIN)      \
        OPTION(LIBC_WASI) OPTION(MULTI_MODULE) OPTION(MULTI_MEMORY)                \
        OPTION(MEMORY64) OPTION(SHARED_MEMORY) OPTION(SHARED_HEAP)                 \
        OPTION(BULK_MEMORY) OPTION(REF_TYPES) OPTION(SIMD) OPTION(TAIL_CALL)       \
        OPTION(GC) OPTION(TAGS) OPTION(EXCE_HANDLING) OPTION(EXTENDED_CONST_EXPR)  \
        OPTION(THREAD_MGR) OPTION(LIB_PTHREAD) OPTION(LIB_WASI_THREADS)            \
        OPTION(MODULE_INST_CONTEXT) OPTION(QUICK_AOT_ENTRY)                        \
        OPTION(AOT_STACK_FRAME) OPTION(DUMP_CALL_STACK) OPTION(PERF_PROFILING)     \
        OPTION(MEMORY_PROFILING) OPTION(MEMORY_TRACING)                            \
        OPTION(LOAD_CUSTOM_SECTION) OPTION(CUSTOM_NAME_SECTION)                    \
        OPTION(DEBUG_INTERP) OPTION(INSTRUCTION_METERING)                          \
        OPTION(GLOBAL_HEAP_POOL) SHRUNK_MEMORY_OPTION                              \
        " ALLOC_WITH_USAGE=" TEXT_OF(WASM_MEM_ALLOC_WITH_USAGE)                    \
        " HW_BOUND_CHECK=" TEXT_OF(HAS_HW_BOUND_CHECK) WRITE_GS_BASE_OPTION        \
        BUILD_TYPE_OPTION TARGET_OPTION

/* ---- Rows, printed by the program or read in its assembly ---- */

#if defined(PROFILE_AS_ASSEMBLY)
#define TEXT_ROW(name, text) \
    __asm__ volatile(".ascii \"@@" name "\\t" text "\"" : :)
#define NUMBER_ROW(name, value) \
    __asm__ volatile(".ascii \"@@" name "\\t%c0\"" : : "i"((long)(value)))
/* One function has all lines, in this order. */
#define ROWS static inline __attribute__((always_inline)) void
#else
#define ROWS static void
static void
print_text(const char *name, const char *text)
{
    printf("%s\t", name);
    /* "OPTION=WASM_ENABLE_OPTION": there is no such macro. */
    for (; *text; text++) {
        putchar(*text);
        if (*text == '=' && text[1] == 'W') {
            putchar('0');
            while (text[1] != ' ' && text[1] != 0)
                text++;
        }
    }
    putchar('\n');
}
#define TEXT_ROW(name, text) print_text(name, text)
#define NUMBER_ROW(name, value) \
    printf("%s\t%lu\n", name, (unsigned long)(value))
#endif

#define NONE(name) TEXT_ROW(name, "-")
#define SIZE(type) NUMBER_ROW(#type, sizeof(type))
#define OFFSET(name, type, member) NUMBER_ROW(name, offsetof(type, member))
#define CONSTANT(name) NUMBER_ROW(#name, name)

/* The hash map's structs stand in a source file of WAMR, the same in every version. */
struct hash_map_elem {
    void *key, *value, *next;
};
struct hash_map {
    uint32 size;
    void *lock;
    void (*functions[4])(void);
    void *elements[1];
};

#if NUMBER >= 200
#define WASM_STACK_BOTTOM wasm_stack_u.bottom
#define TABLE_SEGMENT_VALUES init_values
#else
#define WASM_STACK_BOTTOM wasm_stack.s.bottom
#define TABLE_SEGMENT_VALUES func_indexes
#endif
#if NUMBER >= 101
#define TABLE_ELEMENTS elems
#define AOT_TABLE_ELEMENTS elems
#else
#define TABLE_ELEMENTS base_addr
#define AOT_TABLE_ELEMENTS data
#endif

ROWS
interpreter_rows(void)
{
    NUMBER_ROW("void*", sizeof(void *));
    SIZE(size_t);
    SIZE(WASMModule);
    SIZE(WASMModuleInstance);
#if NUMBER >= 101
    SIZE(WASMModuleInstanceExtra);
#else
    NONE("WASMModuleInstanceExtra");
#endif
    SIZE(WASMMemoryInstance);
    SIZE(WASMTableInstance);
    SIZE(WASMFunctionInstance);
    SIZE(WASMExportFuncInstance);
    SIZE(WASMGlobalInstance);
    SIZE(WASMExport);
    SIZE(WASMImport);
    SIZE(WASMFunctionImport);
    SIZE(WASMFunction);
    SIZE(WASMTable);
    SIZE(WASMMemory);
    SIZE(WASMGlobal);
    SIZE(WASMTableSeg);
    SIZE(WASMDataSeg);
    SIZE(StringNode);
    SIZE(InitializerExpression);
    SIZE(WASMExecEnv);
    NUMBER_ROW("HashMap", sizeof(struct hash_map));
    NUMBER_ROW("HashMapElem", sizeof(struct hash_map_elem));
    SIZE(gc_heap_t);
    SIZE(hmu_t);
#if WASM_ENABLE_INTERP != 0
    SIZE(WASMInterpFrame);
#else
    NONE("WASMInterpFrame");
#endif
    SIZE(NativeSymbolsNode);
    SIZE(korp_mutex);
    SIZE(WASMType);
#if NUMBER >= 200
    SIZE(WASMFuncType);
#else
    NONE("WASMFuncType");
#endif
    SIZE(BlockAddr);
#if NUMBER >= 200
    OFFSET("WASMFuncType.types", WASMFuncType, types);
#else
    NONE("WASMFuncType.types");
#endif
#if WASM_ENABLE_GC != 0
    NONE("WASMType.types");
#else
    OFFSET("WASMType.types", WASMType, types);
#endif
    OFFSET("WASMTableInstance.elems", WASMTableInstance, TABLE_ELEMENTS);
    OFFSET("WASMExecEnv.wasm_stack", WASMExecEnv, WASM_STACK_BOTTOM);
#if WASM_ENABLE_INTERP != 0
    OFFSET("WASMInterpFrame.lp", WASMInterpFrame, lp);
#else
    NONE("WASMInterpFrame.lp");
#endif
#if NUMBER >= 101
    OFFSET("WASMModuleInstance.global_table_data", WASMModuleInstance,
           global_table_data);
#else
    NONE("WASMModuleInstance.global_table_data");
#endif
}

ROWS
constant_rows(void)
{
    CONSTANT(BLOCK_ADDR_CACHE_SIZE);
    CONSTANT(BLOCK_ADDR_CONFLICT_SIZE);
    CONSTANT(DEFAULT_WASM_STACK_SIZE);
    CONSTANT(APP_THREAD_STACK_SIZE_DEFAULT);
    NUMBER_ROW("OS_ENABLE_HW_BOUND_CHECK", HAS_HW_BOUND_CHECK);
    CONSTANT(APP_HEAP_SIZE_DEFAULT);
    CONSTANT(APP_HEAP_SIZE_MIN);
    CONSTANT(APP_HEAP_SIZE_MAX);
    CONSTANT(AOT_CURRENT_VERSION);
#if defined(WASM_STACK_GUARD_SIZE)
    CONSTANT(WASM_STACK_GUARD_SIZE);
#else
    NONE("WASM_STACK_GUARD_SIZE");
#endif
}

#if WASM_ENABLE_AOT != 0
ROWS
aot_rows(void)
{
    SIZE(AOTModule);
    SIZE(AOTModuleInstance);
#if NUMBER >= 101
    SIZE(AOTModuleInstanceExtra);
#else
    NONE("AOTModuleInstanceExtra");
#endif
    SIZE(AOTMemoryInstance);
    SIZE(AOTTableInstance);
    SIZE(AOTFunctionInstance);
    SIZE(AOTExport);
    SIZE(AOTImportFunc);
    SIZE(AOTImportGlobal);
    SIZE(AOTImportTable);
    SIZE(AOTImportMemory);
    SIZE(AOTTable);
    SIZE(AOTMemory);
    SIZE(AOTGlobal);
    SIZE(AOTMemInitData);
    SIZE(AOTTableInitData);
    SIZE(AOTObjectDataSection);
    SIZE(AOTFrame);
    SIZE(AOTFuncType);
    OFFSET("AOTFuncType.types", AOTFuncType, types);
    OFFSET("AOTTableInitData.init_values", AOTTableInitData,
           TABLE_SEGMENT_VALUES);
    OFFSET("AOTTableInstance.elems", AOTTableInstance, AOT_TABLE_ELEMENTS);
#if NUMBER >= 200
    OFFSET("AOTFrame.lp", AOTFrame, lp);
#else
    NONE("AOTFrame.lp");
#endif
    OFFSET("AOTMemInitData.bytes", AOTMemInitData, bytes);
    OFFSET("AOTModuleInstance.global_table_data", AOTModuleInstance,
           global_table_data);
}
#else
ROWS
aot_rows(void)
{
    NONE("AOTModule");
    NONE("AOTModuleInstance");
    NONE("AOTModuleInstanceExtra");
    NONE("AOTMemoryInstance");
    NONE("AOTTableInstance");
    NONE("AOTFunctionInstance");
    NONE("AOTExport");
    NONE("AOTImportFunc");
    NONE("AOTImportGlobal");
    NONE("AOTImportTable");
    NONE("AOTImportMemory");
    NONE("AOTTable");
    NONE("AOTMemory");
    NONE("AOTGlobal");
    NONE("AOTMemInitData");
    NONE("AOTTableInitData");
    NONE("AOTObjectDataSection");
    NONE("AOTFrame");
    NONE("AOTFuncType");
    NONE("AOTFuncType.types");
    NONE("AOTTableInitData.init_values");
    NONE("AOTTableInstance.elems");
    NONE("AOTFrame.lp");
    NONE("AOTMemInitData.bytes");
    NONE("AOTModuleInstance.global_table_data");
}
#endif

int
main(void)
{
    TEXT_ROW("name", TEXT_OF(PROFILE_NAME));
    TEXT_ROW("version", VERSION);
    TEXT_ROW("source", "struct-profile.c with WAMR " VERSION ", compiler" COMPILER);
    TEXT_ROW("features", FEATURES);
    interpreter_rows();
    constant_rows();
    aot_rows();
#if defined(WASM_ENABLE_LOAD_CUSTOM_SECTION) && WASM_ENABLE_LOAD_CUSTOM_SECTION != 0
    SIZE(WASMCustomSection);
#else
    NONE("WASMCustomSection");
#endif
    return 0;
}
