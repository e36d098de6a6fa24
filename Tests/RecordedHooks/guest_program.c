/*
 * A WASI program that uses every allocation function and prints what it knows of itself, as
 * KEY=VALUE lines. Built with memtrace_guest.c; `live` and `peak` count its own blocks, not the C
 * library's.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memtrace_guest.h"

#define SLOTS 24

static unsigned long mallocs, callocs, reallocs, aligned, frees, failed;
static unsigned long live, peak;
static struct {
    void *block;
    size_t size;
} slots[SLOTS];

static void hold(int at, void *block, size_t size)
{
    if (!block) {
        failed++;
        return;
    }
    live += size - slots[at].size;
    if (live > peak)
        peak = live;
    slots[at].block = block;
    slots[at].size = size;
    memset(block, at, size);
}

int main(void)
{
    unsigned int random = 2026;
    void *block;

    memtrace_guest_mark("main");
    for (int i = 0; i < 120; i++) {
        random = random * 1664525u + 1013904223u;
        int at = (int)((random >> 8) % SLOTS);
        size_t size = 1 + (random >> 14) % 6000;
        if (slots[at].block && random >> 31) {
            reallocs++;
            hold(at, realloc(slots[at].block, size), size);
        }
        else if (slots[at].block) {
            frees++;
            live -= slots[at].size;
            free(slots[at].block);
            slots[at].block = NULL;
            slots[at].size = 0;
        }
        else {
            switch ((random >> 28) & 3) {
                case 0:
                    mallocs++;
                    hold(at, malloc(size), size);
                    break;
                case 1:
                    callocs++;
                    hold(at, calloc(3, size), 3 * size);
                    break;
                case 2:
                    aligned++;
                    hold(at, aligned_alloc(32, size), size);
                    break;
                default:
                    aligned++;
                    hold(at, posix_memalign(&block, 256, size) ? NULL : block, size);
                    break;
            }
        }
    }
    memtrace_guest_mark("what fails");
    mallocs++;
    hold(0, malloc((size_t)3 << 30), 0);
    callocs++;
    hold(0, calloc(SIZE_MAX / 2, 4), 0);
    free(NULL);
    printf("mallocs=%lu\ncallocs=%lu\nreallocs=%lu\naligned=%lu\nfrees=%lu\nfailed=%lu\n"
           "live=%lu\npeak=%lu\nmemory=%lu\n",
           mallocs, callocs, reallocs, aligned, frees, failed, live, peak,
           (unsigned long)__builtin_wasm_memory_size(0) * 65536);
    return 0;
}
