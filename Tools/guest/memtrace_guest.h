/*
 * memtrace_guest: writes the memtrace log of what a WebAssembly program does inside its own linear
 * memory: malloc and its family, memory.grow, threads, and how the linker laid the memory out.
 *
 * Link memtrace_guest.c into the program with
 *     -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
 *     -Wl,--wrap=aligned_alloc,--wrap=posix_memalign
 * and, with threads, -Wl,--wrap=__wasi_thread_start_C. This header is needed only for marks and
 * flushing. See README.md.
 *
 * Macros, to be given to the compiler for memtrace_guest.c:
 *   MEMTRACE_GUEST_BUFFER_BYTES  text kept before it is written; default 4096, at least 256.
 *                                A trap loses what is in it
 *   MEMTRACE_GUEST_HOST_EVENTS   1: no log is written; the host's `memtrace.event` is called
 */
#ifndef MEMTRACE_GUEST_H
#define MEMTRACE_GUEST_H

#ifdef __cplusplus
extern "C" {
#endif

/* Writes `mark name=…`: what comes now. At most 64 bytes, line ends become spaces. */
void memtrace_guest_mark(const char *name);

/* Writes what is buffered; the end of the program does it, too, but not a trap. */
void memtrace_guest_flush(void);

#ifdef __cplusplus
}
#endif

#endif
