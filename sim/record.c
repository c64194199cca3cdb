/* record: rows of what was owed. */
#include "sim/record.h"

#include "core/buf.h"
#include "sim/stats.h"
#include "sim/world.h"

static void add(struct buf *out, const struct record_row *row)
{
    buf_add(out, (const char *)row, sizeof *row);
}

static void add_part(struct buf *out, uint32_t replication, uint32_t cell, enum record_kind kind)
{
    struct record_row row = {.part = {RECORD_MARK, replication, cell}, .kind = (uint8_t)kind};
    add(out, &row);
}

void record_add_part(struct buf *out, uint32_t replication, uint32_t cell)
{
    add_part(out, replication, cell, RECORD_PART);
}

void record_add_due(struct buf *out, const struct due *due)
{
    buf_add(out, (const char *)due, sizeof *due);
}

void record_add_order(struct buf *out, const struct order_record *r)
{
    struct record_row row = {.kind = RECORD_ORDER};
    if (r->state == ORDER_OPEN)
        return;
    row.order = (struct record_order){
        .number = r->number, .arrival = r->arrival, .landed = r->landed, .goods_price = r->goods_price,
        .placed_at = r->time[TIME_PLACED], .delivered_at = r->time[TIME_DELIVERED], .product = r->product,
        .channel = r->channel, .column = r->column, .state = r->state, .currency = r->currency};
    for (unsigned layer = 0; layer < LAYER_COUNT; layer++)
        row.order.layer[layer] = r->sums.layer[layer];
    add(out, &row);
}

void record_add_end(struct buf *out, const struct tally *tally, uint32_t replication, uint32_t cell)
{
    for (uint16_t party = 1; party < PARTY_MAX; party++)
        for (unsigned kind = 1; kind < KIND_COUNT; kind++)
            if (tally->receipt[party][kind]) {
                struct record_row row = {.receipt = {tally->receipt[party][kind], party, (uint8_t)kind},
                                         .kind = RECORD_RECEIPT};
                add(out, &row);
            }
    add_part(out, replication, cell, RECORD_END);
}

struct order_record record_order(const struct record_row *row)
{
    const struct record_order *o = &row->order;
    struct order_record r = {.number = o->number, .arrival = o->arrival, .landed = o->landed,
                             .goods_price = o->goods_price, .product = o->product, .channel = o->channel,
                             .column = o->column, .state = o->state, .currency = o->currency};
    for (unsigned layer = 0; layer < LAYER_COUNT; layer++)
        r.sums.layer[layer] = o->layer[layer];
    r.time[TIME_PLACED] = o->placed_at;
    r.time[TIME_DELIVERED] = o->delivered_at;
    return r;
}
