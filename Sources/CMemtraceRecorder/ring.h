/* Writing records into the ring of the calling thread (see memtrace_channel.h). */
#ifndef RECORDER_RING_H
#define RECORDER_RING_H

#include "memtrace_channel.h"
#include "real.h"
#include "unwind.h"

#include <time.h>

/* The longest record, and what `ring_enter` makes sure of: room for a few of the longest. */
#define RING_TEXT_BYTES 4096u
#define RING_ROOM_BYTES 16384u

/* A ring as its process sees it. It stays when its thread ends, and may then serve another. */
struct ring_writer {
    struct memtrace_ring *ring;
    uint64_t *words;
    uint64_t capacity;
    uint64_t limit;    /* of `reserved`: beyond it `ring_enter` looks after room */
    uint64_t consumed; /* as last read */
    uint64_t entered_reserved; /* `reserved` when it became busy */
    uint64_t backed;   /* bytes from the ring's beginning that have storage */
    uint32_t attention; /* what other than an event waits for this thread */
    uint32_t tid;
    pthread_t thread;
    struct ring_writer *next;
    uintptr_t *frames; /* room for a call stack */
    struct unwind_memory walks;
};

#define SCRATCH_BYTES 1024u

#define RING_RENAMED 1u /* another thread gave it a name */
#define RING_LOADING 2u /* it was inside of dlopen */

/* What a thread knows of itself. */
struct thread_state {
    struct ring_writer *writer;
    struct ring_writer *interrupted; /* the ring of a hook in which a handler took another */
    bool stopped;      /* its ring could not be made */
    int quiet;         /* more than 0: inside of the recorder's own calls of libc, with signals blocked */
    uint64_t unwinding; /* 0, or the mark of the hook that does it */
    bool has_stack;
    bool is_main;
    uintptr_t stack_low; /* of the thread's stack, where it is known */
    size_t stack_bytes;
    size_t guard_bytes;
    unsigned char *scratch; /* what libc allocates for the recorder comes from here, if not null */
    size_t scratch_bytes;
    uintptr_t loading; /* stack pointer at a dlopen that has not been looked after yet */
};

extern __thread struct thread_state thread_state __attribute__((visibility("hidden")));

/* Starts on rings anew, for this process: `folder` stays, `frames` is a call stack's depth. */
void ring_begin_process(const char *folder, uint32_t collector, uint64_t capacity, uint32_t frames,
                        uint32_t pid, uint64_t process_start);

/* All rings of the process, newest first. */
struct ring_writer *ring_first(void);

/* Whether threads beside the calling one have rings. */
bool ring_others_live(void);

/* The ring of a thread that has none yet, or null. */
struct ring_writer *ring_attach(void);

/* Records whose the calling thread's ring is. */
bool ring_write_owner(void);

/* Waits for the reader, or takes another ring inside of a signal handler; null: recording stops. */
struct ring_writer *ring_make_room(struct ring_writer *writer, const uintptr_t *here);

/* A hook under way: its frame, and 8 bits of the return address that stands there. The lowest byte
 * is free; `busy` counts in it how many hooks are inside. */
static inline uint64_t hook_mark(const uintptr_t *frame)
{
    return (uint64_t)(uintptr_t)frame << 16 | ((frame[1] ^ frame[1] >> 8) & 0xff) << 8;
}

#define RING_HOOKS_MASK 0xffu

/* Whether a hook was left by a jump out of a signal handler: the thread is above its frame now, or
 * something else stands there. */
bool hook_was_left(uint64_t mark, const uintptr_t *here);

/* Makes the unfinished records whole of a hook that was jumped out of; true where that was so. */
bool ring_repair(struct ring_writer *writer, const uintptr_t *here);

/* Does what waits for this thread. */
void thread_attend(struct ring_writer *writer);

/* Counts an event that could not be recorded. */
void ring_count_lost(void);

static inline uint64_t ring_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Begins an event; null where the thread is not recorded. Ends with `ring_leave`. */
static inline struct ring_writer *ring_enter(void)
{
    struct ring_writer *writer = thread_state.writer;
    if (UNLIKELY(writer == NULL) && (writer = ring_attach()) == NULL)
        return NULL;
    const uintptr_t *here = __builtin_frame_address(0);
    uint64_t reserved = __atomic_load_n(&writer->ring->reserved, __ATOMIC_RELAXED);
    if (UNLIKELY(reserved > writer->limit) && (writer = ring_make_room(writer, here)) == NULL)
        return NULL;
    /* A signal handler in between leaves it as it was. */
    uint64_t *busy = &writer->ring->busy;
    uint64_t hooks = __atomic_load_n(busy, __ATOMIC_RELAXED);
    if (LIKELY(hooks == 0) || ring_repair(writer, here)) {
        __atomic_exchange_n(busy, hook_mark(here) | 1, __ATOMIC_SEQ_CST);
        writer->entered_reserved = __atomic_load_n(&writer->ring->reserved, __ATOMIC_RELAXED);
    } else {
        __atomic_store_n(busy, hooks + 1, __ATOMIC_SEQ_CST);
    }
    return writer;
}

/* Ends an event, and leaves what waits for the thread for later. */
static inline void ring_leave_soon(struct ring_writer *writer)
{
    uint64_t *busy = &writer->ring->busy;
    uint64_t hooks = __atomic_load_n(busy, __ATOMIC_RELAXED);
    __atomic_store_n(busy, LIKELY((hooks & RING_HOOKS_MASK) <= 1) ? 0 : hooks - 1,
                     __ATOMIC_RELEASE);
}

static inline void ring_leave(struct ring_writer *writer)
{
    ring_leave_soon(writer);
    if (UNLIKELY(__atomic_load_n(&writer->attention, __ATOMIC_RELAXED)))
        thread_attend(writer);
}

/* Claims a record and gives its words with the time written, or null where there is no room.
 *
 * The clock is read between the look at `reserved` and its change: records of a ring stand in order
 * of their times, whatever a signal handler does in between. */
static inline uint64_t *ring_claim(struct ring_writer *writer, uint32_t words)
{
    struct memtrace_ring *ring = writer->ring;
    uint64_t bytes = (uint64_t)words * 8;
    for (;;) {
        uint64_t at = __atomic_load_n(&ring->reserved, __ATOMIC_RELAXED);
        uint64_t offset = at & (writer->capacity - 1);
        uint64_t rest = writer->capacity - offset;
        uint64_t skipped = UNLIKELY(bytes > rest) ? rest : 0;
        if (UNLIKELY(at + skipped + bytes - writer->consumed > writer->capacity)) {
            writer->consumed = __atomic_load_n(&ring->consumed, __ATOMIC_ACQUIRE);
            if (at + skipped + bytes - writer->consumed > writer->capacity) {
                __atomic_fetch_add(&ring->lost, 1, __ATOMIC_RELAXED);
                return NULL;
            }
        }
        uint64_t now = ring_clock();
        if (UNLIKELY(!__atomic_compare_exchange_n(&ring->reserved, &at, at + skipped + bytes, false,
                                                  __ATOMIC_RELAXED, __ATOMIC_RELAXED)))
            continue;
        uint64_t *record = writer->words + offset / 8;
        if (UNLIKELY(skipped)) {
            __atomic_store_n(record,
                             memtrace_record_word(memtrace_op_skip, 0, (uint16_t)(skipped / 8), 0),
                             __ATOMIC_RELEASE);
            record = writer->words;
        }
        __atomic_store_n(record, memtrace_record_word(0, 0, (uint16_t)words, 0), __ATOMIC_RELAXED);
        record[1] = now;
        return record;
    }
}

static inline void ring_complete(uint64_t *record, uint8_t op, uint8_t flags, uint32_t words,
                                 uint32_t stack)
{
    __atomic_store_n(record, memtrace_record_word(op, flags, (uint16_t)words, stack),
                     __ATOMIC_RELEASE);
}

/* Writes one record of arguments; between `ring_enter` and `ring_leave`. */
static inline void ring_write(struct ring_writer *writer, uint8_t op, uint32_t stack,
                              const uint64_t *arguments, uint32_t count)
{
    uint64_t *record = ring_claim(writer, 2 + count);
    if (UNLIKELY(record == NULL))
        return;
    for (uint32_t i = 0; i < count; i++)
        record[2 + i] = arguments[i];
    ring_complete(record, op, 0, 2 + count, stack);
}

/* The same with bytes in whole words, and a text of at most RING_TEXT_BYTES, behind them. */
void ring_write_text(struct ring_writer *writer, uint8_t op, uint32_t stack,
                     const uint64_t *arguments, uint32_t count, const void *bytes,
                     uint32_t byte_count, const char *text);

/* One line on standard error. */
void recorder_say(const char *what, const char *why);

/* Memory without libc's allocator; null where there is none. Never changes errno. */
void *raw_map(size_t bytes);
void raw_unmap(void *memory, size_t bytes);

/* Memory for what libc allocates while the recorder asks it something: a thread's first use of the
 * allocator makes an arena, which the program would not have. It lasts until `scratch` is null. */
static inline void *scratch_allocate(size_t size)
{
    size_t bytes = (size + 15) & ~(size_t)15;
    if (LIKELY(thread_state.scratch == NULL) || bytes < size || bytes > thread_state.scratch_bytes)
        return NULL;
    thread_state.scratch_bytes -= bytes;
    return thread_state.scratch + thread_state.scratch_bytes;
}

static inline bool scratch_owns(const void *block)
{
    return UNLIKELY(thread_state.scratch != NULL) &&
           (uintptr_t)block - (uintptr_t)thread_state.scratch < SCRATCH_BYTES;
}

/* Keeps signal handlers off while the recorder calls what may allocate. */
void quiet_begin(uint64_t *mask);
void quiet_end(uint64_t mask);

#endif
