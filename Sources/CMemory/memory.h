// What Swift's own modules lack of memory: how the C library keeps it, and asking for it beforehand.
#ifndef MEMTRACE_MEMORY_H
#define MEMTRACE_MEMORY_H

#include <malloc.h>

static inline void memtrace_prefetch(const void *address) {
  __builtin_prefetch(address, 1);
}

#endif
