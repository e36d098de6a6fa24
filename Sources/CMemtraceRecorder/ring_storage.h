/* Files of rings, and the storage behind them. */
#ifndef RECORDER_RING_STORAGE_H
#define RECORDER_RING_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

/* Maps a new file of this length that has storage for the first bytes; `*backed` says for how many.
 * Null, with errno, where it cannot. */
void *ring_file_map(const char *path, uint64_t bytes, uint64_t *backed);

/* Storage now, not at the first write: without space that would be a SIGBUS. */
bool ring_give_storage(void *memory, uint64_t bytes);

#endif
