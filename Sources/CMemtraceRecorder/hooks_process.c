/* A process becomes two, becomes another program, or ends. */
#define _GNU_SOURCE
#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

EXPORTED pid_t fork(void)
{
    if (!real_ready())
        return (pid_t)-1;
    bool records = session_records();
    pid_t child = real.fork();
    if (child == 0) {
        /* Where the kernel wipes the page this says the same. */
        if (records)
            __atomic_store_n(session_mode, session_undecided, __ATOMIC_RELAXED);
        session_records();
    } else if (child > 0 && records) {
        struct ring_writer *writer = ring_enter();
        if (writer != NULL) {
            const uint64_t arguments[] = {(uint64_t)child};
            ring_write(writer, memtrace_op_fork, 0, arguments, 1);
            ring_leave(writer);
        }
    }
    return child;
}

static bool begin_exec(const char *path)
{
    if (!session_records() || !session_is_of_this_process())
        return false;
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return false;
    ring_write_text(writer, memtrace_op_exec, 0, NULL, 0, NULL, 0, path);
    ring_leave(writer);
    session_leaves(true);
    return true;
}

static int failed(bool began, const char *path)
{
    int error = errno;
    if (!began)
        return -1;
    session_leaves(false);
    struct ring_writer *writer = ring_enter();
    if (writer != NULL) {
        const uint64_t arguments[] = {(uint64_t)error};
        ring_write_text(writer, memtrace_op_exec_failed, 0, arguments, 1, NULL, 0, path);
        ring_leave(writer);
    }
    errno = error;
    return -1;
}

EXPORTED int execve(const char *path, char *const arguments[], char *const variables[])
{
    if (!real_ready())
        return -1;
    bool began = begin_exec(path);
    real.execve(path, arguments, variables);
    return failed(began, path);
}

EXPORTED int execv(const char *path, char *const arguments[])
{
    if (!real_ready())
        return -1;
    bool began = begin_exec(path);
    real.execv(path, arguments);
    return failed(began, path);
}

EXPORTED int execvp(const char *file, char *const arguments[])
{
    if (!real_ready())
        return -1;
    bool began = begin_exec(file);
    real.execvp(file, arguments);
    return failed(began, file);
}

EXPORTED int execvpe(const char *file, char *const arguments[], char *const variables[])
{
    if (!real_ready())
        return -1;
    bool began = begin_exec(file);
    real.execvpe(file, arguments, variables);
    return failed(began, file);
}

EXPORTED int fexecve(int file, char *const arguments[], char *const variables[])
{
    if (!real_ready())
        return -1;
    bool began = begin_exec(NULL);
    real.fexecve(file, arguments, variables);
    return failed(began, NULL);
}

EXPORTED int execveat(int folder, const char *path, char *const arguments[],
                      char *const variables[], int flags)
{
    if (!real_ready())
        return -1;
    bool began = begin_exec(path);
    if (real.execveat != NULL)
        real.execveat(folder, path, arguments, variables, flags);
    else
        syscall(SYS_execveat, folder, path, arguments, variables, flags);
    return failed(began, path);
}

static size_t count_arguments(va_list list)
{
    size_t count = 1;
    while (va_arg(list, char *) != NULL)
        count++;
    return count;
}

/* The arguments in an array on the stack, as the kernel bounds them, with its null; `list` is then
 * behind the null. */
#define COLLECT(array, first)                                                                     \
    va_list list, counting;                                                                       \
    va_start(list, first);                                                                        \
    va_copy(counting, list);                                                                      \
    size_t count = count_arguments(counting);                                                      \
    va_end(counting);                                                                             \
    char *array[count + 1];                                                                       \
    array[0] = (char *)(first);                                                                   \
    for (size_t i = 1; i <= count; i++)                                                           \
        array[i] = va_arg(list, char *)

EXPORTED int execl(const char *path, const char *argument, ...)
{
    COLLECT(arguments, argument);
    va_end(list);
    return execve(path, arguments, environ);
}

EXPORTED int execlp(const char *file, const char *argument, ...)
{
    COLLECT(arguments, argument);
    va_end(list);
    return execvp(file, arguments);
}

EXPORTED int execle(const char *path, const char *argument, ...)
{
    COLLECT(arguments, argument);
    char **variables = va_arg(list, char **);
    va_end(list);
    return execve(path, arguments, variables);
}

EXPORTED void _exit(int status)
{
    if (session_records() && session_is_of_this_process()) {
        struct ring_writer *writer = ring_enter();
        if (writer != NULL) {
            const uint64_t arguments[] = {(uint64_t)(int64_t)status};
            ring_write(writer, memtrace_op_exit, 0, arguments, 1);
            ring_leave(writer);
            session_leaves(true);
        }
    }
    for (;;) {
        if (real_ready() && real.exit_now != NULL)
            real.exit_now(status);
        syscall(SYS_exit_group, status);
    }
}

EXPORTED void _Exit(int status)
{
    _exit(status);
}
