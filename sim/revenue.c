/* revenue: rows in order, found by halves. */
#include "sim/revenue.h"

#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "trade/party.h"

static int order_of(const struct revenue_row *a, const struct revenue_row *b)
{
    if (a->party != b->party)
        return a->party < b->party ? -1 : 1;
    if (a->month != b->month)
        return a->month < b->month ? -1 : 1;
    return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* Where a row stands, or would stand. */
static size_t place_of(const struct revenue *revenue, const struct revenue_row *row)
{
    size_t low = 0, high = revenue->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order_of(&revenue->row[middle], row) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_row(struct revenue *revenue, const struct revenue_row *row)
{
    size_t at = place_of(revenue, row), size = sizeof *revenue->row;
    if (at < revenue->count && order_of(&revenue->row[at], row) == 0) {
        revenue->row[at].base += row->base;
        return;
    }
    revenue->row = memory_resize(revenue->row, revenue->count * size, (revenue->count + 1) * size);
    memmove(revenue->row + at + 1, revenue->row + at, (revenue->count - at) * size);
    revenue->row[at] = *row;
    revenue->count++;
}

void revenue_close(struct revenue *revenue, const struct parties *parties, int64_t receipt[][KIND_COUNT],
                   int32_t month)
{
    for (uint16_t party = 1; party <= parties->count; party++) {
        if (!parties->party[party].treasury)
            continue;
        int64_t fresh[KIND_COUNT];
        struct revenue_row first = {.month = INT32_MIN, .party = party};
        memcpy(fresh, receipt[party], sizeof fresh);
        for (size_t i = place_of(revenue, &first); i < revenue->count && revenue->row[i].party == party; i++)
            fresh[revenue->row[i].kind] -= revenue->row[i].base;
        for (uint16_t kind = 0; kind < KIND_COUNT; kind++)
            if (fresh[kind])
                add_row(revenue, &(struct revenue_row){month, party, kind, fresh[kind]});
    }
}

void revenue_merge(struct revenue *revenue, const struct revenue *more)
{
    for (size_t i = 0; i < more->count; i++)
        add_row(revenue, &more->row[i]);
}

void revenue_finish(struct revenue *revenue)
{
    memory_release(revenue->row);
    *revenue = (struct revenue){0};
}

void revenue_save(const struct revenue *revenue, struct buf *out)
{
    buf_add(out, (const char *)&revenue->count, sizeof revenue->count);
    if (revenue->count)
        buf_add(out, (const char *)revenue->row, revenue->count * sizeof *revenue->row);
}

size_t revenue_restore(struct revenue *revenue, const void *bytes, size_t length)
{
    size_t count, head = sizeof count, size = sizeof *revenue->row;
    *revenue = (struct revenue){0};
    if (length < head)
        return 0;
    memcpy(&count, bytes, head);
    if (count > (length - head) / size)
        return 0;
    if (count) {
        revenue->row = memory_take(count * size);
        memcpy(revenue->row, (const char *)bytes + head, count * size);
    }
    revenue->count = count;
    return head + count * size;
}
