/* How one return address's caller is found, packed into a word that is never 0. */
#ifndef RECORDER_UNWIND_ROW_H
#define RECORDER_UNWIND_ROW_H

#include <stdint.h>

enum unwind_row_kind {
    unwind_row_unknown = 1, /* the tables say something that has no place here */
    unwind_row_sp,          /* the caller's frame is at the stack pointer plus a number */
    unwind_row_fp,          /* … at the frame pointer plus a number */
    unwind_row_signal,      /* the kernel's frame of a signal handler */
    unwind_row_chain,       /* no table: perhaps frame pointers */
    unwind_row_end,         /* the outermost frame */
};

enum { unwind_row_not_saved = INT16_MIN };

static inline uint64_t unwind_row_make(enum unwind_row_kind kind, int32_t cfa, int16_t saved_fp)
{
    return (uint64_t)kind | (uint64_t)(uint16_t)saved_fp << 16 | (uint64_t)(uint32_t)cfa << 32;
}

static inline enum unwind_row_kind unwind_row_kind(uint64_t row)
{
    return (enum unwind_row_kind)(row & 0xff);
}

static inline intptr_t unwind_row_cfa(uint64_t row)
{
    return (int32_t)(row >> 32);
}

/* Where the caller's frame pointer is, from the caller's frame. */
static inline int unwind_row_saved_fp(uint64_t row)
{
    return (int16_t)(row >> 16 & 0xffff);
}

/* Reads the tables of the image in which the address lies. */
uint64_t unwind_row_find(uintptr_t return_address);

#endif
