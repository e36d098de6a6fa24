// Asks for memory before it is used; Swift has no word for it.
#ifndef MEMTRACE_PREFETCH_H
#define MEMTRACE_PREFETCH_H

static inline void memtrace_prefetch(const void *address) {
  __builtin_prefetch(address, 1);
}

#endif
