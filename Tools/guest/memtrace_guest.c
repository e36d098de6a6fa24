/*
 * See memtrace_guest.h. Lines are those of the memtrace log, version 1, scope=guest: addresses are
 * offsets in linear memory. No function of the C library is called but the wrapped ones, so that it
 * works inside the library's own allocations, before and after main.
 */
#include <stddef.h>
#include <stdint.h>

#include "memtrace_guest.h"

#ifndef MEMTRACE_GUEST_BUFFER_BYTES
#define MEMTRACE_GUEST_BUFFER_BYTES 4096
#endif
#ifndef MEMTRACE_GUEST_HOST_EVENTS
#define MEMTRACE_GUEST_HOST_EVENTS 0
#endif
#if MEMTRACE_GUEST_BUFFER_BYTES < 256
#error "MEMTRACE_GUEST_BUFFER_BYTES must be at least 256"
#endif

#define PAGE_BYTES 65536u
#define NAME_BYTES 64
/* The longest line: a mark with the longest time, thread and name. */
#define LINE_BYTES 128
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

/* What happened; the numbers are those that `memtrace.event` gets. */
enum operation {
    OPERATION_MALLOC = 1,
    OPERATION_CALLOC = 2,
    OPERATION_REALLOC = 3,
    OPERATION_FREE = 4,
    OPERATION_ALIGNED_ALLOC = 5,
    OPERATION_POSIX_MEMALIGN = 6,
    OPERATION_MEMORY = 7,
    OPERATION_THREAD_START = 8,
    OPERATION_THREAD_EXIT = 9,
    OPERATION_STATIC_DATA = 10,
    OPERATION_AUX_STACK = 11,
    OPERATION_LIBC_HEAP = 12
};

/* The linker's. */
extern char __global_base, __data_end, __heap_base;

static int is_begun;
static size_t known_pages;

static uintptr_t memory_size(void)
{
    return __builtin_wasm_memory_size(0);
}

/* ---- Threads ---- */

#ifdef __wasm_atomics__
static __thread int32_t current_thread __attribute__((tls_model("local-exec")));
static int lock_word; /* 0 free, 1 taken, 2 taken and waited for */

static void lock(void)
{
    int expected = 0;
    if (__atomic_compare_exchange_n(&lock_word, &expected, 1, 0, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
        return;
    while (__atomic_exchange_n(&lock_word, 2, __ATOMIC_ACQUIRE) != 0)
        __builtin_wasm_memory_atomic_wait32(&lock_word, 2, -1);
}

static void unlock(void)
{
    if (__atomic_exchange_n(&lock_word, 0, __ATOMIC_RELEASE) == 2)
        __builtin_wasm_memory_atomic_notify(&lock_word, 1);
}
#else
static int32_t current_thread; /* always 0, the main thread */

static void lock(void) {}
static void unlock(void) {}
#endif

/* ---- Where events go ---- */

#if MEMTRACE_GUEST_HOST_EVENTS

/* The host takes the time. `old` is a realloc's old address, or an alignment. */
IMPORT("memtrace", "event")
void memtrace_host_event(int32_t operation, int32_t thread, uintptr_t old, uintptr_t address,
                         uintptr_t size);
IMPORT("memtrace", "mark")
void memtrace_host_mark(int32_t thread, const char *name, uintptr_t length);

static void open_log(void) {}
static void flush(void) {}

static void event(enum operation operation, uintptr_t old, uintptr_t address, uintptr_t size)
{
    memtrace_host_event((int32_t)operation, current_thread, old, address, size);
}

static void mark(const char *name)
{
    uintptr_t length = 0;
    while (name[length] && length < NAME_BYTES)
        length++;
    memtrace_host_mark(current_thread, name, length);
}

#else

#define WASI "wasi_snapshot_preview1"
#define RIGHT_TO_WRITE 64
#define CREATE_AND_EMPTY 9 /* O_CREAT, O_TRUNC */
#define MONOTONIC 1
#define FIRST_PREOPENED 3
#define ENVIRONMENT_BYTES 4096
#define ENVIRONMENT_COUNT 128

typedef struct {
    const char *text;
    size_t length;
} Bytes;

typedef struct {
    uint8_t kind;
    size_t name_length;
} Preopened;

IMPORT(WASI, "fd_write")
int32_t memtrace_fd_write(int32_t fd, const Bytes *bytes, size_t count, size_t *written);
IMPORT(WASI, "clock_time_get")
int32_t memtrace_clock_time_get(int32_t clock, int64_t precision, uint64_t *time);
IMPORT(WASI, "environ_sizes_get")
int32_t memtrace_environ_sizes_get(size_t *count, size_t *bytes);
IMPORT(WASI, "environ_get")
int32_t memtrace_environ_get(char **variables, char *text);
IMPORT(WASI, "fd_prestat_get")
int32_t memtrace_fd_prestat_get(int32_t fd, Preopened *preopened);
IMPORT(WASI, "path_open")
int32_t memtrace_path_open(int32_t folder, int32_t follow, const char *path, size_t length,
                           int32_t how, int64_t rights, int64_t inheriting, int32_t flags,
                           int32_t *fd);

static int32_t log_fd = -1;
static size_t buffered;
static char buffer[MEMTRACE_GUEST_BUFFER_BYTES];

static int write_all(int32_t fd, const char *text, size_t length)
{
    while (length) {
        Bytes bytes = { text, length };
        size_t written = 0;
        if (memtrace_fd_write(fd, &bytes, 1, &written) != 0 || written == 0 || written > length)
            return -1;
        text += written;
        length -= written;
    }
    return 0;
}

static void flush(void)
{
    static const char lost[] = "memtrace: the guest log cannot be written any more\n";

    if (log_fd >= 0 && buffered && write_all(log_fd, buffer, buffered) != 0) {
        log_fd = -1;
        write_all(2, lost, sizeof(lost) - 1);
    }
    buffered = 0;
}

static void add_text(const char *text)
{
    while (*text)
        buffer[buffered++] = *text++;
}

static void add_number(const char *key, uint64_t value)
{
    char digits[20];
    int count = 0;

    add_text(key);
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        buffer[buffered++] = digits[--count];
}

static void add_address(const char *key, uintptr_t value)
{
    int shift = (int)sizeof(value) * 8 - 4;

    add_text(key);
    while (shift > 0 && !(value >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        buffer[buffered++] = "0123456789abcdef"[(value >> shift) & 15];
}

static void begin_line(const char *operation)
{
    uint64_t time = 0;

    if (sizeof(buffer) - buffered < LINE_BYTES)
        flush();
    memtrace_clock_time_get(MONOTONIC, 1, &time);
    add_number("", time);
    add_number(" tid=", (uint32_t)current_thread);
    add_text(operation);
}

static void event(enum operation operation, uintptr_t old, uintptr_t address, uintptr_t size)
{
    static const char *const names[] = {
        "", " malloc", " calloc", " realloc", " free", " aligned_alloc", " posix_memalign",
        " memory", " thread-start", " thread-exit", " region", " region", " region"
    };

    if (log_fd < 0)
        return;
    begin_line(names[operation]);
    switch (operation) {
        case OPERATION_REALLOC:
            add_address(" old=0x", old);
            /* fallthrough */
        default:
            add_address(" addr=0x", address);
            add_number(" size=", size);
            break;
        case OPERATION_FREE: add_address(" addr=0x", address); break;
        case OPERATION_MEMORY: add_number(" size=", size); break;
        case OPERATION_THREAD_START:
            add_address(" self=0x", old);
            add_address(" stack=0x", address);
            break;
        case OPERATION_THREAD_EXIT: break;
    }
    switch (operation) {
        case OPERATION_ALIGNED_ALLOC:
        case OPERATION_POSIX_MEMALIGN: add_number(" align=", old); break;
        case OPERATION_STATIC_DATA: add_text(" name=static-data"); break;
        case OPERATION_AUX_STACK: add_text(" name=aux-stack"); break;
        case OPERATION_LIBC_HEAP: add_text(" name=libc-heap"); break;
        default: break;
    }
    add_text("\n");
}

static void mark(const char *name)
{
    int count;

    if (log_fd < 0)
        return;
    begin_line(" mark name=");
    for (count = 0; *name && count < NAME_BYTES; name++, count++)
        buffer[buffered++] = *name == '\n' || *name == '\r' ? ' ' : *name;
    add_text("\n");
}

/* The value of an environment variable; NULL where there is none, or more than fits. */
static const char *variable(char **variables, size_t count, const char *name)
{
    size_t i, at;

    for (i = 0; i < count; i++) {
        for (at = 0; name[at] && variables[i][at] == name[at]; at++)
            continue;
        if (!name[at] && variables[i][at] == '=')
            return variables[i] + at + 1;
    }
    return NULL;
}

/* MEMTRACE_GUEST_FD, else a file in the first preopened folder that takes one. */
static void open_log(void)
{
    static const char nowhere[] = "memtrace: no place for the guest log: no preopened folder takes "
                                  "a file, and MEMTRACE_GUEST_FD is not set\n";
    static char *variables[ENVIRONMENT_COUNT];
    static char environment[ENVIRONMENT_BYTES];
    const char *path = NULL, *number = NULL;
    size_t count = 0, bytes = 0, length = 0;
    Preopened preopened;
    int32_t fd;

    if (memtrace_environ_sizes_get(&count, &bytes) == 0 && count > 0
        && count <= ENVIRONMENT_COUNT && bytes <= ENVIRONMENT_BYTES
        && memtrace_environ_get(variables, environment) == 0) {
        number = variable(variables, count, "MEMTRACE_GUEST_FD");
        path = variable(variables, count, "MEMTRACE_GUEST_LOG");
    }
    if (number && *number) {
        for (fd = 0; *number >= '0' && *number <= '9' && fd < 100000; number++)
            fd = fd * 10 + (*number - '0');
        log_fd = fd;
    }
    else {
        if (!path || !*path)
            path = "memtrace-guest.log";
        while (path[length])
            length++;
        for (fd = FIRST_PREOPENED; memtrace_fd_prestat_get(fd, &preopened) == 0; fd++)
            if (memtrace_path_open(fd, 0, path, length, CREATE_AND_EMPTY, RIGHT_TO_WRITE, 0, 0,
                                   &log_fd)
                == 0)
                break;
            else
                log_fd = -1;
    }
    if (log_fd < 0)
        write_all(2, nowhere, sizeof(nowhere) - 1);
    else
        add_text("#memtrace-log 1 clock=monotonic-ns pagesize=65536 scope=guest\n");
}

#endif

/* ---- What is reported beside the allocations ---- */

static void region(enum operation operation, uintptr_t start, uintptr_t end)
{
    if (end > start)
        event(operation, 0, start, end - start);
}

/* Memory may have grown by any means since the last event. */
static void note_memory(void)
{
    uintptr_t pages = memory_size();

    if (pages != known_pages) {
        known_pages = pages;
        event(OPERATION_MEMORY, 0, 0, pages * PAGE_BYTES);
    }
}

/* Called with the lock; opens the log and describes the memory at the first event. */
static void begin(void)
{
    volatile char on_stack = 0;
    uintptr_t data = (uintptr_t)&__global_base, data_end = (uintptr_t)&__data_end;
    uintptr_t heap = (uintptr_t)&__heap_base;

    if (is_begun)
        return;
    is_begun = 1;
    open_log();
    note_memory();
    region(OPERATION_STATIC_DATA, data, data_end);
    if ((uintptr_t)&on_stack < data) /* the linker's --stack-first */
        region(OPERATION_AUX_STACK, 0, data);
    else
        region(OPERATION_AUX_STACK, data_end, heap);
    region(OPERATION_LIBC_HEAP, heap, known_pages * PAGE_BYTES);
}

static void report(enum operation operation, uintptr_t old, const void *address, uintptr_t size)
{
    note_memory();
    event(operation, old, (uintptr_t)address, size);
}

/* ---- The wrapped functions ----
 *
 * Lines must stand in the order in which addresses change hands, whatever the threads do: a free is
 * written before it happens, an allocation after it, and a realloc holds the lock over both.
 */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);

static void *reported(enum operation operation, void *block, size_t size, size_t alignment)
{
    lock();
    begin();
    report(operation, alignment, block, size);
    unlock();
    return block;
}

static void prepare(void)
{
    if (is_begun)
        return;
    lock();
    begin(); /* before the first block, so that the memory's first size is the linker's */
    unlock();
}

void *__wrap_malloc(size_t size)
{
    prepare();
    return reported(OPERATION_MALLOC, __real_malloc(size), size, 0);
}

void *__wrap_calloc(size_t count, size_t size)
{
    size_t all = count * size;

    prepare();
    if (count && all / count != size)
        all = SIZE_MAX; /* it fails */
    return reported(OPERATION_CALLOC, __real_calloc(count, size), all, 0);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    prepare();
    return reported(OPERATION_ALIGNED_ALLOC, __real_aligned_alloc(alignment, size), size,
                    alignment);
}

int __wrap_posix_memalign(void **block, size_t alignment, size_t size)
{
    int result;

    prepare();
    result = __real_posix_memalign(block, alignment, size);
    reported(OPERATION_POSIX_MEMALIGN, result == 0 ? *block : NULL, size, alignment);
    return result;
}

void *__wrap_realloc(void *old, size_t size)
{
    uintptr_t old_address = (uintptr_t)old;
    void *block;

    lock();
    begin();
    block = __real_realloc(old, size);
    report(OPERATION_REALLOC, old_address, block, size);
    unlock();
    return block;
}

void __wrap_free(void *block)
{
    if (block) {
        lock();
        begin();
        report(OPERATION_FREE, 0, block, 0);
        unlock();
    }
    __real_free(block);
}

#ifdef __wasm_atomics__
void __real___wasi_thread_start_C(int thread, void *start);

/* What wasi-libc's threads run: the stack is inside the block that holds this function's frame. */
void __wrap___wasi_thread_start_C(int thread, void *start)
{
    volatile char on_stack = 0;

    current_thread = thread;
    lock();
    begin();
    note_memory();
    event(OPERATION_THREAD_START, (uintptr_t)start, (uintptr_t)&on_stack, 0);
    unlock();
    __real___wasi_thread_start_C(thread, start);
    lock();
    event(OPERATION_THREAD_EXIT, 0, 0, 0);
    unlock();
}
#endif

/* ---- Marks, and the end ---- */

void memtrace_guest_mark(const char *name)
{
    lock();
    begin();
    note_memory();
    mark(name);
    unlock();
}

void memtrace_guest_flush(void)
{
    lock();
    if (is_begun)
        note_memory();
    flush();
    unlock();
}

__attribute__((destructor)) static void end(void)
{
    memtrace_guest_flush();
}
