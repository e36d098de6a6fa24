/* Call stacks and their numbers. */
#ifndef RECORDER_STACKS_H
#define RECORDER_STACKS_H

#include "real.h"

#define STACKS_DEEPEST 512u

extern uint32_t stacks_frames;

void stacks_begin_process(uint32_t frames);

/* Loads the unwinder; not inside of a hook. */
void stacks_find_unwinder(void);

/* The number of the calling stack, which is defined where it is new; 0 where it is not known. */
uint32_t stacks_take(void);

static inline uint32_t stacks_here(void)
{
    return stacks_frames == 0 ? 0 : stacks_take();
}

#endif
