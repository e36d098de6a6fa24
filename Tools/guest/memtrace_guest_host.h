/* The host's side of MEMTRACE_GUEST_HOST_EVENTS, for an embedder of WAMR: see README.md. */
#ifndef MEMTRACE_GUEST_HOST_H
#define MEMTRACE_GUEST_HOST_H

#include <stdio.h>

/* Registers `memtrace.event` and `memtrace.mark`, which write the memtrace log of one program to
   `log`; after wasm_runtime_full_init() and before the program is loaded. 0; -1 if WAMR refuses. */
int memtrace_guest_host_register(FILE *log);

#endif
