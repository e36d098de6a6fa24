/*
 * Calls the embedder's hook as WAMR would, and counts for itself what happened.
 *
 *     hook_driver SIGNATURE SINK FILE EVENTS THREADS
 *
 * The allocator behind the hook hands a freed block at once to the next thread that asks, so that a
 * log in the wrong order shows.
 *
 * SIGNATURE: plain, data, usage, both. SINK: descriptor, failing (every third write is lost),
 * newest, oldest (rings). FILE gets the log; standard output, KEY=VALUE lines: the truth.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memtrace_hook.h"

#define LARGEST 1000000u
#define SLOTS 64

typedef struct Header {
    size_t size;
    struct Header *next;
} Header;

static Header *free_blocks[24]; /* by power of two */
static pthread_mutex_t free_lock = PTHREAD_MUTEX_INITIALIZER;
static int thread_count;

static int
class_of(size_t size)
{
    int class = 4;
    while (((size_t)1 << class) < size)
        class++;
    return class;
}

static Header *
take(size_t size)
{
    int class = class_of(size);
    Header *header;
    pthread_mutex_lock(&free_lock);
    header = free_blocks[class];
    if (header)
        free_blocks[class] = header->next;
    pthread_mutex_unlock(&free_lock);
    return header ? header : malloc(sizeof(Header) + ((size_t)1 << class));
}

static void
give(Header *header, size_t size)
{
    int class = class_of(size);
    pthread_mutex_lock(&free_lock);
    header->next = free_blocks[class];
    free_blocks[class] = header;
    pthread_mutex_unlock(&free_lock);
    if (thread_count > 1)
        sched_yield();
}

static struct {
    unsigned long mallocs, reallocs, frees, failed, linear, marks, writes, wrong;
    long live, peak;
} truth;
static pthread_mutex_t truth_lock = PTHREAD_MUTEX_INITIALIZER;
static int signature; /* 1: user data, 2: usage */
static int file;
static char user_data;
static unsigned long event_count;

static void
count(int usage, void *data, unsigned long *counter, long bytes)
{
    pthread_mutex_lock(&truth_lock);
    ++*counter;
    truth.live += bytes;
    if (truth.live > truth.peak)
        truth.peak = truth.live;
    if (usage == MEMTRACE_HOOK_LINEAR)
        truth.linear++;
    if ((usage >= 0) != ((signature & 2) != 0) || (data == &user_data) != (signature & 1))
        truth.wrong++;
    pthread_mutex_unlock(&truth_lock);
}

static void *
own_malloc(int usage, void *data, size_t size)
{
    Header *header = size > LARGEST ? NULL : take(size);
    if (header)
        header->size = size;
    else
        count(usage, data, &truth.failed, 0);
    count(usage, data, &truth.mallocs, header ? (long)size : 0);
    return header ? header + 1 : NULL;
}

static void *
own_realloc(int usage, int whole, void *data, void *block, size_t size)
{
    Header *old = block ? (Header *)block - 1 : NULL;
    size_t old_size = old ? old->size : 0;
    Header *header = size > LARGEST                              ? NULL
                     : old && class_of(size) == class_of(old_size) ? old
                                                                   : take(size);
    (void)whole;
    if (header)
        header->size = size;
    else
        count(usage, data, &truth.failed, 0);
    count(usage, data, &truth.reallocs, header ? (long)size - (long)old_size : 0);
    if (old && header && header != old) {
        memcpy(header + 1, block, old_size < size ? old_size : size);
        give(old, old_size);
    }
    return header ? header + 1 : NULL;
}

static void
own_free(int usage, void *data, void *block)
{
    if (!block)
        return;
    Header *header = (Header *)block - 1;
    count(usage, data, &truth.frees, -(long)header->size);
    give(header, header->size);
}

/* The calls of the four builds. */
static void *
call_malloc(int usage, unsigned int size)
{
    memtrace_hook_usage use = (memtrace_hook_usage)usage;
    switch (signature) {
        case 0: return memtrace_hook_malloc(size);
        case 1: return memtrace_hook_malloc_data(&user_data, size);
        case 2: return memtrace_hook_malloc_usage(use, size);
        default: return memtrace_hook_malloc_usage_data(use, &user_data, size);
    }
}

static void *
call_realloc(int usage, void *block, unsigned int size)
{
    memtrace_hook_usage use = (memtrace_hook_usage)usage;
    switch (signature) {
        case 0: return memtrace_hook_realloc(block, size);
        case 1: return memtrace_hook_realloc_data(&user_data, block, size);
        case 2: return memtrace_hook_realloc_usage(use, 0, block, size);
        default: return memtrace_hook_realloc_usage_data(use, 0, &user_data, block, size);
    }
}

static void
call_free(int usage, void *block)
{
    memtrace_hook_usage use = (memtrace_hook_usage)usage;
    switch (signature) {
        case 0: memtrace_hook_free(block); break;
        case 1: memtrace_hook_free_data(&user_data, block); break;
        case 2: memtrace_hook_free_usage(use, block); break;
        default: memtrace_hook_free_usage_data(use, &user_data, block); break;
    }
}

static void *
storm(void *seed)
{
    unsigned int random = *(unsigned int *)seed;
    void *slots[SLOTS] = { 0 };
    int usages[SLOTS] = { 0 };
    unsigned long i;
    for (i = 0; i < event_count; i++) {
        random = random * 1664525u + 1013904223u;
        unsigned int at = (random >> 8) % SLOTS;
        unsigned int size = 1 + (random >> 14) % 3000;
        if (random >> 26 == 7)
            size = LARGEST + 1; /* fails */
        if (!slots[at]) {
            usages[at] = random >> 31 ? MEMTRACE_HOOK_LINEAR : MEMTRACE_HOOK_RUNTIME;
            slots[at] = call_malloc(usages[at], size);
        }
        else if (random & 0x80) {
            void *moved = call_realloc(usages[at], slots[at], size);
            if (moved)
                slots[at] = moved;
        }
        else {
            call_free(usages[at], slots[at]);
            slots[at] = NULL;
        }
    }
    for (i = 0; i < SLOTS; i++)
        call_free(usages[i], slots[i]);
    return NULL;
}

static int
write_file(void *context, const char *text, size_t length)
{
    (void)context;
    return write(file, text, length) == (ssize_t)length ? 0 : -1;
}

static int
write_sometimes(void *context, const char *text, size_t length)
{
    return truth.writes++ % 3 == 1 ? -1 : write_file(context, text, length);
}

int
main(int argc, char **argv)
{
    static unsigned int seeds[16];
    pthread_t threads[16];
    memtrace_hook_options options;
    int i;

    if (argc != 6)
        return 64;
    memset(&options, 0, sizeof(options));
    signature = !strcmp(argv[1], "data")    ? 1
                : !strcmp(argv[1], "usage") ? 2
                : !strcmp(argv[1], "both")  ? 3
                                            : 0;
    file = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    event_count = strtoul(argv[4], NULL, 10);
    thread_count = atoi(argv[5]);
    options.malloc_for = own_malloc;
    options.realloc_for = own_realloc;
    options.free_for = own_free;
    memtrace_hook_use_posix(&options, file);
    if (!strcmp(argv[2], "failing"))
        options.write_func = write_sometimes;
    else if (strcmp(argv[2], "descriptor"))
        options.write_func = NULL;
    options.keep =
        strcmp(argv[2], "oldest") ? MEMTRACE_HOOK_KEEP_NEWEST : MEMTRACE_HOOK_KEEP_OLDEST;

    memtrace_hook_begin(&options);
    memtrace_hook_mark("storm\nof the test, with a name that is longer than the sixty-four bytes"
                       " kept");
    truth.marks++;
    for (i = 0; i < thread_count && i < 16; i++) {
        seeds[i] = 7u + (unsigned int)i;
        if (pthread_create(&threads[i], NULL, storm, &seeds[i]))
            return 1;
    }
    for (i = 0; i < thread_count && i < 16; i++)
        pthread_join(threads[i], NULL);
    memtrace_hook_mark("end");
    truth.marks++;
    memtrace_hook_flush();
    if (!options.write_func && memtrace_hook_dump(write_file, NULL) != 0)
        return 1;
    printf("mallocs=%lu\nreallocs=%lu\nfrees=%lu\nfailed=%lu\nlinear=%lu\nmarks=%lu\nwrong=%lu\n"
           "live=%ld\npeak=%ld\ndropped=%lu\n",
           truth.mallocs, truth.reallocs, truth.frees, truth.failed, truth.linear, truth.marks,
           truth.wrong, truth.live, truth.peak, (unsigned long)memtrace_hook_dropped());
    return 0;
}
