#define _GNU_SOURCE
#include "heap_segment.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

uintptr_t heap_segment_end;

static uintptr_t heap_segment_start;

/* Field 47 of /proc/self/stat, counted behind the name, which may hold anything. */
static uintptr_t find_start(void)
{
    char text[1024];
    int file = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/stat", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (length <= 0)
        return 0;
    text[length] = 0;
    const char *at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 47; field++) {
        at = strchr(at, ' ');
        if (at != NULL)
            at++;
    }
    uintptr_t start = 0;
    for (; at != NULL && *at >= '0' && *at <= '9'; at++)
        start = start * 10 + (uintptr_t)(*at - '0');
    return start;
}

void heap_segment_begin_process(void)
{
    heap_segment_end = (uintptr_t)real.sbrk(0);
    heap_segment_start = find_start();
    if (heap_segment_start == 0 || heap_segment_start > heap_segment_end)
        heap_segment_start = heap_segment_end;
    struct ring_writer *writer = ring_enter();
    if (writer != NULL) {
        heap_segment_write(writer, heap_segment_end);
        ring_leave(writer);
    }
}

void heap_segment_write(struct ring_writer *writer, uintptr_t end)
{
    __atomic_store_n(&heap_segment_end, end, __ATOMIC_RELAXED);
    uint64_t arguments[] = {heap_segment_start, end - heap_segment_start};
    ring_write(writer, memtrace_op_brk, 0, arguments, 2);
}
