/*
 * memtrace_hook: writes the memtrace log of what WAMR allocates, from inside the embedder.
 *
 * Add memtrace_hook.c to the embedder, say with memtrace_hook_begin() where the log goes and which
 * allocator stands behind the hook, and give the three functions to WAMR:
 *
 *     init_args.mem_alloc_type = Alloc_With_Allocator;
 *     init_args.mem_alloc_option.allocator.malloc_func = (void *)MEMTRACE_HOOK_MALLOC;
 *     init_args.mem_alloc_option.allocator.realloc_func = (void *)MEMTRACE_HOOK_REALLOC;
 *     init_args.mem_alloc_option.allocator.free_func = (void *)MEMTRACE_HOOK_FREE;
 *
 * README.md has a whole example. C99, only <stdint.h> and <stddef.h>; static memory; no stdio, no
 * floating point, no 64-bit division.
 *
 * Macros, to be given to the compiler for memtrace_hook.c:
 *   MEMTRACE_HOOK_BUFFER_BYTES  text kept before the write function is called; default 512,
 *                               at least 256
 *   MEMTRACE_HOOK_RING_BYTES    size of the ring in memory; default 0, no ring
 *   MEMTRACE_HOOK_POSIX         1: adds memtrace_hook_use_posix(); default 0
 */
#ifndef MEMTRACE_HOOK_H
#define MEMTRACE_HOOK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Takes `length` bytes of whole lines; 0: taken, anything else: lost, and counted as dropped.
   It must not allocate through WAMR. */
typedef int (*memtrace_hook_write_func)(void *context, const char *text, size_t length);

/* What the ring keeps when it is full. */
typedef enum memtrace_hook_keep {
    MEMTRACE_HOOK_KEEP_NEWEST, /* older lines make room: how it ended */
    MEMTRACE_HOOK_KEEP_OLDEST  /* nothing more is kept: exact from the start until then */
} memtrace_hook_keep;

typedef struct memtrace_hook_options {
    /* The allocator behind the hook, as in the C library. Without realloc_func realloc fails. */
    void *(*malloc_func)(size_t size);
    void *(*realloc_func)(void *block, size_t size);
    void (*free_func)(void *block);

    /* Or one that is told what for; used instead where it is not NULL. `usage` is WAMR's (0
       runtime, 1 linear memory; -1 where the build does not pass it), `user_data` is WAMR's
       allocator user data. */
    void *(*malloc_for)(int usage, void *user_data, size_t size);
    void *(*realloc_for)(int usage, int is_mapped_whole, void *user_data, void *block, size_t size);
    void (*free_for)(int usage, void *user_data, void *block);

    /* Where the log goes; NULL: into the ring. */
    memtrace_hook_write_func write_func;
    memtrace_hook_keep keep;

    /* Time in nanoseconds that never goes back; for ticks, multiply. NULL: events are numbered. */
    uint64_t (*clock_func)(void *context);
    /* A number for the calling thread; NULL: always 1. */
    uint64_t (*thread_func)(void *context);
    /* Both or none; needed where more than one thread uses WAMR. No thread takes it twice. */
    void (*lock_func)(void *context);
    void (*unlock_func)(void *context);
    /* Given to all functions above that take a context. */
    void *context;
} memtrace_hook_options;

/* Starts a log with its header; before wasm_runtime_full_init(). The options are copied. */
void memtrace_hook_begin(const memtrace_hook_options *options);

/* Writes `mark name=…`: what comes now. At most 64 bytes, line ends become spaces. */
void memtrace_hook_mark(const char *name);

/* Gives the write function what is buffered; after wasm_runtime_destroy(), and whenever wanted. */
void memtrace_hook_flush(void);

/* Events that the log does not hold: the ring was full, or the write function failed. */
uint32_t memtrace_hook_dropped(void);

/* Writes the ring as a log: its header, a mark that counts dropped events, and what it kept.
   0, or what the write function returned. The ring keeps its lines. */
int memtrace_hook_dump(memtrace_hook_write_func write_func, void *context);

#if defined(MEMTRACE_HOOK_POSIX) && MEMTRACE_HOOK_POSIX
/* Sets write, clock, thread and lock functions for a descriptor of a POSIX system. */
void memtrace_hook_use_posix(memtrace_hook_options *options, int descriptor);
#endif

/*
 * What WAMR calls, for each of the four signatures that its builds have:
 * plain, WASM_MEM_ALLOC_WITH_USER_DATA (data), WASM_MEM_ALLOC_WITH_USAGE (usage), and both.
 * `usage` has the representation of WAMR's mem_alloc_usage_t, and `whole` of its bool.
 */
void *memtrace_hook_malloc(unsigned int size);
void *memtrace_hook_realloc(void *block, unsigned int size);
void memtrace_hook_free(void *block);

void *memtrace_hook_malloc_data(void *user_data, unsigned int size);
void *memtrace_hook_realloc_data(void *user_data, void *block, unsigned int size);
void memtrace_hook_free_data(void *user_data, void *block);

typedef enum memtrace_hook_usage {
    MEMTRACE_HOOK_RUNTIME,
    MEMTRACE_HOOK_LINEAR
} memtrace_hook_usage;

#ifdef __cplusplus
typedef bool memtrace_hook_bool;
#else
typedef _Bool memtrace_hook_bool;
#endif

void *memtrace_hook_malloc_usage(memtrace_hook_usage usage, unsigned int size);
void *memtrace_hook_realloc_usage(memtrace_hook_usage usage, memtrace_hook_bool whole, void *block,
                                  unsigned int size);
void memtrace_hook_free_usage(memtrace_hook_usage usage, void *block);

void *memtrace_hook_malloc_usage_data(memtrace_hook_usage usage, void *user_data,
                                      unsigned int size);
void *memtrace_hook_realloc_usage_data(memtrace_hook_usage usage, memtrace_hook_bool whole,
                                       void *user_data, void *block, unsigned int size);
void memtrace_hook_free_usage_data(memtrace_hook_usage usage, void *user_data, void *block);

/* The three functions for WAMR's own macros: those that the WAMR library was built with. */
#if defined(WASM_MEM_ALLOC_WITH_USAGE) && WASM_MEM_ALLOC_WITH_USAGE
#if defined(WASM_MEM_ALLOC_WITH_USER_DATA) && WASM_MEM_ALLOC_WITH_USER_DATA
#define MEMTRACE_HOOK_MALLOC memtrace_hook_malloc_usage_data
#define MEMTRACE_HOOK_REALLOC memtrace_hook_realloc_usage_data
#define MEMTRACE_HOOK_FREE memtrace_hook_free_usage_data
#else
#define MEMTRACE_HOOK_MALLOC memtrace_hook_malloc_usage
#define MEMTRACE_HOOK_REALLOC memtrace_hook_realloc_usage
#define MEMTRACE_HOOK_FREE memtrace_hook_free_usage
#endif
#elif defined(WASM_MEM_ALLOC_WITH_USER_DATA) && WASM_MEM_ALLOC_WITH_USER_DATA
#define MEMTRACE_HOOK_MALLOC memtrace_hook_malloc_data
#define MEMTRACE_HOOK_REALLOC memtrace_hook_realloc_data
#define MEMTRACE_HOOK_FREE memtrace_hook_free_data
#else
#define MEMTRACE_HOOK_MALLOC memtrace_hook_malloc
#define MEMTRACE_HOOK_REALLOC memtrace_hook_realloc
#define MEMTRACE_HOOK_FREE memtrace_hook_free
#endif

#ifdef __cplusplus
}
#endif

#endif
