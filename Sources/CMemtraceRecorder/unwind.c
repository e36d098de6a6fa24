#define _GNU_SOURCE
#include "unwind.h"

#include "images.h"
#include "ring.h"
#include "unwind_row.h"

/* A cache of rows by address. An entry is read and written in two halves without a lock: the first
 * is the key combined with the second, so halves of different entries do not fit. */
enum { cache_entries = 1 << 16 };

struct cache_entry {
    uint64_t check;
    uint64_t row;
};

static struct cache_entry *cache;

bool unwind_begin_process(void)
{
#if defined __x86_64__
    if (cache == NULL)
        cache = raw_map(cache_entries * sizeof *cache);
#endif
    return cache != NULL;
}

static inline uint64_t row_at(uintptr_t pc, uint64_t changes)
{
    uint64_t key = pc ^ changes << 48;
    struct cache_entry *entry =
        &cache[(key * 0x9e3779b97f4a7c15u) >> 48 & (cache_entries - 1)];
    uint64_t row = __atomic_load_n(&entry->row, __ATOMIC_RELAXED);
    if (LIKELY((__atomic_load_n(&entry->check, __ATOMIC_RELAXED) ^ row) == key && row != 0))
        return row;
    row = unwind_row_find(pc);
    __atomic_store_n(&entry->check, key ^ row, __ATOMIC_RELAXED);
    __atomic_store_n(&entry->row, row, __ATOMIC_RELAXED);
    return row;
}

static inline uintptr_t word_at(uintptr_t address)
{
    return *(const uintptr_t *)address;
}

/* More than the frames that count: the recorder's own. Walks go on beyond a low limit, as only whole
 * stacks are remembered. */
enum { own_frames = 16, least_reach = 128 };

static uint32_t reach_of(uint32_t limit)
{
    return limit < least_reach ? least_reach : limit;
}

size_t unwind_memory_bytes(uint32_t limit)
{
    return 2 * (reach_of(limit) + own_frames) * sizeof(struct unwind_state);
}

void unwind_memory_begin(struct unwind_memory *memory, void *room, uint32_t limit)
{
    memory->room = reach_of(limit) + own_frames;
    memory->count = memory->fresh_count = 0;
    memory->states = room;
    memory->fresh = memory->states + memory->room;
}

/* Whether everything outside of a state is as the last walk found it. */
static bool stands(const struct unwind_state *states, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (word_at(states[i].sp - 8) != states[i].pc)
            return false;
        if (states[i].fp_at != 0 && word_at(states[i].fp_at) != states[i].fp)
            return false;
    }
    return true;
}

/* How many states of the last walk are this walk's too, as it comes to a frame. */
static inline uint32_t shared(const struct unwind_memory *memory, uint32_t *left, uintptr_t pc,
                              uintptr_t sp, uintptr_t fp)
{
    while (*left > 0 && memory->states[*left - 1].sp < sp)
        --*left;
    if (*left == 0)
        return 0;
    const struct unwind_state *state = &memory->states[*left - 1];
    if (state->sp != sp || state->pc != pc || state->fp != fp)
        return 0;
    uint32_t count = *left;
    if (stands(memory->states, count - 1))
        return count;
    *left = 0;
    return 0;
}

/* The frames of a walk that is not remembered. */
static int count_fresh(struct unwind_memory *memory, uint64_t epoch, struct stack_key *key)
{
    uint32_t count = 0;
    memory->count = 0;
    *key = stack_key_begin(epoch);
    for (uint32_t i = memory->fresh_count; i > 0; i--) {
        if (!images_recorder_owns(memory->fresh[i - 1].pc)) {
            *key = stack_key_add(*key, memory->fresh[i - 1].pc);
            count++;
        }
    }
    return (int)count;
}

/* Puts the fresh frames upon those of the last walk that are still there. */
static int remember(struct unwind_memory *memory, uint32_t kept, uint64_t epoch,
                    struct stack_key *key)
{
    struct stack_key known = kept > 0 ? memory->states[kept - 1].key : stack_key_begin(epoch);
    uint32_t depth = kept > 0 ? memory->states[kept - 1].depth : 0;
    uint32_t at = kept;
    for (uint32_t i = memory->fresh_count; i > 0; i--) {
        struct unwind_state state = memory->fresh[i - 1];
        if (!images_recorder_owns(state.pc)) {
            known = stack_key_add(known, state.pc);
            depth++;
        }
        state.key = known;
        state.depth = depth;
        memory->states[at++] = state;
    }
    memory->count = at;
    *key = known;
    return (int)depth;
}

/* Where the last walk's frames complete a walk that is then too deep: the innermost `limit`. */
static int cut(struct unwind_memory *memory, uint32_t kept, uint64_t epoch, uint32_t limit,
               struct stack_key *key)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < memory->fresh_count; i++)
        count += !images_recorder_owns(memory->fresh[i].pc);
    while (kept > 0 && count < limit && memory->fresh_count < memory->room) {
        memory->fresh[memory->fresh_count++] = memory->states[--kept];
        count += !images_recorder_owns(memory->states[kept].pc);
    }
    return count_fresh(memory, epoch, key);
}

/* The key of the innermost frames of the last walk. */
static struct stack_key key_of_innermost(const struct unwind_memory *memory, uint32_t limit)
{
    struct stack_key key = stack_key_begin(__atomic_load_n(&images_epoch, __ATOMIC_ACQUIRE));
    bool remembered = memory->count > 0;
    uint32_t all = remembered ? memory->count : memory->fresh_count, taken = 0, counted = 0;
    const struct unwind_state *innermost = remembered ? memory->states + all - 1 : memory->fresh;
    ptrdiff_t outwards = remembered ? -1 : 1;
    for (; taken < all && counted < limit; taken++)
        counted += !images_recorder_owns(innermost[outwards * (ptrdiff_t)taken].pc);
    while (taken-- > 0) {
        uintptr_t pc = innermost[outwards * (ptrdiff_t)taken].pc;
        if (!images_recorder_owns(pc))
            key = stack_key_add(key, pc);
    }
    return key;
}

static int walk(struct unwind_memory *memory, struct unwind_start start, uintptr_t high,
                uint32_t limit, struct stack_key *key)
{
    uint64_t changes = __atomic_load_n(&images_changes, __ATOMIC_ACQUIRE);
    uint64_t epoch = __atomic_load_n(&images_epoch, __ATOMIC_ACQUIRE);
    uintptr_t low = start.sp, sp = start.sp, fp = start.fp, pc = start.pc, fp_at = 0;
    uint32_t count = 0, kept = 0, left = memory->changes == changes ? memory->count : 0;
    bool interrupted = false, signals = false;
    memory->fresh_count = 0;
    /* All that is read lies between the stack pointer at the start and the stack's end. */
    if (cache == NULL || low >= high || (low & 7) != 0)
        return -1;
    for (;;) {
        if (!signals && (kept = shared(memory, &left, pc, sp, fp)) != 0)
            break;
        bool counts = !images_recorder_owns(pc);
        if ((counts && count == limit) || memory->fresh_count == memory->room)
            return count_fresh(memory, epoch, key);
        count += counts;
        memory->fresh[memory->fresh_count++] =
            (struct unwind_state){.pc = pc, .sp = sp, .fp = fp, .fp_at = fp_at};
        uint64_t row = row_at(interrupted ? pc + 1 : pc, changes);
        interrupted = false;
        uintptr_t cfa;
        switch (unwind_row_kind(row)) {
        case unwind_row_sp: cfa = sp + (uintptr_t)unwind_row_cfa(row); break;
        case unwind_row_fp: cfa = fp + (uintptr_t)unwind_row_cfa(row); break;
        case unwind_row_signal:
            /* The kernel's frame: struct ucontext is at the stack pointer. */
            if (sp < low || sp >= high || high - sp < 40 + 23 * 8)
                return -1;
            fp = word_at(sp + 40 + 10 * 8);
            pc = word_at(sp + 40 + 16 * 8);
            sp = word_at(sp + 40 + 15 * 8);
            fp_at = 0;
            interrupted = signals = true;
            if (sp < low || sp >= high)
                goto end;
            continue;
        case unwind_row_chain:
            /* Code without tables: a frame pointer, if it has one. */
            if (fp < sp || fp - sp > 1 << 20 || fp >= high || high - fp < 16 || (fp & 7) != 0)
                goto end;
            cfa = fp + 16;
            row = unwind_row_make(unwind_row_fp, 16, -16);
            break;
        case unwind_row_end: goto end;
        default: return -1;
        }
        if (UNLIKELY(cfa <= sp || cfa > high || (cfa & 7) != 0))
            goto end;
        int saved = unwind_row_saved_fp(row);
        fp_at = 0;
        if (saved != unwind_row_not_saved) {
            fp_at = cfa + (uintptr_t)(intptr_t)saved;
            if (UNLIKELY(fp_at < low || fp_at > high - 8))
                goto end;
            fp = word_at(fp_at);
        }
        pc = word_at(cfa - 8);
        sp = cfa;
        if (pc == 0)
            goto end;
    }
end:
    if (signals)
        return count_fresh(memory, epoch, key);
    if (kept > 0 && count + memory->states[kept - 1].depth > limit)
        return cut(memory, kept, epoch, limit, key);
    if (kept + memory->fresh_count > memory->room)
        return count_fresh(memory, epoch, key);
    memory->changes = changes;
    return remember(memory, kept, epoch, key);
}

int unwind_walk(struct unwind_memory *memory, struct unwind_start start, uintptr_t high,
                uint32_t limit, struct stack_key *key)
{
    int depth = walk(memory, start, high, reach_of(limit), key);
    if (depth <= (int)limit)
        return depth;
    *key = key_of_innermost(memory, limit);
    return (int)limit;
}

void unwind_copy(const struct unwind_memory *memory, uintptr_t *frames, uint32_t count)
{
    uint32_t at = 0;
    if (memory->count == 0) {
        for (uint32_t i = 0; i < memory->fresh_count && at < count; i++)
            if (!images_recorder_owns(memory->fresh[i].pc))
                frames[at++] = memory->fresh[i].pc;
        return;
    }
    for (uint32_t i = memory->count; i > 0 && at < count; i--)
        if (!images_recorder_owns(memory->states[i - 1].pc))
            frames[at++] = memory->states[i - 1].pc;
}
