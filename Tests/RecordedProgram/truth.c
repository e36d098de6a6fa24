#define _GNU_SOURCE
#include "truth.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_ullong mallocs, callocs, reallocs, frees, live, peak;
static struct {
    _Atomic(const char *) name;
    atomic_ullong times;
} others[16];

/* Volatile pointers: no compiler takes a call away. */
static void *(*volatile call_malloc)(size_t) = malloc;
static void *(*volatile call_calloc)(size_t, size_t) = calloc;
static void *(*volatile call_realloc)(void *, size_t) = realloc;
static void *(*volatile call_reallocarray)(void *, size_t, size_t) = reallocarray;
static void (*volatile call_free)(void *) = free;

void count_live(size_t bytes)
{
    unsigned long long now = atomic_fetch_add(&live, bytes) + bytes;
    unsigned long long most = atomic_load(&peak);
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now))
        ;
}

void count_gone(size_t bytes)
{
    atomic_fetch_sub(&live, bytes);
}

void *count_malloc(size_t size)
{
    void *block = call_malloc(size);
    if (block != NULL) {
        atomic_fetch_add(&mallocs, 1);
        count_live(size);
    }
    return block;
}

void *count_calloc(size_t count, size_t size)
{
    void *block = call_calloc(count, size);
    if (block != NULL) {
        atomic_fetch_add(&callocs, 1);
        count_live(count * size);
    }
    return block;
}

static void *resized(void *block, size_t old_size, size_t size)
{
    if (block != NULL) {
        atomic_fetch_add(&reallocs, 1);
        if (size > old_size)
            count_live(size - old_size);
        else
            count_gone(old_size - size);
    }
    return block;
}

void *count_realloc(void *old, size_t old_size, size_t size)
{
    return resized(call_realloc(old, size), old_size, size);
}

void *count_reallocarray(void *old, size_t old_size, size_t count, size_t size)
{
    return resized(call_reallocarray(old, count, size), old_size, count * size);
}

void count_free(void *block, size_t size)
{
    if (block == NULL)
        return;
    atomic_fetch_add(&frees, 1);
    count_gone(size);
    call_free(block);
}

void count_event(const char *name)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *present = NULL;
        if (atomic_compare_exchange_strong(&others[i].name, &present, name) || present == name ||
            strcmp(present, name) == 0) {
            atomic_fetch_add(&others[i].times, 1);
            return;
        }
    }
}

void print_number(const char *name, uint64_t value)
{
    char line[128];
    int length = snprintf(line, sizeof line, "%s=%llu\n", name, (unsigned long long)value);
    fwrite(line, 1, (size_t)length, stdout);
}

void print_text(const char *name, const char *value)
{
    printf("%s=%s\n", name, value);
}

void print_counts(void)
{
    print_number("mallocs", mallocs);
    print_number("callocs", callocs);
    print_number("reallocs", reallocs);
    print_number("frees", frees);
    for (size_t i = 0; i < sizeof others / sizeof *others && others[i].name; i++)
        print_number(others[i].name, others[i].times);
    print_number("live", live);
    fflush(stdout);
}

void print_truth(void)
{
    print_counts();
    print_number("peak", peak);
    fflush(stdout);
}
