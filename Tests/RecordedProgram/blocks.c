/* One thread's blocks: resized, aligned, many, deep, before main and after exit. */
#define _GNU_SOURCE
#include "truth.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

/* Blocks that grow in place (nothing behind them), that move (a neighbour), shrink, and begin. */
int run_realloc(int count, char **arguments)
{
    long rounds = number_argument(count, arguments, 0, 100), moved = 0;
    for (long i = 0; i < rounds; i++) {
        char *block = count_realloc(NULL, 0, 80001);
        char *neighbour = count_malloc(80011);
        uintptr_t before = (uintptr_t)block;
        block = count_realloc(block, 80001, 85001);
        moved += (uintptr_t)block != before;
        block = count_realloc(block, 85001, 80021);
        before = (uintptr_t)block;
        block = count_realloc(block, 80021, 80031);
        moved += (uintptr_t)block != before;
        count_free(neighbour, 80011);
        count_free(block, 80031);
    }
    /* One that the kernel moves: 20 MB that grow to 50 MB. */
    char *large = count_malloc(20000003);
    memset(large, 1, 5000);
    large = count_realloc(large, 20000003, 50000003);
    count_free(large, 50000003);
    print_number("moved", (uint64_t)moved);
    print_truth();
    return 0;
}

static void *(*volatile call_aligned_alloc)(size_t, size_t) = aligned_alloc;
static void *(*volatile call_memalign)(size_t, size_t) = memalign;
static void *(*volatile call_valloc)(size_t) = valloc;
static void *(*volatile call_pvalloc)(size_t) = pvalloc;
static int (*volatile call_posix_memalign)(void **, size_t, size_t) = posix_memalign;

static void *aligned(const char *name, void *block, size_t size)
{
    if (block != NULL) {
        count_event(name);
        count_live(size);
    }
    return block;
}

int run_aligned(int count, char **arguments)
{
    long rounds = number_argument(count, arguments, 0, 50);
    for (long i = 0; i < rounds; i++) {
        void *block = NULL;
        void *a = aligned("aligned_allocs", call_aligned_alloc(64, 80016), 80016);
        void *b = aligned("memaligns", call_memalign(4096, 80017), 80017);
        void *c = aligned("vallocs", call_valloc(80019), 80019);
        void *d = aligned("pvallocs", call_pvalloc(80021), 80021);
        int failed = call_posix_memalign(&block, 256, 80023);
        void *e = aligned("posix_memaligns", failed ? NULL : block, 80023);
        void *f = count_calloc(7, 11667);
        void *g = count_reallocarray(NULL, 0, 3, 27001);
        g = count_reallocarray(g, 81003, 3, 27003);
        count_free(a, 80016);
        count_free(b, 80017);
        count_free(c, 80019);
        count_free(d, 80021);
        count_free(e, 80023);
        count_free(f, 81669);
        count_free(g, 81009);
    }
    print_truth();
    return 0;
}

/* A million blocks of 57 bytes that live at once. */
int run_million_live(int count, char **arguments)
{
    long blocks = number_argument(count, arguments, 0, 1000000);
    void **all = count_malloc((size_t)blocks * sizeof *all);
    for (long i = 0; i < blocks; i++)
        all[i] = count_malloc(57);
    for (long i = 0; i < blocks; i++)
        count_free(all[i], 57);
    count_free(all, (size_t)blocks * sizeof *all);
    print_truth();
    return 0;
}

__attribute__((noinline)) void *allocate_below(long depth)
{
    if (depth == 0)
        return count_malloc(80001);
    void *volatile block = allocate_below(depth - 1);
    return block;
}

/* One block that is allocated below `depth` frames of allocate_below, in `rounds` of them. */
int run_deep(int count, char **arguments)
{
    long depth = number_argument(count, arguments, 0, 10);
    long rounds = number_argument(count, arguments, 1, 3);
    for (long i = 0; i < rounds; i++)
        count_free(allocate_below(depth), 80001);
    print_number("depth", (uint64_t)depth + 1);
    print_truth();
    return 0;
}

static void *before_main;

/* libc gives main's arguments to constructors too. */
__attribute__((constructor)) static void allocate_before_main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "before-main") == 0)
        before_main = malloc(80101);
}

__attribute__((destructor)) static void release_after_exit(void)
{
    free(before_main);
}

/* The block of 80101 bytes of the constructor lives until the destructor. */
int run_before_main(int count, char **arguments)
{
    (void)count, (void)arguments;
    print_number("constructor_mallocs", before_main != NULL);
    print_number("destructor_frees", before_main != NULL);
    print_truth();
    return 0;
}

static void at_exit(void)
{
    void *block = count_malloc(80201);
    count_free(block, 80201);
    print_truth();
}

/* Three handlers at exit that allocate; the truth is what the last one prints. */
int run_after_exit(int count, char **arguments)
{
    (void)count, (void)arguments;
    for (int i = 0; i < 3; i++)
        atexit(at_exit);
    exit(7);
}
