/* The executable and the libraries that are loaded, and their coming and going. */
#ifndef RECORDER_IMAGES_H
#define RECORDER_IMAGES_H

#include "real.h"

/* A record that never changes and is never given back, as other threads may be reading it. */
struct image {
    uintptr_t low;
    uintptr_t high;
    uintptr_t bias;
    uintptr_t frames;   /* of .eh_frame_hdr; 0 where there is none */
    uint64_t round;     /* of the look that saw it last; only for whoever looks */
    uint32_t id_length;
    unsigned char id[64];
    char path[];
};

/* Records all images. A forked child has those of its parent; where that had other threads, one of
 * them may have held the loader's lock, which then stays locked: the child does not ask the loader
 * before a call of its own program has come back from it. */
void images_begin_process(bool is_fork, bool had_threads);
void images_loader_answers(void);
bool images_may_ask_loader(void);

/* Records what was loaded and unloaded since the last look. Preserves errno. */
void images_look(void);

/* Whether an address lies in a recorded image, in this library, in the library that unwinds. */
const struct image *images_find(uintptr_t address);
extern struct recorder_range {
    uintptr_t low;
    uintptr_t bytes;
} images_recorder;

static inline bool images_recorder_owns(uintptr_t address)
{
    return address - images_recorder.low < images_recorder.bytes;
}
bool images_unwinder_owns(const void *address);
void images_find_unwinder(const void *address);

/* Changes with each unloading: the same addresses then mean other functions. */
extern uint64_t images_epoch;

/* Changes with each loading too. */
extern uint64_t images_changes;

#endif
