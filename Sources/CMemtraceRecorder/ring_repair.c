/* What a hook has begun to write and, jumped out of by a signal handler, will not finish. */
#define _GNU_SOURCE
#include "ring.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

bool hook_was_left(uint64_t mark, const uintptr_t *here)
{
    /* On another stack, of a handler or a coroutine, places say nothing. */
    const uintptr_t *frame = (const uintptr_t *)(uintptr_t)(mark >> 16);
    uintptr_t low = thread_state.stack_low, bytes = thread_state.stack_bytes;
    if (!thread_state.has_stack || (uintptr_t)frame - low >= bytes - 2 * sizeof *frame ||
        (uintptr_t)here - low >= bytes)
        return false;
    return here >= frame || hook_mark(frame) != (mark & ~(uint64_t)RING_HOOKS_MASK);
}

/* Makes records that say nothing of what was claimed and not written, from one place to another. */
static void fill(struct ring_writer *writer, uint64_t at, uint64_t end)
{
    while (at < end) {
        uint64_t offset = at & (writer->capacity - 1);
        uint64_t rest = writer->capacity - offset, bytes = end - at;
        uint64_t *record = writer->words + offset / 8;
        if (bytes >= rest) {
            bytes = rest;
            ring_complete(record, memtrace_op_skip, 0, (uint32_t)(rest / 8), 0);
        } else {
            uint64_t tid = writer->tid;
            if (bytes > 16)
                record[2] = tid; /* whose the ring is, as before */
            ring_complete(record, bytes > 16 ? memtrace_op_owner : memtrace_op_thread_exit, 0,
                          (uint32_t)(bytes / 8), 0);
        }
        at += bytes;
    }
}

/* Whether the reader takes out what stands at a place, which is 0, or there is nothing yet. */
static bool is_taken_out(struct memtrace_ring *ring, uint64_t at)
{
    const struct timespec patience = {0, 1000000};
    if (__atomic_load_n(&ring->consumed, __ATOMIC_ACQUIRE) <= at)
        syscall(SYS_nanosleep, &patience, NULL);
    return __atomic_load_n(&ring->consumed, __ATOMIC_ACQUIRE) > at;
}

static void finish_records(struct ring_writer *writer)
{
    uint64_t at = writer->entered_reserved;
    uint64_t end = __atomic_load_n(&writer->ring->reserved, __ATOMIC_RELAXED);
    while (at < end) {
        uint64_t offset = at & (writer->capacity - 1);
        uint64_t head = __atomic_load_n(&writer->words[offset / 8], __ATOMIC_RELAXED);
        uint64_t next = at + (head >> 16 & 0xffff) * 8;
        if ((head & 0xff) == memtrace_op_skip) {
            next = at + writer->capacity - offset;
        } else if (head == 0) {
            if (is_taken_out(writer->ring, at)) {
                at = __atomic_load_n(&writer->ring->consumed, __ATOMIC_RELAXED);
                continue;
            }
            /* Its length was not written: the next record begins at a word that is not 0. */
            for (next = at + 8; next < end; next += 8)
                if (writer->words[(next & (writer->capacity - 1)) / 8] != 0)
                    break;
        }
        if ((head & 0xff) == memtrace_op_none)
            fill(writer, at, next < end ? next : end);
        at = next;
    }
}

bool ring_repair(struct ring_writer *writer, const uintptr_t *here)
{
    if (!hook_was_left(__atomic_load_n(&writer->ring->busy, __ATOMIC_RELAXED), here))
        return false;
    int error = errno;
    finish_records(writer);
    errno = error;
    return true;
}
