/* The recorder has no interface to call: it is preloaded (LD_PRELOAD) and takes the place of libc's
 * functions. What it writes is described in memtrace_channel.h.
 */
#ifndef MEMTRACE_RECORDER_H
#define MEMTRACE_RECORDER_H

#endif
