/* Whether this process is recorded, and its beginning and end. */
#ifndef RECORDER_SESSION_H
#define RECORDER_SESSION_H

#include "ring.h"

enum session_mode {
    session_undecided = 0, /* also in a forked child: the kernel wipes the page */
    session_recording = 1,
    session_passing = 2,
};

extern uint32_t *session_mode;

/* Decides, and begins a session where the process is to be recorded. */
bool session_decide(void);

/* Nobody reads any more: hooks pass from now on. */
void session_stop(void);

/* False in a child of vfork, which shares this memory until it execs. */
bool session_is_of_this_process(void);

/* Says to the reader that the process leaves, or that it stays after all. */
void session_leaves(bool leaves);

/* The first line of every hook: is there something to record? */
static inline bool session_records(void)
{
    uint32_t mode = __atomic_load_n(session_mode, __ATOMIC_RELAXED);
    if (UNLIKELY(mode != session_recording) &&
        (mode == session_passing || !session_decide()))
        return false;
    return LIKELY(thread_state.quiet == 0);
}

#endif
