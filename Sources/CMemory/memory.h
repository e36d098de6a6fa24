// What Swift's own modules lack of memory: how the C library keeps it, and asking for it beforehand.
#ifndef MEMTRACE_MEMORY_H
#define MEMTRACE_MEMORY_H

#include <malloc.h>
#include <stdlib.h>

static inline void memtrace_prefetch(const void *_Nullable address) {
  __builtin_prefetch(address, 1);
}

// Memory of zeros, which costs nothing where nobody writes; ends the program where there is none, as
// Swift does. For free().
static inline void *_Nonnull memtrace_zeroed(size_t bytes) {
  void *memory = calloc(1, bytes);
  if (!memory) abort();
  return memory;
}

#endif
