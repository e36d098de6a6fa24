/* Libraries that a program loads and unloads while it runs. */
#define _GNU_SOURCE
#include "images.h"
#include "session.h"

#include <dlfcn.h>
#include <link.h>

#if defined __has_attribute
#if __has_attribute(musttail)
#define TAIL __attribute__((musttail))
#endif
#endif
#ifndef TAIL
#define TAIL
#endif

/* libc's dlopen looks at its return address: where the caller's own search path says, it finds the
 * library. So the hook jumps there and does not come back; the thread looks at the images with the
 * first event after dlopen has returned. */
static void note_loading(uintptr_t frame)
{
    if (!session_records())
        return;
    struct ring_writer *writer = ring_enter();
    if (writer == NULL)
        return;
    if (!(__atomic_load_n(&writer->attention, __ATOMIC_RELAXED) & RING_LOADING) ||
        thread_state.loading < frame)
        thread_state.loading = frame;
    ring_leave_soon(writer);
    __atomic_or_fetch(&writer->attention, RING_LOADING, __ATOMIC_RELAXED);
}

EXPORTED void *dlopen(const char *name, int mode)
{
    if (!real_ready())
        return NULL;
    note_loading((uintptr_t)__builtin_frame_address(0));
    TAIL return real.dlopen(name, mode);
}

EXPORTED void *dlmopen(Lmid_t space, const char *name, int mode)
{
    if (!real_ready())
        return NULL;
    note_loading((uintptr_t)__builtin_frame_address(0));
    TAIL return real.dlmopen(space, name, mode);
}

EXPORTED int dlclose(void *library)
{
    if (!real_ready())
        return -1;
    bool records = session_records();
    if (records)
        images_look();
    int result = real.dlclose(library);
    if (records) {
        images_loader_answers();
        images_look();
    }
    return result;
}
