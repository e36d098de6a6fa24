/* Threads begin and get names. */
#define _GNU_SOURCE
#include "session.h"
#include "stacks.h"
#include "threads.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the creator hands to the new thread; the last of both frees it. */
struct thread_start {
    void *(*routine)(void *);
    void *argument;
    uint32_t owners;
    uint32_t created; /* a futex: 1 once the creation has been recorded */
};

/* Not from libc's allocator: a signal handler of the program may use that while we would be in it. */
static struct thread_start starts[64];

static struct thread_start *take_start(void)
{
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        uint32_t owners = 0;
        if (__atomic_compare_exchange_n(&starts[i].owners, &owners, 2, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return &starts[i];
    }
    struct thread_start *start = raw_map(sizeof *start);
    if (start != NULL)
        start->owners = 2;
    return start;
}

static void release(struct thread_start *start, uint32_t owners)
{
    if (__atomic_sub_fetch(&start->owners, owners, __ATOMIC_ACQ_REL) == 0 &&
        (uintptr_t)start - (uintptr_t)starts >= sizeof starts)
        raw_unmap(start, sizeof *start);
}

/* The creation comes first in the recording, but nobody waits for it for long. */
static void await_creation(struct thread_start *start)
{
    const struct timespec patience = {0, 20000000};
    if (!__atomic_load_n(&start->created, __ATOMIC_ACQUIRE))
        syscall(SYS_futex, &start->created, FUTEX_WAIT_PRIVATE, 0, &patience, NULL, 0);
}

static void *run(void *handed)
{
    struct thread_start *start = handed;
    void *(*routine)(void *) = start->routine;
    void *argument = start->argument;
    await_creation(start);
    release(start, 1);
    if (session_records())
        threads_begin();
    return routine(argument);
}

static size_t stack_bytes_of(const pthread_attr_t *attributes)
{
    size_t bytes = 0;
    if (attributes != NULL) {
        pthread_attr_getstacksize(attributes, &bytes);
        return bytes;
    }
    pthread_attr_t usual;
    uint64_t mask;
    quiet_begin(&mask);
    if (pthread_getattr_default_np(&usual) == 0) {
        pthread_attr_getstacksize(&usual, &bytes);
        pthread_attr_destroy(&usual);
    }
    quiet_end(mask);
    return bytes;
}

EXPORTED int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                            void *(*routine)(void *), void *argument)
{
    if (!real_ready())
        return EAGAIN;
    struct thread_start *start = session_records() ? take_start() : NULL;
    if (start == NULL)
        return real.pthread_create(thread, attributes, routine, argument);
    start->routine = routine;
    start->argument = argument;
    start->created = 0;
    int result = real.pthread_create(thread, attributes, run, start);
    if (result != 0) {
        release(start, 2);
        return result;
    }
    uint32_t stack = stacks_here();
    size_t bytes = stack_bytes_of(attributes);
    struct ring_writer *writer = ring_enter();
    if (writer != NULL) {
        const uint64_t arguments[] = {(uintptr_t)*thread, bytes};
        ring_write(writer, memtrace_op_pthread_create, stack, arguments, 2);
        ring_leave(writer);
    }
    __atomic_store_n(&start->created, 1, __ATOMIC_RELEASE);
    int error = errno;
    syscall(SYS_futex, &start->created, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = error;
    release(start, 1);
    return 0;
}

EXPORTED int pthread_setname_np(pthread_t thread, const char *name)
{
    if (!real_ready())
        return EAGAIN;
    int result = real.pthread_setname_np(thread, name);
    if (result == 0 && session_records()) {
        if (pthread_equal(thread, pthread_self()))
            threads_write_name(name);
        else
            threads_renamed(thread);
    }
    return result;
}

EXPORTED int prctl(int option, ...)
{
    va_list list;
    va_start(list, option);
    unsigned long a = va_arg(list, unsigned long), b = va_arg(list, unsigned long),
                  c = va_arg(list, unsigned long), d = va_arg(list, unsigned long);
    va_end(list);
    if (!real_ready())
        return (int)syscall(SYS_prctl, option, a, b, c, d);
    int result = real.prctl(option, a, b, c, d);
    if (option == PR_SET_NAME && result == 0 && session_records())
        threads_write_name((const char *)a);
    return result;
}
