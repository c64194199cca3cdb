/* record: what a run owed and what its orders came to, as rows of one width that another law can be asked about
 * without running it again (`run --record`, `compare RUN`). Rows lie as they are in memory: a record is for the
 * kind of machine that wrote it, and says so in its first row of each part. */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "core/node.h"
#include "sim/due.h"

struct buf;
struct order_record;
struct tally;

enum record_kind {
    RECORD_PART = 100, /* a cell of a replication begins */
    RECORD_ORDER,      /* one ended; what it owed stands before it */
    RECORD_RECEIPT,    /* net into a party in the whole part */
    RECORD_END,        /* the part is whole; as its beginning */
};

#define RECORD_MARK UINT64_C(0x31304d4f4f4c4d54) /* version and byte order */

struct record_part {
    uint64_t mark;
    uint32_t replication, cell;
};

struct record_order {
    uint64_t number, arrival;
    int64_t landed, layer[LAYER_COUNT], goods_price, placed_at, delivered_at; /* delivered: INT64_MIN, it was not */
    uint32_t product;
    uint8_t channel, column, state, currency;
};

struct record_receipt {
    int64_t amount; /* base */
    uint16_t party;
    uint8_t kind;   /* enum posting_kind */
};

struct record_row {
    union {
        struct record_part part;
        struct record_order order;
        struct record_receipt receipt;
        unsigned char room[offsetof(struct due, kind)];
    };
    uint8_t kind; /* where a due has its own */
    uint8_t rest[7];
};
_Static_assert(sizeof(struct record_row) == sizeof(struct due), "one width");
_Static_assert(offsetof(struct record_row, kind) == offsetof(struct due, kind), "one place for the kind");

void record_add_part(struct buf *out, uint32_t replication, uint32_t cell);
void record_add_due(struct buf *out, const struct due *due);
/* Orders that are still open are left out. */
void record_add_order(struct buf *out, const struct order_record *order);
/* The receipts of the part, and its end. */
void record_add_end(struct buf *out, const struct tally *tally, uint32_t replication, uint32_t cell);
/* The order as far as its row knows it. */
struct order_record record_order(const struct record_row *row);

#endif
