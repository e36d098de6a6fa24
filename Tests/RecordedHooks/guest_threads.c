/*
 * Four threads that allocate at once; prints what it knows of itself as KEY=VALUE lines.
 * Built with guest_runtime.c and memtrace_guest.c, without a C library.
 */
#include <stddef.h>
#include <stdint.h>

#include "memtrace_guest.h"

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **block, size_t alignment, size_t size);
void free(void *block);
void *start_thread(void (*body)(int), int number, void *stack);
void wait_for_threads(void);
void run_thread(void *start);

__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write")))
int fd_write(int fd, const void *vectors, size_t count, size_t *written);

#define THREADS 4
#define SLOTS 16
#define ROUNDS 60
#define STACK_BYTES 16384u

static unsigned int allocations, frees, reallocs;
#define COUNT(counter) __atomic_fetch_add(&counter, 1, __ATOMIC_SEQ_CST)

static void storm(int number)
{
    unsigned int random = 77u + (unsigned int)number;
    void *slots[SLOTS] = { 0 };

    for (int i = 0; i < ROUNDS; i++) {
        random = random * 1664525u + 1013904223u;
        unsigned int at = (random >> 8) % SLOTS, size = 1 + (random >> 14) % 500;
        if (slots[at] && random >> 31) {
            slots[at] = realloc(slots[at], size);
            COUNT(reallocs);
        }
        else if (slots[at]) {
            free(slots[at]);
            slots[at] = NULL;
            COUNT(frees);
        }
        else {
            switch ((random >> 28) & 3) {
                case 0: slots[at] = malloc(size); break;
                case 1: slots[at] = calloc(size, 2); break;
                case 2: slots[at] = aligned_alloc(64, size); break;
                default: posix_memalign(&slots[at], 128, size); break;
            }
            COUNT(allocations);
        }
    }
    for (int i = 0; i < SLOTS; i++)
        if (slots[i]) {
            free(slots[i]);
            COUNT(frees);
        }
}

/* Not in guest_runtime.c: the linker wraps only calls from one object file to another. */
void __wasi_thread_start_C(int thread, void *start)
{
    (void)thread;
    run_thread(start);
}

static void print(const char *key, unsigned int value)
{
    char text[48];
    char digits[10];
    size_t length = 0, written;
    int count = 0;
    struct {
        const char *text;
        size_t length;
    } vector = { text, 0 };

    while (*key)
        text[length++] = *key++;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        text[length++] = digits[--count];
    text[length++] = '\n';
    vector.length = length;
    fd_write(1, &vector, 1, &written);
}

int main(void)
{
    void *stacks[THREADS];

    memtrace_guest_mark("threads");
    for (int i = 0; i < THREADS; i++) {
        stacks[i] = malloc(STACK_BYTES);
        COUNT(allocations);
        if (!start_thread(storm, i, stacks[i]))
            return 1;
    }
    wait_for_threads();
    if (malloc(2000000)) /* fails */
        return 1;
    COUNT(allocations);
    print("allocations=", allocations);
    print("reallocs=", reallocs);
    print("frees=", frees);
    print("live=", THREADS * STACK_BYTES);
    print("pages=", (unsigned int)__builtin_wasm_memory_size(0));
    return 0;
}
