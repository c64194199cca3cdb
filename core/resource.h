/* resource: capacity with a fair queue (officers, pickers, gates). Units are taken in the order
 * (priority, arrival); waiting is measured here, apart from work. Plain data in one growing ring. */
#ifndef RESOURCE_H
#define RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resource_waiter {
    uint32_t subject;
    uint32_t generation;
    int64_t since;
    uint16_t kind;    /* event kind to schedule when it gets a unit */
    uint8_t column;
    uint8_t priority; /* lower first */
};

struct resource {
    uint32_t capacity, busy;
    struct resource_waiter *queue; /* ring per priority class is not needed: kept sorted by (priority, arrival) */
    uint32_t head, length, slots;
    /* measured */
    uint64_t served, waited;      /* subjects that got a unit; of them those that waited */
    int64_t waiting_s;            /* sum of waits */
    int64_t busy_area_s, queue_area_s, changed_at; /* time integrals for utilisation and Little's law */
};

void resource_init(struct resource *resource, uint32_t capacity);
void resource_finish(struct resource *resource);
/* Takes a unit now (true), or queues who asks (false). who: generation << 32 | subject; what: priority << 24 |
 * column << 16 | kind: whole words, because a struct written in small parts and read in large ones makes the
 * processor wait. */
bool resource_ask(struct resource *resource, int64_t now, uint64_t who, uint32_t what);
/* The same for a waiter; its `since` is set here. */
static inline bool resource_take(struct resource *resource, int64_t now, struct resource_waiter waiter)
{
    return resource_ask(resource, now, (uint64_t)waiter.generation << 32 | waiter.subject,
                        (uint32_t)waiter.priority << 24 | (uint32_t)waiter.column << 16 | waiter.kind);
}
/* Gives a unit back; true when it went to a waiter, who is written to `next` and now holds it. */
bool resource_give(struct resource *resource, int64_t now, struct resource_waiter *next);
/* Changes capacity (shifts). When it rises, call resource_admit until it returns false. */
void resource_resize(struct resource *resource, int64_t now, uint32_t capacity);
bool resource_admit(struct resource *resource, int64_t now, struct resource_waiter *next);

#endif
