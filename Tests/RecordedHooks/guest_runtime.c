/*
 * As much of a C library with threads as guest_threads.c needs, in the manner of wasi-libc: an
 * allocator, threads of the wasi-threads proposal whose stack is an allocated block, start and end.
 */
#include <stddef.h>
#include <stdint.h>

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define STACK_BYTES 16384u

extern char __heap_base;
void *malloc(size_t size);
void free(void *block);
int main(void);
void __wasm_call_ctors(void);
void __wasm_init_tls(void *block);
void __wasi_thread_start_C(int thread, void *start);

IMPORT("wasi", "thread-spawn") int spawn(void *start);
IMPORT("wasi_snapshot_preview1", "proc_exit") __attribute__((noreturn)) void proc_exit(int code);

/* ---- Allocator: lists of free blocks by power of two, no header, sizes beside the memory ---- */

static int allocator_lock;
static uintptr_t top;
static void *free_blocks[32];
static uint8_t classes[1 << 16]; /* of each 64 bytes */

static void take(int *lock)
{
    while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
        continue;
}

static void give(int *lock)
{
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

static void *allocate(size_t alignment, size_t size)
{
    int class = 6;
    uintptr_t block;
    void **next;

    if (size > 1000000)
        return NULL;
    while (((size_t)1 << class) < size || ((size_t)1 << class) < alignment)
        class++;
    take(&allocator_lock);
    next = free_blocks[class];
    block = (uintptr_t)next;
    if (next)
        free_blocks[class] = *next;
    else {
        uintptr_t unit = (uintptr_t)1 << class;
        if (!top)
            top = (uintptr_t)&__heap_base;
        block = (top + unit - 1) & ~(unit - 1);
        top = block + unit;
        while (top > __builtin_wasm_memory_size(0) * 65536)
            if (__builtin_wasm_memory_grow(0, 1) == (size_t)-1)
                __builtin_trap();
        classes[block / 64] = (uint8_t)class;
    }
    give(&allocator_lock);
    return (void *)block;
}

static void release(void *block)
{
    int class = classes[(uintptr_t)block / 64];

    if (!block)
        return;
    take(&allocator_lock);
    *(void **)block = free_blocks[class];
    free_blocks[class] = block;
    give(&allocator_lock);
}

void *malloc(size_t size)
{
    return allocate(1, size);
}

void *calloc(size_t count, size_t size)
{
    char *block = allocate(1, count * size);
    for (size_t i = 0; block && i < count * size; i++)
        ((volatile char *)block)[i] = 0;
    return block;
}

void free(void *block)
{
    release(block);
}

void *realloc(void *old, size_t size)
{
    size_t old_size = old ? (size_t)1 << classes[(uintptr_t)old / 64] : 0;
    char *block;

    if (size <= old_size)
        return old;
    block = allocate(1, size);
    if (!block)
        return NULL;
    for (size_t i = 0; i < old_size; i++)
        ((volatile char *)block)[i] = ((char *)old)[i];
    release(old);
    return block;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return allocate(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    void *got = allocate(alignment, size);
    if (!got)
        return 12;
    *block = got;
    return 0;
}

/* ---- Threads ---- */

typedef struct {
    void *stack_top; /* the first word: wasi_thread_start takes the stack from here */
    void *local;
    void (*body)(int);
    int number;
} Start;

__asm__(".text\n"
        ".globaltype __stack_pointer, i32\n"
        ".functype enter_thread (i32, i32) -> ()\n"
        ".section .text.wasi_thread_start,\"\",@\n"
        ".globl wasi_thread_start\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        ".functype wasi_thread_start (i32, i32) -> ()\n"
        "local.get 1\n"
        "i32.load 0\n"
        "global.set __stack_pointer\n"
        "local.get 0\n"
        "local.get 1\n"
        "call enter_thread\n"
        "end_function\n");

static int running;

void enter_thread(int thread, Start *start)
{
    __wasm_init_tls(start->local);
    __wasi_thread_start_C(thread, start);
    __atomic_fetch_sub(&running, 1, __ATOMIC_SEQ_CST);
}

void *start_thread(void (*body)(int), int number, void *stack)
{
    Start *start = stack;

    start->stack_top = (char *)stack + STACK_BYTES;
    start->local = (char *)stack + 256;
    start->body = body;
    start->number = number;
    __atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST);
    return spawn(start) > 0 ? start : NULL;
}

void run_thread(void *start)
{
    ((Start *)start)->body(((Start *)start)->number);
}

void wait_for_threads(void)
{
    while (__atomic_load_n(&running, __ATOMIC_SEQ_CST))
        continue;
}

/* ---- Start and end ---- */

void *__dso_handle;
static void (*at_exit)(void *);

int __cxa_atexit(void (*function)(void *), void *argument, void *handle)
{
    (void)argument, (void)handle;
    at_exit = function; /* memtrace_guest's is the only one */
    return 0;
}

__attribute__((export_name("_start"))) void _start(void)
{
    static char local[256] __attribute__((aligned(16)));
    int code;

    __wasm_init_tls(local);
    __wasm_call_ctors();
    code = main();
    if (at_exit)
        at_exit(NULL);
    if (code)
        proc_exit(code);
}
