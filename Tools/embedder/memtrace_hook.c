/* See memtrace_hook.h. Lines are those of the memtrace log, version 1, scope=wamr. */
#if defined(MEMTRACE_HOOK_POSIX) && MEMTRACE_HOOK_POSIX
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#endif

#include "memtrace_hook.h"

#ifndef MEMTRACE_HOOK_BUFFER_BYTES
#define MEMTRACE_HOOK_BUFFER_BYTES 512
#endif
#ifndef MEMTRACE_HOOK_RING_BYTES
#define MEMTRACE_HOOK_RING_BYTES 0
#endif

/* The longest line: a mark with the longest name, or a realloc of 64-bit addresses. */
#define LINE_BYTES 144
#define NAME_BYTES 64

#if MEMTRACE_HOOK_BUFFER_BYTES < 256 \
    || (MEMTRACE_HOOK_RING_BYTES > 0 && MEMTRACE_HOOK_RING_BYTES < 256)
#error "the buffer and the ring must hold at least 256 bytes"
#endif

typedef struct Line {
    size_t length;
    char text[LINE_BYTES];
} Line;

/* All state; a debugger finds the log here. `ring_start` is where the oldest kept line begins;
   what is not in use is line ends. */
static struct {
    memtrace_hook_options options;
    uint64_t event_count;
    uint64_t last_time;
    uint32_t dropped;
    uint32_t dropped_written;
    uint32_t buffered_lines;
    size_t buffered;
    char buffer[MEMTRACE_HOOK_BUFFER_BYTES];
#if MEMTRACE_HOOK_RING_BYTES > 0
    int ring_is_closed;
    size_t ring_start;
    size_t ring_used;
    char ring[MEMTRACE_HOOK_RING_BYTES];
#endif
} memtrace_hook_state;

#define state memtrace_hook_state
#define options memtrace_hook_state.options

/* ---- Text ---- */

static void
add_text(Line *line, const char *text)
{
    while (*text && line->length < LINE_BYTES)
        line->text[line->length++] = *text++;
}

static void
add_decimal(Line *line, uint64_t value)
{
    /* Four digits at a time from 16-bit limbs, so that no 64-bit division is needed. */
    char digits[20];
    uint32_t limbs[4];
    int count = 0, i;

    for (i = 0; i < 4; i++)
        limbs[i] = (uint32_t)(value >> (48 - 16 * i)) & 0xffff;
    do {
        uint32_t rest = 0;
        for (i = 0; i < 4; i++) {
            uint32_t part = (rest << 16) | limbs[i];
            limbs[i] = part / 10000;
            rest = part % 10000;
        }
        for (i = 0; i < 4 && count < 20; i++) {
            digits[count++] = (char)('0' + rest % 10);
            rest /= 10;
        }
    } while (limbs[0] | limbs[1] | limbs[2] | limbs[3]);
    while (count > 1 && digits[count - 1] == '0')
        count--;
    while (count > 0 && line->length < LINE_BYTES)
        line->text[line->length++] = digits[--count];
}

static void
add_address(Line *line, const char *key, const void *address)
{
    uintptr_t value = (uintptr_t)address;
    int shift = (int)sizeof(value) * 8 - 4;

    add_text(line, key);
    while (shift > 0 && !(value >> shift))
        shift -= 4;
    for (; shift >= 0 && line->length < LINE_BYTES; shift -= 4)
        line->text[line->length++] = "0123456789abcdef"[(value >> shift) & 15];
}

static void
begin_line(Line *line, const char *operation)
{
    uint64_t number = ++state.event_count;

    line->length = 0;
    state.last_time = options.clock_func ? options.clock_func(options.context) : number;
    add_decimal(line, state.last_time);
    add_text(line, " tid=");
    add_decimal(line, options.thread_func ? options.thread_func(options.context) : 1);
    add_text(line, operation);
}

static void
begin_header(Line *line)
{
    line->length = 0;
    add_text(line, "#memtrace-log 1 clock=");
    add_text(line, options.clock_func ? "monotonic-ns" : "events");
    add_text(line, " scope=wamr\n");
}

/* Ends a line that has its time only. */
static void
end_drop_mark(Line *line)
{
    add_text(line, " tid=0 mark name=memtrace-hook dropped=");
    add_decimal(line, state.dropped);
    add_text(line, "\n");
}

/* ---- Where lines go ---- */

static void
write_buffer(void)
{
    if (state.buffered && options.write_func
        && options.write_func(options.context, state.buffer, state.buffered) != 0)
        state.dropped += state.buffered_lines;
    state.buffered = 0;
    state.buffered_lines = 0;
}

static void
append_to_buffer(const Line *line)
{
    size_t i;

    for (i = 0; i < line->length; i++)
        state.buffer[state.buffered++] = line->text[i];
}

static void
buffer_line(const Line *line)
{
    if (line->length > sizeof(state.buffer) - state.buffered)
        write_buffer();
    if (!state.buffered && state.dropped != state.dropped_written) {
        Line mark;
        mark.length = 0;
        add_decimal(&mark, state.last_time);
        end_drop_mark(&mark);
        append_to_buffer(&mark); /* the buffer holds it and any one line */
        state.dropped_written = state.dropped;
    }
    append_to_buffer(line);
    state.buffered_lines++;
}

#if MEMTRACE_HOOK_RING_BYTES > 0
static void
drop_oldest_line(void)
{
    char byte;

    do {
        byte = state.ring[state.ring_start];
        state.ring[state.ring_start] = '\n';
        if (++state.ring_start == sizeof(state.ring))
            state.ring_start = 0;
        state.ring_used--;
    } while (byte != '\n' && state.ring_used);
    state.dropped++;
}

static void
ring_line(const Line *line)
{
    size_t at, i;

    if (options.keep == MEMTRACE_HOOK_KEEP_OLDEST
        && line->length > sizeof(state.ring) - state.ring_used)
        state.ring_is_closed = 1; /* a later, shorter line would make a hole before it */
    if (state.ring_is_closed) {
        state.dropped++;
        return;
    }
    while (line->length > sizeof(state.ring) - state.ring_used)
        drop_oldest_line();
    at = state.ring_start + state.ring_used;
    if (at >= sizeof(state.ring))
        at -= sizeof(state.ring);
    for (i = 0; i < line->length; i++) {
        state.ring[at] = line->text[i];
        if (++at == sizeof(state.ring))
            at = 0;
    }
    state.ring_used += line->length;
}
#endif

static void
keep_line(const Line *line)
{
    if (options.write_func)
        buffer_line(line);
    else {
#if MEMTRACE_HOOK_RING_BYTES > 0
        ring_line(line);
#else
        state.dropped++;
#endif
    }
}

static void
lock(void)
{
    if (options.lock_func)
        options.lock_func(options.context);
}

static void
unlock(void)
{
    if (options.unlock_func)
        options.unlock_func(options.context);
}

/* ---- The embedder's side ---- */

void
memtrace_hook_begin(const memtrace_hook_options *new_options)
{
    Line line;
#if MEMTRACE_HOOK_RING_BYTES > 0
    size_t i;
#endif

    options = *new_options;
    state.event_count = 0;
    state.last_time = 0;
    state.dropped = 0;
    state.dropped_written = 0;
    state.buffered = 0;
    state.buffered_lines = 0;
#if MEMTRACE_HOOK_RING_BYTES > 0
    state.ring_is_closed = 0;
    state.ring_start = 0;
    state.ring_used = 0;
    for (i = 0; i < sizeof(state.ring); i++)
        state.ring[i] = '\n';
#endif
    if (options.write_func) { /* the ring gets its header when it is dumped */
        begin_header(&line);
        append_to_buffer(&line);
    }
}

void
memtrace_hook_mark(const char *name)
{
    Line line;
    size_t count = 0;

    lock();
    begin_line(&line, " mark name=");
    for (; *name && count < NAME_BYTES; name++, count++)
        line.text[line.length++] = *name == '\n' || *name == '\r' ? ' ' : *name;
    add_text(&line, "\n");
    keep_line(&line);
    unlock();
}

void
memtrace_hook_flush(void)
{
    lock();
    write_buffer();
    unlock();
}

uint32_t
memtrace_hook_dropped(void)
{
    return state.dropped;
}

int
memtrace_hook_dump(memtrace_hook_write_func write_func, void *context)
{
    int result;
    Line line;

    lock();
    begin_header(&line);
    result = write_func(context, line.text, line.length);
#if MEMTRACE_HOOK_RING_BYTES > 0
    if (!result && state.ring_used) {
        size_t at = state.ring_start;
        size_t first = sizeof(state.ring) - at;
        if (first > state.ring_used)
            first = state.ring_used;
        if (state.dropped && !state.ring_is_closed) { /* at the time of the first line kept */
            line.length = 0;
            while (line.length < 20 && state.ring[at] != ' ') {
                line.text[line.length++] = state.ring[at];
                if (++at == sizeof(state.ring))
                    at = 0;
            }
            end_drop_mark(&line);
            result = write_func(context, line.text, line.length);
        }
        if (!result)
            result = write_func(context, state.ring + state.ring_start, first);
        if (!result && state.ring_used > first)
            result = write_func(context, state.ring, state.ring_used - first);
    }
    if (!result && state.ring_is_closed) {
        line.length = 0;
        add_decimal(&line, state.last_time);
        end_drop_mark(&line);
        result = write_func(context, line.text, line.length);
    }
#endif
    unlock();
    return result;
}

/* ---- WAMR's side ---- */

static void
end_line(Line *line, int usage)
{
    if (usage >= 0) {
        add_text(line, " usage=");
        if (usage == MEMTRACE_HOOK_RUNTIME)
            add_text(line, "runtime");
        else if (usage == MEMTRACE_HOOK_LINEAR)
            add_text(line, "linear");
        else
            add_decimal(line, (uint64_t)usage);
    }
    add_text(line, "\n");
    keep_line(line);
}

/*
 * Lines must stand in the order in which addresses change hands, whatever the threads do: a free
 * is written before it happens, a malloc after it, and a realloc holds the lock over both.
 */
static void *
hooked_malloc(int usage, void *user_data, unsigned int size)
{
    Line line;
    void *block = options.malloc_for    ? options.malloc_for(usage, user_data, size)
                  : options.malloc_func ? options.malloc_func(size)
                                        : NULL;

    lock();
    begin_line(&line, " malloc");
    add_address(&line, " addr=0x", block);
    add_text(&line, " size=");
    add_decimal(&line, size);
    end_line(&line, usage);
    unlock();
    return block;
}

static void *
hooked_realloc(int usage, int whole, void *user_data, void *old, unsigned int size)
{
    Line line;
    void *block;

    lock();
    block = options.realloc_for    ? options.realloc_for(usage, whole, user_data, old, size)
            : options.realloc_func ? options.realloc_func(old, size)
                                   : NULL;
    begin_line(&line, " realloc");
    add_address(&line, " old=0x", old);
    add_address(&line, " addr=0x", block);
    add_text(&line, " size=");
    add_decimal(&line, size);
    end_line(&line, usage);
    unlock();
    return block;
}

static void
hooked_free(int usage, void *user_data, void *block)
{
    Line line;

    if (block) {
        lock();
        begin_line(&line, " free");
        add_address(&line, " addr=0x", block);
        end_line(&line, usage);
        unlock();
    }
    if (options.free_for)
        options.free_for(usage, user_data, block);
    else if (options.free_func)
        options.free_func(block);
}

void *
memtrace_hook_malloc(unsigned int size)
{
    return hooked_malloc(-1, NULL, size);
}

void *
memtrace_hook_realloc(void *block, unsigned int size)
{
    return hooked_realloc(-1, 0, NULL, block, size);
}

void
memtrace_hook_free(void *block)
{
    hooked_free(-1, NULL, block);
}

void *
memtrace_hook_malloc_data(void *user_data, unsigned int size)
{
    return hooked_malloc(-1, user_data, size);
}

void *
memtrace_hook_realloc_data(void *user_data, void *block, unsigned int size)
{
    return hooked_realloc(-1, 0, user_data, block, size);
}

void
memtrace_hook_free_data(void *user_data, void *block)
{
    hooked_free(-1, user_data, block);
}

void *
memtrace_hook_malloc_usage(memtrace_hook_usage usage, unsigned int size)
{
    return hooked_malloc((int)usage, NULL, size);
}

void *
memtrace_hook_realloc_usage(memtrace_hook_usage usage, memtrace_hook_bool whole, void *block,
                            unsigned int size)
{
    return hooked_realloc((int)usage, whole, NULL, block, size);
}

void
memtrace_hook_free_usage(memtrace_hook_usage usage, void *block)
{
    hooked_free((int)usage, NULL, block);
}

void *
memtrace_hook_malloc_usage_data(memtrace_hook_usage usage, void *user_data, unsigned int size)
{
    return hooked_malloc((int)usage, user_data, size);
}

void *
memtrace_hook_realloc_usage_data(memtrace_hook_usage usage, memtrace_hook_bool whole,
                                 void *user_data, void *block, unsigned int size)
{
    return hooked_realloc((int)usage, whole, user_data, block, size);
}

void
memtrace_hook_free_usage_data(memtrace_hook_usage usage, void *user_data, void *block)
{
    hooked_free((int)usage, user_data, block);
}

/* ---- POSIX ---- */

#undef options
#if defined(MEMTRACE_HOOK_POSIX) && MEMTRACE_HOOK_POSIX
static pthread_mutex_t posix_mutex = PTHREAD_MUTEX_INITIALIZER;
static int posix_descriptor;

static int
posix_write(void *context, const char *text, size_t length)
{
    (void)context;
    while (length) {
        ssize_t written = write(posix_descriptor, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        text += written;
        length -= (size_t)written;
    }
    return 0;
}

static uint64_t
posix_clock(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t
posix_thread(void *context)
{
    (void)context;
#ifdef __linux__
    return (uint64_t)syscall(SYS_gettid);
#else
    return (uint64_t)(uintptr_t)pthread_self();
#endif
}

static void
posix_lock(void *context)
{
    (void)context;
    pthread_mutex_lock(&posix_mutex);
}

static void
posix_unlock(void *context)
{
    (void)context;
    pthread_mutex_unlock(&posix_mutex);
}

void
memtrace_hook_use_posix(memtrace_hook_options *new_options, int descriptor)
{
    posix_descriptor = descriptor;
    new_options->write_func = posix_write;
    new_options->clock_func = posix_clock;
    new_options->thread_func = posix_thread;
    new_options->lock_func = posix_lock;
    new_options->unlock_func = posix_unlock;
    new_options->context = NULL;
}
#endif
