/* resource: knows who holds a unit, who waits for one, and for how long. */
#include "core/resource.h"

#include "core/arena.h"
#include "core/check.h"

enum { SLOTS_FIRST = 16 };

void resource_init(struct resource *resource, uint32_t capacity)
{
    *resource = (struct resource){.capacity = capacity};
}

void resource_finish(struct resource *resource)
{
    memory_release(resource->queue);
    *resource = (struct resource){0};
}

/* Adds the time since the last change to the integrals. */
static void measure(struct resource *r, int64_t now)
{
    check(now >= r->changed_at);
    int64_t span_s = now - r->changed_at;
    r->busy_area_s += r->busy * span_s;
    r->queue_area_s += r->length * span_s;
    r->changed_at = now;
}

static struct resource_waiter *waiter_at(const struct resource *r, uint32_t i)
{
    return &r->queue[(r->head + i) & (r->slots - 1)];
}

static void grow(struct resource *r)
{
    uint32_t slots = r->slots ? r->slots * 2 : SLOTS_FIRST;
    check(slots > r->slots);
    struct resource_waiter *queue = memory_take(slots * sizeof *queue);
    for (uint32_t i = 0; i < r->length; i++)
        queue[i] = *waiter_at(r, i);
    memory_release(r->queue);
    r->queue = queue;
    r->slots = slots;
    r->head = 0;
}

/* Behind all of the same or a lower priority number. */
static uint32_t place_of(const struct resource *r, uint8_t priority)
{
    uint32_t low = 0, high = r->length;
    if (high == 0 || waiter_at(r, high - 1)->priority <= priority)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (waiter_at(r, middle)->priority <= priority)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A free slot at its place; the shorter side of the ring moves out of the way. */
static struct resource_waiter *enqueue(struct resource *r, uint8_t priority)
{
    if (r->length == r->slots)
        grow(r);
    uint32_t place = place_of(r, priority);
    if (place < r->length / 2) {
        r->head = (r->head - 1) & (r->slots - 1);
        for (uint32_t i = 0; i < place; i++)
            *waiter_at(r, i) = *waiter_at(r, i + 1);
    } else {
        for (uint32_t i = r->length; i > place; i--)
            *waiter_at(r, i) = *waiter_at(r, i - 1);
    }
    r->length++;
    return waiter_at(r, place);
}

bool resource_ask(struct resource *resource, int64_t now, uint64_t who, uint32_t what)
{
    struct resource *r = resource;
    measure(r, now);
    if (r->busy < r->capacity && r->length == 0) {
        r->busy++;
        r->served++;
        return true;
    }
    *enqueue(r, (uint8_t)(what >> 24)) = (struct resource_waiter){
        .subject = (uint32_t)who,
        .generation = (uint32_t)(who >> 32),
        .since = now,
        .kind = (uint16_t)what,
        .column = (uint8_t)(what >> 16),
        .priority = (uint8_t)(what >> 24),
    };
    return false;
}

bool resource_admit(struct resource *resource, int64_t now, struct resource_waiter *next)
{
    struct resource *r = resource;
    measure(r, now);
    if (r->busy >= r->capacity || r->length == 0)
        return false;
    *next = *waiter_at(r, 0);
    r->head = (r->head + 1) & (r->slots - 1);
    r->length--;
    r->busy++;
    r->served++;
    r->waited++;
    r->waiting_s += now - next->since;
    return true;
}

bool resource_give(struct resource *resource, int64_t now, struct resource_waiter *next)
{
    check(resource->busy > 0);
    measure(resource, now);
    resource->busy--;
    return resource_admit(resource, now, next);
}

void resource_resize(struct resource *resource, int64_t now, uint32_t capacity)
{
    measure(resource, now);
    resource->capacity = capacity;
}
