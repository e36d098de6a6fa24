#include "memtrace_channel.h"

#include <stddef.h>

_Static_assert(sizeof(struct memtrace_ring) == 192, "the layout is shared between two programs");
_Static_assert(offsetof(struct memtrace_ring, reserved) == 64, "the writer's line");
_Static_assert(offsetof(struct memtrace_ring, consumed) == 128, "the reader's line");
