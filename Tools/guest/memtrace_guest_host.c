/* See memtrace_guest_host.h. C99 and POSIX. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <inttypes.h>
#include <time.h>

#include "memtrace_guest_host.h"
#include "wasm_export.h"

static FILE *log_file;

/* Time and thread, with the file locked so that lines of several threads keep their order. */
static void begin_line(int32_t thread)
{
    struct timespec now;

    flockfile(log_file);
    clock_gettime(CLOCK_MONOTONIC, &now);
    fprintf(log_file, "%" PRIu64 " tid=%" PRIu32,
            (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec, (uint32_t)thread);
}

static void end_line(void)
{
    putc('\n', log_file);
    funlockfile(log_file);
}

/* The operations are those of memtrace_guest.c; others are left out. */
static void memtrace_event(wasm_exec_env_t environment, int32_t operation, int32_t thread,
                           uint32_t old, uint32_t address, uint32_t size)
{
    static const char *const names[] = { "malloc", "calloc", "realloc", "free", "aligned_alloc",
                                         "posix_memalign", "memory", "thread-start",
                                         "thread-exit", "region", "region", "region" };
    static const char *const regions[] = { "static-data", "aux-stack", "libc-heap" };

    (void)environment;
    if (operation < 1 || operation > 12)
        return;
    begin_line(thread);
    fprintf(log_file, " %s", names[operation - 1]);
    if (operation == 3)
        fprintf(log_file, " old=0x%" PRIx32, old);
    if (operation == 8)
        fprintf(log_file, " self=0x%" PRIx32 " stack=0x%" PRIx32, old, address);
    else if (operation != 7 && operation != 9)
        fprintf(log_file, " addr=0x%" PRIx32, address);
    if (operation != 4 && operation != 8 && operation != 9)
        fprintf(log_file, " size=%" PRIu32, size);
    if (operation == 5 || operation == 6)
        fprintf(log_file, " align=%" PRIu32, old);
    if (operation >= 10)
        fprintf(log_file, " name=%s", regions[operation - 10]);
    end_line();
}

static void memtrace_mark(wasm_exec_env_t environment, int32_t thread, const char *name,
                          uint32_t length)
{
    (void)environment;
    begin_line(thread);
    fputs(" mark name=", log_file);
    for (; length; name++, length--)
        putc(*name == '\n' || *name == '\r' ? ' ' : *name, log_file);
    end_line();
}

int memtrace_guest_host_register(FILE *log)
{
    static NativeSymbol symbols[] = { { "event", (void *)memtrace_event, "(iiiii)", NULL },
                                      { "mark", (void *)memtrace_mark, "(i*~)", NULL } };

    log_file = log;
    fputs("#memtrace-log 1 clock=monotonic-ns pagesize=65536 scope=guest\n", log);
    return wasm_runtime_register_natives("memtrace", symbols, 2) ? 0 : -1;
}
