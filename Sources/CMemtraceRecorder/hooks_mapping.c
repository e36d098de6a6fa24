/* Mappings and the heap segment. What is mapped is recorded after the call, an unmapping before. */
#define _GNU_SOURCE
#include "heap_segment.h"
#include "images.h"
#include "session.h"
#include "stacks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The unwinder's own memory is not the program's. */
static bool records(const void *caller)
{
    return session_records() && !(thread_state.unwinding && images_unwinder_owns(caller));
}

/* The path of an open file, empty where there is none. */
static void path_of(int file, char path[RING_TEXT_BYTES + 1])
{
    char link[40] = "/proc/self/fd/";
    size_t length = strlen(link);
    char digits[12];
    int count = 0;
    unsigned number = (unsigned)file;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    while (count > 0)
        link[length++] = digits[--count];
    link[length] = 0;
    long got = syscall(SYS_readlinkat, AT_FDCWD, link, path, RING_TEXT_BYTES);
    path[got < 0 ? 0 : got] = 0;
}

static void write_mapping(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    int error = errno;
    char path[RING_TEXT_BYTES + 1] = "";
    if (at != MAP_FAILED && !(flags & MAP_ANONYMOUS) && file >= 0)
        path_of(file, path);
    uint32_t stack = stacks_here();
    struct ring_writer *writer = ring_enter();
    if (writer != NULL) {
        const uint64_t arguments[] = {
            at == MAP_FAILED ? 0 : (uintptr_t)at, size,           (unsigned)protection,
            (unsigned)flags,                      (uint64_t)file, (uint64_t)offset,
        };
        ring_write_text(writer, memtrace_op_mmap, stack, arguments, 6, NULL, 0, path);
        ring_leave(writer);
    }
    errno = error;
}

EXPORTED void *mmap(void *hint, size_t size, int protection, int flags, int file, off_t offset)
{
    if (UNLIKELY(!real_ready())) {
        long at = syscall(SYS_mmap, hint, size, protection, flags, file, offset);
        return (void *)at;
    }
    bool recorded = records(__builtin_return_address(0));
    void *at = real.mmap(hint, size, protection, flags, file, offset);
    if (recorded)
        write_mapping(at, size, protection, flags, file, offset);
    return at;
}

EXPORTED void *mmap64(void *, size_t, int, int, int, off_t) __attribute__((alias("mmap")));

EXPORTED int munmap(void *at, size_t size)
{
    if (UNLIKELY(!real_ready()))
        return (int)syscall(SYS_munmap, at, size);
    bool valid = size != 0 && ((uintptr_t)at & 4095) == 0;
    if (valid && records(__builtin_return_address(0))) {
        struct ring_writer *writer = ring_enter();
        if (writer != NULL) {
            const uint64_t arguments[] = {(uintptr_t)at, size};
            ring_write(writer, memtrace_op_munmap, 0, arguments, 2);
            ring_leave(writer);
        }
    }
    return real.munmap(at, size);
}

EXPORTED void *mremap(void *old, size_t old_size, size_t size, int flags, ...)
{
    void *wanted = NULL;
    if (flags & MREMAP_FIXED) {
        va_list list;
        va_start(list, flags);
        wanted = va_arg(list, void *);
        va_end(list);
    }
    if (UNLIKELY(!real_ready())) {
        long at = syscall(SYS_mremap, old, old_size, size, flags, wanted);
        return (void *)at;
    }
    if (!records(__builtin_return_address(0)))
        return real.mremap(old, old_size, size, flags, wanted);
    uint32_t stack = stacks_here();
    struct ring_writer *writer = ring_enter();
    uint64_t before = writer != NULL ? ring_clock() : 0;
    void *at = real.mremap(old, old_size, size, flags, wanted);
    if (writer != NULL) {
        const uint64_t arguments[] = {
            at == MAP_FAILED ? 0 : (uintptr_t)at, size, (uintptr_t)old, before, old_size,
        };
        ring_write(writer, memtrace_op_mremap, stack, arguments, 5);
        ring_leave(writer);
    }
    return at;
}

static void write_result(uint8_t op, const void *at, size_t size, int what, int result)
{
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    const uint64_t arguments[] = {
        (uintptr_t)at, size, (uint64_t)(int64_t)what, (uint64_t)(int64_t)result,
    };
    ring_write(writer, op, 0, arguments, 4);
    ring_leave(writer);
}

EXPORTED int mprotect(void *at, size_t size, int protection)
{
    if (UNLIKELY(!real_ready()))
        return (int)syscall(SYS_mprotect, at, size, protection);
    bool recorded = records(__builtin_return_address(0));
    int result = real.mprotect(at, size, protection);
    if (recorded)
        write_result(memtrace_op_mprotect, at, size, protection, result);
    return result;
}

EXPORTED int madvise(void *at, size_t size, int advice)
{
    if (UNLIKELY(!real_ready()))
        return (int)syscall(SYS_madvise, at, size, advice);
    bool recorded = records(__builtin_return_address(0));
    int result = real.madvise(at, size, advice);
    if (recorded)
        write_result(memtrace_op_madvise, at, size, advice, result);
    return result;
}

static void look_at_heap_segment(void)
{
    if (!session_records())
        return;
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    heap_segment_look(writer);
    ring_leave(writer);
}

EXPORTED void *sbrk(intptr_t change)
{
    if (UNLIKELY(!real_ready()))
        return (void *)-1;
    void *before = real.sbrk(change);
    if (change != 0)
        look_at_heap_segment();
    return before;
}

EXPORTED int brk(void *end)
{
    if (UNLIKELY(!real_ready()))
        return -1;
    int result = real.brk(end);
    look_at_heap_segment();
    return result;
}
