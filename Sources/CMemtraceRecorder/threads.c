#define _GNU_SOURCE
#include "threads.h"

#include "images.h"
#include "session.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_key_t end_key;
static bool has_end_key;
static char program_name[16];

static void read_name(char name[17])
{
    memset(name, 0, 17);
    syscall(SYS_prctl, PR_GET_NAME, name, 0L, 0L, 0L);
}

/* The first address of the mapping `[stack]` and the one behind it. */
static bool find_main_stack(uintptr_t *low, uintptr_t *high)
{
    char text[8192];
    size_t length = 0;
    bool found = false;
    int file = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    for (;;) {
        long got = syscall(SYS_read, file, text + length, sizeof text - length);
        if (got <= 0)
            break;
        length += (size_t)got;
        char *line = text, *end;
        while ((end = memchr(line, '\n', length - (size_t)(line - text))) != NULL) {
            if (end - line > 7 && memcmp(end - 7, "[stack]", 7) == 0) {
                uintptr_t number = 0;
                for (const char *c = line; *c != ' '; c++) {
                    if (*c == '-') {
                        *low = number;
                        number = 0;
                    } else {
                        number = number * 16 + (uintptr_t)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
                    }
                }
                *high = number;
                found = true;
            }
            line = end + 1;
        }
        length -= (size_t)(line - text);
        memmove(text, line, length);
        if (length == sizeof text)
            length = 0;
    }
    syscall(SYS_close, file);
    return found;
}

/* The main thread's stack grows down to its limit; one without a limit is as large as it is now. */
static void find_main_bounds(void)
{
    uintptr_t low, high;
    struct rlimit limit;
    if (!find_main_stack(&low, &high))
        return;
    size_t bytes = high - low;
    if (syscall(SYS_prlimit64, 0, RLIMIT_STACK, NULL, &limit) == 0 &&
        limit.rlim_cur <= (rlim_t)1 << 30 && limit.rlim_cur > bytes)
        bytes = (size_t)limit.rlim_cur & ~(size_t)4095;
    thread_state.has_stack = true;
    thread_state.is_main = true;
    thread_state.stack_low = high - bytes;
    thread_state.stack_bytes = bytes;
    thread_state.guard_bytes = 0;
}

static void find_bounds(void)
{
    pthread_attr_t attributes;
    _Alignas(16) unsigned char scratch[SCRATCH_BYTES];
    void *low = NULL;
    size_t bytes = 0, guard = 0;
    thread_state.scratch = scratch;
    thread_state.scratch_bytes = sizeof scratch;
    bool is_known = pthread_getattr_np(pthread_self(), &attributes) == 0;
    if (is_known) {
        pthread_attr_getstack(&attributes, &low, &bytes);
        pthread_attr_getguardsize(&attributes, &guard);
        pthread_attr_destroy(&attributes);
    }
    thread_state.scratch = NULL;
    if (!is_known)
        return;
    thread_state.has_stack = true;
    thread_state.stack_low = (uintptr_t)low;
    thread_state.stack_bytes = bytes;
    thread_state.guard_bytes = guard;
}

static void write_start(void)
{
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    const uint64_t arguments[] = {(uintptr_t)pthread_self(), thread_state.stack_low,
                                  thread_state.stack_bytes, thread_state.guard_bytes};
    ring_write(writer, memtrace_op_thread_start, 0, arguments, 4);
    ring_leave(writer);
}

/* Runs in every round of the destructors of a thread's data, and ends the thread in the last. */
static void at_end(void *value)
{
    uintptr_t round = (uintptr_t)value;
    if (round < PTHREAD_DESTRUCTOR_ITERATIONS) {
        pthread_setspecific(end_key, (void *)(round + 1));
        return;
    }
    if (!session_records())
        return;
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    ring_write(writer, memtrace_op_thread_exit, 0, NULL, 0);
    ring_leave(writer);
    __atomic_store_n(&writer->ring->owner_gone, 1, __ATOMIC_RELEASE);
}

static void watch_end(void)
{
    if (has_end_key)
        pthread_setspecific(end_key, (void *)1);
}

void threads_begin_process(bool is_fork)
{
    if (!is_fork) {
        char name[17];
        read_name(name);
        memcpy(program_name, name, sizeof program_name);
        has_end_key = pthread_key_create(&end_key, at_end) == 0;
        find_main_bounds();
        watch_end();
    }
    write_start();
}

void threads_begin(void)
{
    uint64_t mask;
    quiet_begin(&mask);
    find_bounds();
    watch_end();
    write_start();
    char name[17];
    read_name(name);
    if (strncmp(name, program_name, sizeof program_name) != 0)
        threads_write_name(name);
    quiet_end(mask);
}

void threads_write_name(const char *name)
{
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    char text[16];
    size_t length = strnlen(name, sizeof text - 1); /* as the kernel cuts it */
    memcpy(text, name, length);
    text[length] = 0;
    ring_write_text(writer, memtrace_op_thread_name, 0, NULL, 0, NULL, 0, text);
    ring_leave(writer);
}

/* A ring belongs to its thread: that one records its new name with its next event. */
void threads_renamed(pthread_t thread)
{
    for (struct ring_writer *writer = ring_first(); writer; writer = writer->next)
        if (pthread_equal(writer->thread, thread) &&
            !__atomic_load_n(&writer->ring->owner_gone, __ATOMIC_RELAXED))
            __atomic_or_fetch(&writer->attention, RING_RENAMED, __ATOMIC_RELAXED);
}

void thread_attend(struct ring_writer *writer)
{
    uint32_t attention = __atomic_load_n(&writer->attention, __ATOMIC_RELAXED);
    if (attention & RING_RENAMED) {
        __atomic_and_fetch(&writer->attention, ~RING_RENAMED, __ATOMIC_RELAXED);
        char name[17];
        read_name(name);
        threads_write_name(name);
    }
    if ((attention & RING_LOADING) &&
        (uintptr_t)__builtin_frame_address(0) > thread_state.loading) {
        __atomic_and_fetch(&writer->attention, ~RING_LOADING, __ATOMIC_RELAXED);
        images_loader_answers();
        images_look();
    }
}
