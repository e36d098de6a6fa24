/* Numbers of call stacks: a table that only grows, read and written by all threads without a lock. */
#ifndef RECORDER_STACK_TABLE_H
#define RECORDER_STACK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* 128 bits that stand for the addresses of a stack. */
struct stack_key {
    uint64_t a; /* never 0 */
    uint64_t b;
};

struct stack_slot;

/* Starts anew: what a forked child inherits has not been defined in its own rings. */
void stack_table_begin_process(void);

/* A key is made from the outermost frame inwards. The epoch tells apart what the same addresses
 * mean before and after a library was unloaded. */
static inline struct stack_key stack_key_begin(uint64_t epoch)
{
    return (struct stack_key){0x243f6a8885a308d3u ^ epoch, 0x13198a2e03707344u + epoch};
}

static inline struct stack_key stack_key_add(struct stack_key key, uintptr_t frame)
{
    key.a = (key.a ^ frame) * 0x9fb21c651e98df25u;
    key.b = (key.b + frame) * 0xd6e8feb86659fd93u;
    key.a ^= key.a >> 31;
    key.b ^= key.b >> 33;
    return key;
}

/* The number of a stack, or 0 and the slot that was claimed for it; a slot of NULL where another
 * thread is just defining the same stack, which then has two numbers. */
uint32_t stack_table_find(struct stack_key key, struct stack_slot **slot);

uint32_t stack_table_next(void);

/* After the stack has been defined: everybody may use the number. */
void stack_table_publish(struct stack_slot *slot, struct stack_key key, uint32_t id);

#endif
