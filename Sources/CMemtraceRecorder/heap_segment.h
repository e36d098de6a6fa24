/* The heap segment (brk), which libc's allocator also moves without a call that could be seen. */
#ifndef RECORDER_HEAP_SEGMENT_H
#define RECORDER_HEAP_SEGMENT_H

#include "ring.h"

extern uintptr_t heap_segment_end;

void heap_segment_begin_process(void);

/* Records the segment as it is now. */
void heap_segment_write(struct ring_writer *writer, uintptr_t end);

/* Records the segment if it was moved; between `ring_enter` and `ring_leave`. */
static inline void heap_segment_look(struct ring_writer *writer)
{
    if (UNLIKELY(real.current_break == NULL))
        return;
    uintptr_t end = (uintptr_t)__atomic_load_n(real.current_break, __ATOMIC_RELAXED);
    if (UNLIKELY(end != __atomic_load_n(&heap_segment_end, __ATOMIC_RELAXED)))
        heap_segment_write(writer, end);
}

#endif
