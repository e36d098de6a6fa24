/* The allocator's functions. An allocation is recorded after the call, a release before it. */
#define _GNU_SOURCE
#include "heap_segment.h"
#include "session.h"
#include "stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static inline void write_block(uint8_t op, const void *block, size_t size)
{
    uint32_t stack = stacks_here();
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    const uint64_t arguments[] = {(uintptr_t)block, size};
    ring_write(writer, op, stack, arguments, 2);
    heap_segment_look(writer);
    ring_leave(writer);
}

static void write_aligned(uint8_t op, const void *block, size_t size, size_t alignment)
{
    uint32_t stack = stacks_here();
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    const uint64_t arguments[] = {(uintptr_t)block, size, alignment};
    ring_write(writer, op, stack, arguments, 3);
    heap_segment_look(writer);
    ring_leave(writer);
}

static inline void write_free(const void *block)
{
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    const uint64_t arguments[] = {(uintptr_t)block};
    ring_write(writer, memtrace_op_free, 0, arguments, 1);
    heap_segment_look(writer);
    ring_leave(writer);
}

EXPORTED void *malloc(size_t size)
{
    if (UNLIKELY(!real_ready()))
        return early_allocate(size, 16);
    bool records = session_records();
    void *block = LIKELY(records) ? NULL : scratch_allocate(size);
    if (UNLIKELY(block != NULL))
        return block;
    block = real.malloc(size);
    if (LIKELY(records))
        write_block(memtrace_op_malloc, block, size);
    return block;
}

EXPORTED void *calloc(size_t count, size_t size)
{
    size_t bytes;
    bool overflows = __builtin_mul_overflow(count, size, &bytes);
    if (UNLIKELY(!real_ready()))
        return overflows ? NULL : early_allocate(bytes, 16); /* never used before: zeros */
    bool records = session_records();
    void *block = LIKELY(records) || overflows ? NULL : scratch_allocate(bytes);
    if (UNLIKELY(block != NULL))
        return memset(block, 0, bytes);
    block = real.calloc(count, size);
    if (LIKELY(records))
        write_block(memtrace_op_calloc, block, overflows ? SIZE_MAX : bytes);
    return block;
}

EXPORTED void free(void *block)
{
    if (block == NULL || early_owns(block))
        return;
    if (UNLIKELY(!real_ready()))
        return;
    if (LIKELY(session_records()))
        write_free(block);
    else if (scratch_owns(block))
        return;
    real.free(block);
}

/* Moves a block that was allocated before libc's functions were found. */
static void *move_early(void *old, size_t size)
{
    void *block = malloc(size);
    if (block != NULL) {
        size_t kept = early_size(old);
        memcpy(block, old, kept < size ? kept : size);
    }
    return block;
}

static void *resize_unrecorded(void *old, size_t size)
{
    if (old != NULL && !scratch_owns(old))
        return real.realloc(old, size);
    void *block = scratch_allocate(size);
    if (block == NULL)
        block = real.malloc(size);
    if (block != NULL && old != NULL) {
        /* All of the scratch that may belong to it. */
        size_t rest = (size_t)(thread_state.scratch + SCRATCH_BYTES - (unsigned char *)old);
        memmove(block, old, rest < size ? rest : size);
    }
    return block;
}

static void *resize(void *old, size_t size)
{
    if (UNLIKELY(early_owns(old)))
        return move_early(old, size);
    if (UNLIKELY(!real_ready()))
        return early_allocate(size, 16);
    if (UNLIKELY(!session_records()))
        return resize_unrecorded(old, size);
    if (UNLIKELY(size == 0 && old != NULL)) {
        /* libc frees the block; other allocators may give an empty one. */
        write_free(old);
        void *block = real.realloc(old, size);
        if (block != NULL)
            write_block(memtrace_op_malloc, block, size);
        return block;
    }
    uint32_t stack = stacks_here();
    struct ring_writer *writer = ring_enter();
    uint64_t before = writer != NULL ? ring_clock() : 0;
    void *block = real.realloc(old, size);
    if (writer != NULL) {
        const uint64_t arguments[] = {(uintptr_t)block, size, (uintptr_t)old, before};
        ring_write(writer, memtrace_op_realloc, stack, arguments, 4);
        heap_segment_look(writer);
        ring_leave(writer);
    }
    return block;
}

EXPORTED void *realloc(void *old, size_t size)
{
    return resize(old, size);
}

EXPORTED void *reallocarray(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return resize(old, bytes);
}

EXPORTED void *memalign(size_t alignment, size_t size)
{
    if (UNLIKELY(!real_ready()))
        return early_allocate(size, alignment);
    bool records = session_records();
    void *block = real.memalign(alignment, size);
    if (LIKELY(records))
        write_aligned(memtrace_op_memalign, block, size, alignment);
    return block;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
    if (UNLIKELY(!real_ready()))
        return early_allocate(size, alignment);
    bool records = session_records();
    void *block = real.aligned_alloc(alignment, size);
    if (LIKELY(records))
        write_aligned(memtrace_op_aligned_alloc, block, size, alignment);
    return block;
}

EXPORTED int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (UNLIKELY(!real_ready())) {
        *block = early_allocate(size, alignment);
        return *block == NULL ? ENOMEM : 0;
    }
    bool records = session_records();
    int result = real.posix_memalign(block, alignment, size);
    if (LIKELY(records))
        write_aligned(memtrace_op_posix_memalign, result == 0 ? *block : NULL, size, alignment);
    return result;
}

EXPORTED void *valloc(size_t size)
{
    if (UNLIKELY(!real_ready()))
        return early_allocate(size, 4096);
    bool records = session_records();
    void *block = real.valloc(size);
    if (LIKELY(records))
        write_block(memtrace_op_valloc, block, size);
    return block;
}

EXPORTED void *pvalloc(size_t size)
{
    if (UNLIKELY(!real_ready()))
        return early_allocate((size + 4095) & ~(size_t)4095, 4096);
    bool records = session_records();
    void *block = real.pvalloc(size);
    if (LIKELY(records))
        write_block(memtrace_op_pvalloc, block, size);
    return block;
}
