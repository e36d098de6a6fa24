/* Threads begin and get names. */
#define _GNU_SOURCE
#include "session.h"
#include "stacks.h"
#include "threads.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the creator hands to the new thread, which frees it. */
struct thread_start {
    void *(*routine)(void *);
    void *argument;
    bool is_used;
};

/* Not from libc's allocator: a signal handler of the program may use that while we would be in it. */
static struct thread_start starts[64];

static struct thread_start *take_start(void)
{
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (!__atomic_load_n(&starts[i].is_used, __ATOMIC_RELAXED) &&
            !__atomic_exchange_n(&starts[i].is_used, true, __ATOMIC_ACQUIRE))
            return &starts[i];
    return raw_map(sizeof(struct thread_start));
}

static void release(struct thread_start *start)
{
    if ((uintptr_t)start - (uintptr_t)starts >= sizeof starts)
        raw_unmap(start, sizeof *start);
    else
        __atomic_store_n(&start->is_used, false, __ATOMIC_RELEASE);
}

/* The creation is recorded by the creator meanwhile: waiting for it would change who is first. */
static void *run(void *handed)
{
    struct thread_start *start = handed;
    void *(*routine)(void *) = start->routine;
    void *argument = start->argument;
    release(start);
    if (session_records())
        threads_begin();
    return routine(argument);
}

static size_t stack_bytes_of(const pthread_attr_t *attributes)
{
    size_t bytes = 0;
    pthread_attr_t usual;
    if (attributes == NULL) {
        /* One that says nothing of stacks gives the usual size; it allocates nothing. */
        pthread_attr_init(&usual);
        attributes = &usual;
    }
    pthread_attr_getstacksize(attributes, &bytes);
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
    int result = real.pthread_create(thread, attributes, run, start);
    if (result != 0) {
        release(start);
        return result;
    }
    uint32_t stack = stacks_here();
    struct ring_writer *writer = ring_enter();
    if (writer != NULL) {
        const uint64_t arguments[] = {(uintptr_t)*thread, stack_bytes_of(attributes)};
        ring_write(writer, memtrace_op_pthread_create, stack, arguments, 2);
        ring_leave(writer);
    }
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
