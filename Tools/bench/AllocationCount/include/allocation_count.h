// Counts calls of the C library's allocator, by standing in its place in this program.
#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdint.h>

uint64_t allocation_count(void);

#endif
