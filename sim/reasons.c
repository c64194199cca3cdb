/* reasons: a table of texts that grows. */
#include "sim/reasons.h"

#include <string.h>

#include "core/buf.h"
#include "sim/world.h"

enum { SAID_ROOM = 96, SLOTS_LEAST = 256 };

/* The slot of a number, or the free one where it belongs. */
static struct reason *slot_of(const struct reasons *reasons, uint32_t number)
{
    uint32_t mask = reasons->slots - 1, at = number * UINT32_C(0x9E3779B1) & mask;
    while (reasons->slot[at].said.ptr && reasons->slot[at].number != number)
        at = (at + 1) & mask;
    return &reasons->slot[at];
}

static void grow(struct reasons *reasons)
{
    struct reason *old = reasons->slot;
    uint32_t slots = reasons->slots;
    reasons->slots = slots ? 2 * slots : SLOTS_LEAST;
    reasons->slot = memory_take(reasons->slots * sizeof *reasons->slot);
    for (uint32_t i = 0; i < slots; i++)
        if (old[i].said.ptr)
            *slot_of(reasons, old[i].number) = old[i];
    memory_release(old);
}

static struct text ask(struct reasons *reasons, const struct world *world, uint32_t number)
{
    char said[SAID_ROOM] = "";
    struct buf cell = {0};
    world_reason(world, number, said, sizeof said);
    if (reasons->is_csv)
        buf_csv_cell(&cell, said, strlen(said));
    else
        buf_puts(&cell, said);
    struct text kept = {arena_copy(&reasons->arena, buf_text(&cell), cell.length), cell.length};
    buf_finish(&cell);
    return kept;
}

struct text reasons_said(struct reasons *reasons, const struct world *world, uint32_t number)
{
    if (2 * reasons->count >= reasons->slots)
        grow(reasons);
    struct reason *reason = slot_of(reasons, number);
    if (!reason->said.ptr) {
        *reason = (struct reason){number, ask(reasons, world, number)};
        reasons->count++;
    }
    return reason->said;
}

void reasons_finish(struct reasons *reasons)
{
    memory_release(reasons->slot);
    arena_finish(&reasons->arena);
    *reasons = (struct reasons){0};
}
