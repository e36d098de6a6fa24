/* The memory that a recorded program and the memtrace process share.
 *
 * Each thread of the program writes records into a ring of its own; memtrace maps the same file, takes
 * the records out and puts the threads' streams into one order by time. Nothing is lost when the
 * program is killed: what was written stands in the file.
 *
 *   <session folder>/<pid>-<process start>-<number>.ring
 *
 *   0                4096                              4096 + capacity
 *   +----------------+----------------------------------+
 *   | ring header    | records, 8-byte words, cyclic    |
 *   +----------------+----------------------------------+
 *
 * A record is a header word, a time and what its operation needs; it never wraps: where it does not
 * fit before the end of the ring, a `memtrace_op_skip` record fills the rest.
 *
 *   word 0   63        32 31      16 15     8 7      0
 *            | stack id  | words    | flags  | op     |
 *   word 1   nanoseconds of CLOCK_MONOTONIC
 *   word 2…  arguments
 *
 * Writing: the writer adds the record's words to `reserved`, stores word 0 with op 0 (claimed), writes
 * the rest, and stores word 0 with its op (release): complete. A signal handler that interrupts it
 * claims the words behind. Reading: from `consumed` on, while word 0 has an op; the reader zeroes what
 * it took before it moves `consumed`, so free words are always 0.
 *
 * Order: `busy` is nonzero from before the clock is read until the record is complete. A reader that
 * takes the time T and then finds a ring idle knows that every record of it up to T is complete.
 * `busy` says no more than that: what else is in it is the writer's. A file may have no storage behind
 * `reserved`; a reader does not look there. A thread's start may stand before its creator's call.
 * A release (free, munmap) has its time from before the call, an allocation from after it; realloc
 * and mremap have both, so that another thread's use of the old address is never put before them.
 * The records of one ring stand in the order of their times, signal handlers included. A thread may
 * have two rings (a handler took another when the first was full). Ring 0 begins with the process and
 * its owner, every other with its owner. A realloc to size 0 is recorded as a free. `process_gone` is
 * set when the process is about to leave: other threads may still write until it has.
 */
#ifndef MEMTRACE_CHANNEL_H
#define MEMTRACE_CHANNEL_H

#include <stdint.h>

#define MEMTRACE_CHANNEL_MAGIC 0x474e4952544d454dULL /* "MEMTRING" */
#define MEMTRACE_CHANNEL_VERSION 1u
#define MEMTRACE_RING_HEADER_BYTES 4096u

/* The environment that `memtrace record` gives to the program. */
#define MEMTRACE_ENV_SESSION "MEMTRACE_SESSION"     /* the session folder */
#define MEMTRACE_ENV_COLLECTOR "MEMTRACE_COLLECTOR" /* the pid of the memtrace process */
#define MEMTRACE_ENV_STACKS "MEMTRACE_STACKS"       /* deepest call stack, in frames; 0 for none */
#define MEMTRACE_ENV_CHILDREN "MEMTRACE_CHILDREN"   /* "follow" or "ignore" */

enum memtrace_op {
    memtrace_op_none = 0,      /* free, or claimed where the word count is not 0 */
    memtrace_op_skip = 1,      /* no event: the rest of the ring up to its end; only word 0 */
    memtrace_op_process = 2,   /* first record of a process: pid, page size, parent pid; text: path of the executable */
    memtrace_op_owner = 3,     /* the ring's records are from now on of the thread: tid */
    memtrace_op_stack = 4,     /* defines the stack id of word 0: return addresses, innermost first */
    memtrace_op_image = 5,     /* loaded: lowest address, bytes to the highest, load bias, bytes of the build id;
                                  then the build id in whole words; text: path */
    memtrace_op_image_gone = 6, /* unloaded: lowest address, bytes; text: path */

    memtrace_op_malloc = 16,   /* address, size */
    memtrace_op_calloc = 17,   /* address, size (count times size) */
    memtrace_op_memalign = 18, /* address, size, alignment */
    memtrace_op_aligned_alloc = 19,
    memtrace_op_posix_memalign = 20,
    memtrace_op_valloc = 21,   /* address, size */
    memtrace_op_pvalloc = 22,
    memtrace_op_realloc = 23,  /* address, size, old address, time before the call */
    memtrace_op_free = 24,     /* address */

    memtrace_op_mmap = 32,     /* address, size, prot, flags, fd (as 64-bit signed), offset; text: path of the file */
    memtrace_op_munmap = 33,   /* address, size */
    memtrace_op_mprotect = 34, /* address, size, prot, result */
    memtrace_op_mremap = 35,   /* address, size, old address, time before the call, old size */
    memtrace_op_madvise = 36,  /* address, size, advice, result */
    memtrace_op_brk = 37,      /* start of the heap segment, bytes of it now */

    memtrace_op_pthread_create = 48, /* pthread_t, stack bytes */
    memtrace_op_thread_start = 49,   /* pthread_t, lowest address of the stack, its bytes, guard bytes */
    memtrace_op_thread_exit = 50,
    memtrace_op_thread_name = 51,    /* text: name */

    memtrace_op_fork = 64,     /* child pid */
    memtrace_op_exec = 65,     /* text: path; written before the call */
    memtrace_op_exec_failed = 66, /* errno; text: path */
    memtrace_op_exit = 67,     /* status; -1 where it is not known */
    memtrace_op_signal = 68,   /* number of a fatal signal */
};

/* A mmap, mprotect or the like that failed has address 0 or a result that is not 0. Text stands in
 * whole words, padded with zero bytes. `flags` of word 0: */
#define MEMTRACE_FLAG_TEXT_BYTES_MASK 7u /* how many bytes of the last word of a text are padding */
#define MEMTRACE_FLAG_HAS_TEXT 8u        /* the words behind the arguments are text */

static inline uint64_t memtrace_record_word(uint8_t op, uint8_t flags, uint16_t words, uint32_t stack)
{
    return (uint64_t)op | (uint64_t)flags << 8 | (uint64_t)words << 16 | (uint64_t)stack << 32;
}

/* The counters of one side share no cache line with the other's. All are accessed atomically. */
struct memtrace_ring {
    uint64_t magic;
    uint32_t version;
    uint32_t pid;
    uint64_t process_start; /* nanoseconds: tells the images of one pid apart (exec, pids used again) */
    uint64_t capacity;      /* bytes of records; a power of two */
    uint32_t number;        /* of the process's rings, from 0 */
    uint32_t tid;           /* the present owner */
    uint8_t reserved_a[24];

    uint64_t reserved;      /* bytes claimed since the beginning */
    uint64_t busy;
    uint32_t owner_gone;    /* 1: the owning thread has ended, the ring may be given to another */
    uint32_t process_gone;  /* 1: the process has left by exit or exec */
    uint64_t lost;          /* records given up because the reader had gone */
    uint8_t reserved_b[32];

    uint64_t consumed;      /* bytes taken out since the beginning */
    uint32_t space_wanted;  /* the writer waits for the reader (a futex that the reader wakes) */
    uint32_t reader_gone;   /* 1: nobody takes records out any more: writers stop */
    uint8_t reserved_c[48];
};

#endif
