#define _GNU_SOURCE
#include "real.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The library is linked with a compiler driver that would else add a run-time library of its own. */
__attribute__((used, section(".swift1_autolink_entries"))) static const char autolink[] =
    "-Wl,--as-needed";

struct real_functions real;
bool real_is_resolved;

static bool resolving;

static void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

bool real_resolve(void)
{
    if (real_is_resolved)
        return true;
    if (resolving)
        return false;
    resolving = true;
    find(&real.malloc, "malloc");
    find(&real.calloc, "calloc");
    find(&real.realloc, "realloc");
    find(&real.free, "free");
    find(&real.memalign, "memalign");
    find(&real.aligned_alloc, "aligned_alloc");
    find(&real.posix_memalign, "posix_memalign");
    find(&real.valloc, "valloc");
    find(&real.pvalloc, "pvalloc");
    find(&real.mmap, "mmap");
    find(&real.munmap, "munmap");
    find(&real.mremap, "mremap");
    find(&real.mprotect, "mprotect");
    find(&real.madvise, "madvise");
    find(&real.sbrk, "sbrk");
    find(&real.brk, "brk");
    find(&real.current_break, "__curbrk");
    find(&real.pthread_create, "pthread_create");
    find(&real.pthread_setname_np, "pthread_setname_np");
    find(&real.prctl, "prctl");
    find(&real.dlopen, "dlopen");
    find(&real.dlmopen, "dlmopen");
    find(&real.dlclose, "dlclose");
    find(&real.fork, "fork");
    find(&real.execve, "execve");
    find(&real.execv, "execv");
    find(&real.execvp, "execvp");
    find(&real.execvpe, "execvpe");
    find(&real.fexecve, "fexecve");
    find(&real.execveat, "execveat");
    find(&real.exit_now, "_exit");
    real_is_resolved = true;
    resolving = false;
    return true;
}

/* A block's size stands in the 16 bytes before it. */
static _Alignas(64) unsigned char early[65536];
static size_t early_used;

void *early_allocate(size_t size, size_t alignment)
{
    if (alignment < 16)
        alignment = 16;
    if (size > sizeof early || alignment > 4096)
        return NULL;
    size_t used = __atomic_load_n(&early_used, __ATOMIC_RELAXED), start, end;
    do {
        uintptr_t base = (uintptr_t)early;
        start = ((base + used + 16 + alignment - 1) & ~(alignment - 1)) - base;
        end = start + size;
        if (end > sizeof early)
            return NULL;
    } while (!__atomic_compare_exchange_n(&early_used, &used, end, false, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED));
    memcpy(early + start - 16, &size, sizeof size);
    return early + start;
}

bool early_owns(const void *block)
{
    return UNLIKELY((uintptr_t)block - (uintptr_t)early < sizeof early);
}

size_t early_size(const void *block)
{
    size_t size;
    memcpy(&size, (const unsigned char *)block - 16, sizeof size);
    return size;
}
