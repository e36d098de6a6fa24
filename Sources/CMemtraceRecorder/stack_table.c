#include "stack_table.h"

#include "images.h"
#include "ring.h"

#include <stddef.h>

/* A slot is claimed by its key's first half, and complete when its number is not 0. */
struct stack_slot {
    uint64_t a;
    uint64_t b;
    uint32_t id;
};

struct generation {
    uint64_t room; /* a power of two */
    uint64_t used;
    struct generation *older;
    struct stack_slot slots[];
};

static struct generation *newest;
static uint32_t last_id;

static struct generation *make_generation(uint64_t room)
{
    struct generation *made = raw_map(sizeof *made + room * sizeof *made->slots);
    if (made != NULL)
        made->room = room;
    return made;
}

void stack_table_begin_process(void)
{
    last_id = 0;
    __atomic_store_n(&newest, make_generation(1u << 14), __ATOMIC_RELEASE);
}

static uint32_t find_complete(struct generation *table, struct stack_key key)
{
    uint64_t mask = table->room - 1;
    for (uint64_t i = key.b & mask, tries = 0; tries < table->room; i = (i + 1) & mask, tries++) {
        struct stack_slot *slot = &table->slots[i];
        uint64_t a = __atomic_load_n(&slot->a, __ATOMIC_RELAXED);
        if (a == 0)
            return 0;
        uint32_t id = a == key.a ? __atomic_load_n(&slot->id, __ATOMIC_ACQUIRE) : 0;
        if (id != 0 && __atomic_load_n(&slot->b, __ATOMIC_RELAXED) == key.b)
            return id;
    }
    return 0;
}

/* A free slot for the key; null where it is claimed already or the table is full. */
static struct stack_slot *claim(struct generation *table, struct stack_key key)
{
    uint64_t mask = table->room - 1;
    for (uint64_t i = key.b & mask, tries = 0; tries < table->room; i = (i + 1) & mask, tries++) {
        struct stack_slot *slot = &table->slots[i];
        uint64_t a = 0;
        if (__atomic_compare_exchange_n(&slot->a, &a, key.a, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED)) {
            __atomic_fetch_add(&table->used, 1, __ATOMIC_RELAXED);
            return slot;
        }
        if (a == key.a)
            return NULL;
    }
    return NULL;
}

static struct generation *grow_when_full(struct generation *table)
{
    if (__atomic_load_n(&table->used, __ATOMIC_RELAXED) < table->room / 2)
        return table;
    struct generation *made = make_generation(table->room * 4);
    if (made == NULL)
        return table;
    made->older = table;
    if (__atomic_compare_exchange_n(&newest, &table, made, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return made;
    raw_unmap(made, sizeof *made + made->room * sizeof *made->slots);
    return table; /* another thread was first */
}

uint32_t stack_table_find(struct stack_key key, struct stack_slot **slot)
{
    struct generation *table = __atomic_load_n(&newest, __ATOMIC_ACQUIRE);
    *slot = NULL;
    if (key.a == 0)
        key.a = 1; /* 0 is a free slot */
    if (table == NULL)
        return 0;
    uint32_t id = find_complete(table, key);
    if (id != 0)
        return id;
    for (struct generation *older = table->older; older != NULL && id == 0; older = older->older)
        id = find_complete(older, key);
    table = grow_when_full(table);
    *slot = claim(table, key);
    if (id != 0 && *slot != NULL)
        stack_table_publish(*slot, key, id); /* nearer for the next time */
    return id;
}

uint32_t stack_table_next(void)
{
    return __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
}

void stack_table_publish(struct stack_slot *slot, struct stack_key key, uint32_t id)
{
    if (slot == NULL)
        return;
    __atomic_store_n(&slot->b, key.b, __ATOMIC_RELAXED);
    __atomic_store_n(&slot->id, id, __ATOMIC_RELEASE);
}
