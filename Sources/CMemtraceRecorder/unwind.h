/* Call stacks by the tables of .eh_frame, without a lock and without allocation.
 *
 * What a return address needs to find its caller is worked out once and kept. Where the tables say
 * what this cannot express the walk is given up, for libunwind to do. Only x86_64.
 */
#ifndef RECORDER_UNWIND_H
#define RECORDER_UNWIND_H

#include "real.h"
#include "stack_table.h"

/* Where a walk begins: in the caller of a function with a frame pointer. */
struct unwind_start {
    uintptr_t pc;
    uintptr_t sp;
    uintptr_t fp;
};

/* A frame on the way out: what is needed to find its caller, and where that came from. */
struct unwind_state {
    uintptr_t pc;
    uintptr_t sp;
    uintptr_t fp;
    uintptr_t fp_at; /* 0 where the frame inside left it alone */
    struct stack_key key; /* of this frame and all outside of it */
    uint32_t depth;       /* frames that count, this one included */
};

/* The last walk of a thread, outermost first, and the one under way, innermost first.
 *
 * Most of a stack stands still between two allocations. Where a walk comes to a frame of the last
 * one and the words that were read on the way out from there have not changed, the rest is known. */
struct unwind_memory {
    uint64_t changes; /* of images, when it was */
    uint32_t room;
    uint32_t count;
    uint32_t fresh_count;
    struct unwind_state *states;
    struct unwind_state *fresh;
};

bool unwind_begin_process(void);

/* Bytes for a memory of walks of at most `limit` frames, and how it is laid out in them. */
size_t unwind_memory_bytes(uint32_t limit);
void unwind_memory_begin(struct unwind_memory *memory, void *room, uint32_t limit);

/* Walks at most `limit` frames, without the recorder's own; -1 where it cannot. `high` is the end
 * of the thread's stack. */
int unwind_walk(struct unwind_memory *memory, struct unwind_start start, uintptr_t high,
                uint32_t limit, struct stack_key *key);

/* The return addresses of the last walk, innermost first. */
void unwind_copy(const struct unwind_memory *memory, uintptr_t *frames, uint32_t count);

#endif
