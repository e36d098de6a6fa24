/* Beginning, end and names of threads. */
#ifndef RECORDER_THREADS_H
#define RECORDER_THREADS_H

#include "ring.h"

/* The thread that runs, which is the only one: at the program's start, or in a forked child. */
void threads_begin_process(bool is_fork);

/* A thread of pthread_create, in itself. */
void threads_begin(void);

/* Records a name that this thread got by itself, or another thread that got one by this. */
void threads_write_name(const char *name);
void threads_renamed(pthread_t thread);

#endif
