#define _GNU_SOURCE
#include "stacks.h"

#include "images.h"
#include "ring.h"
#include "stack_table.h"
#include "unwind.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

/* Frames of the recorder itself that the unwinder gives too. */
enum { own_frames = 8 };

uint32_t stacks_frames;

static int (*backtrace)(void **, int);
static bool wanted;
static uint32_t limit;

void stacks_begin_process(uint32_t frames)
{
    limit = frames;
    wanted = frames > 0;
    stack_table_begin_process();
    if (wanted && unwind_begin_process())
        stacks_frames = limit;
}

void stacks_find_unwinder(void)
{
    if (!wanted)
        return;
    void *library = real.dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    void *found = library != NULL ? dlsym(library, "unw_backtrace") : NULL;
    if (found != NULL) {
        memcpy(&backtrace, &found, sizeof found);
        images_look();
        images_find_unwinder(found);
        stacks_frames = limit;
    } else if (stacks_frames == 0) {
        recorder_say("call stacks are not recorded", "libunwind.so.8 is not installed");
    }
}

static void define(uint32_t id, const uintptr_t *frames, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (images_find(frames[i]) == NULL) {
            images_look();
            break;
        }
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    uint64_t *record = ring_claim(writer, 2 + count);
    if (record != NULL) {
        memcpy(record + 2, frames, count * sizeof *frames);
        ring_complete(record, memtrace_op_stack, 0, 2 + count, id);
    }
    ring_leave(writer);
}

/* By libunwind, which takes the loader's lock. */
static uint32_t walk_slowly(uintptr_t *frames, struct stack_key *key)
{
    /* Not in a thread that has only just begun: sanitizers take the place of what it calls. */
    if (backtrace == NULL || !thread_state.has_stack || !images_may_ask_loader())
        return 0;
    void *found[STACKS_DEEPEST + own_frames];
    int all = backtrace(found, (int)limit + own_frames);
    uint32_t count = 0;
    for (int i = 0; i < all && count < limit; i++)
        if (!images_recorder_owns((uintptr_t)found[i]))
            frames[count++] = (uintptr_t)found[i];
    *key = stack_key_begin(__atomic_load_n(&images_epoch, __ATOMIC_ACQUIRE));
    for (uint32_t i = count; i > 0; i--)
        *key = stack_key_add(*key, frames[i - 1]);
    return count;
}

/* With a frame pointer of its own, above which stand the caller's and the return address. */
static inline __attribute__((always_inline)) int walk(struct unwind_memory *memory,
                                                       struct stack_key *key)
{
#if defined __x86_64__
    const uintptr_t *frame = __builtin_frame_address(0);
    struct unwind_start start = {frame[1], (uintptr_t)(frame + 2), frame[0]};
    /* Before a thread's bounds are known: its own record is at the stack's end. */
    uintptr_t low = thread_state.stack_low, high = low + thread_state.stack_bytes;
    if (!thread_state.has_stack)
        high = (uintptr_t)pthread_self();
    /* Another stack (of a signal handler, of a coroutine) has bounds that are not known. */
    if (start.sp >= high || high - start.sp > (size_t)1 << 31 ||
        (!thread_state.is_main && start.sp < low))
        return -1;
    return unwind_walk(memory, start, high, limit, key);
#else
    (void)memory, (void)key;
    return -1;
#endif
}

__attribute__((noinline)) uint32_t stacks_take(void)
{
    struct ring_writer *writer = thread_state.writer;
    const uintptr_t *here = __builtin_frame_address(0);
    uint64_t unwinding = thread_state.unwinding;
    if ((UNLIKELY(unwinding != 0) && !hook_was_left(unwinding, here)) ||
        (writer == NULL && (writer = ring_attach()) == NULL))
        return 0;
    int error = errno;
    if (UNLIKELY(unwinding != 0)) /* the last walk was not finished */
        unwind_memory_begin(&writer->walks, writer + 1, limit);
    __atomic_store_n(&thread_state.unwinding, hook_mark(here), __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    uintptr_t *frames = writer->frames;
    struct stack_key key;
    int walked = walk(&writer->walks, &key);
    uint32_t count = walked >= 0 ? (uint32_t)walked : walk_slowly(frames, &key);
    uint32_t id = 0;
    if (count > 0) {
        struct stack_slot *slot = NULL;
        id = stack_table_find(key, &slot);
        if (id == 0) {
            id = stack_table_next();
            if (walked >= 0)
                unwind_copy(&writer->walks, frames, count);
            define(id, frames, count);
            stack_table_publish(slot, key, id);
        }
    }
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    __atomic_store_n(&thread_state.unwinding, 0, __ATOMIC_RELAXED);
    errno = error;
    return id;
}
