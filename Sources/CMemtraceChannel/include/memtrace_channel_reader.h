/* What the reader of a ring needs and Swift cannot spell: atomic access to memory that another process
 * writes, and the system calls that wake it and wait for its end.
 */
#ifndef MEMTRACE_CHANNEL_READER_H
#define MEMTRACE_CHANNEL_READER_H

#include <limits.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline uint64_t memtrace_load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline uint32_t memtrace_load32(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Sequentially consistent: the reader moves `consumed` and then looks whether a writer waits; the
 * writer says that it waits and then looks at `consumed`. */
static inline void memtrace_store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static inline void memtrace_store32(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static inline uint32_t memtrace_exchange32(uint32_t *word, uint32_t value)
{
    return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

/* Wakes all that wait on a futex in memory shared between processes. */
static inline void memtrace_wake(uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, (void *)0, (void *)0, 0);
}

/* A descriptor that becomes readable when a process has ended; -1 where there is no such process. */
static inline int memtrace_open_process(int pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    return -1;
#endif
}

#endif
