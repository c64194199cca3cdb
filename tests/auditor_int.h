/* auditor_int: the auditor's own books, shared by the half that listens and the half that counts. */
#ifndef AUDITOR_INT_H
#define AUDITOR_INT_H

#include "core/buf.h"
#include "sim/book.h"
#include "sim/flow.h"
#include "tests/auditor.h"

enum { AUDITOR_STEPS_MAX = 64 };

/* An order or a shipment, as its events and postings tell. Amounts: base minor units where nothing is said. */
struct subject {
    uint32_t slot, units, buyer;
    uint32_t payer;              /* in whose name it is declared */
    uint16_t flow, market;
    uint8_t kind, column, channel, item, step, state; /* state: ORDER_OPEN until an order's record comes */
    bool is_taken, is_written_off, is_put_away;
    int64_t since;               /* of its last event */
    int64_t time[ORDER_TIME_COUNT]; /* of the last event of the row that stamps it; INT64_MIN: none */
    int64_t paid, goods, margin, layer[LAYER_COUNT]; /* of its own postings */
    int64_t till;                /* what the buyer paid on the bill, net of refunds, sale currency */
    int64_t levied[CHARGE_COUNT];   /* paid to treasuries, by kind, each in its currency */
    int64_t given, given_goods;  /* what was allocated to an order: Σ layers, goods */
    int64_t value;               /* taken from the buyer's allowance */
    int32_t value_year;
    bool is_assessed;            /* the law has been asked, for the bill */
};

struct subjects {
    struct subject *at; /* by auditor_count_of - 1 */
    uint64_t count, room;
};

struct allowance {
    int64_t used;
    int32_t year;
};

struct leg {
    uint64_t entered, passed;
};

struct auditor {
    const struct scenario *scenario;
    const struct book *book;
    const struct world *world;
    struct subjects orders, shipments;
    struct allowance *allowance[MARKET_MAX + FLOW_MAX]; /* by market, then buyer */
    struct leg leg[FLOW_MAX][AUDITOR_STEPS_MAX];
    int64_t now;
    uint64_t postings, events, records;
    int64_t balance[PARTY_MAX][CURRENCY_MAX], base[PARTY_MAX];
    int64_t node[COLUMN_COUNT][LAYER_COUNT], paid, goods, margin;
    uint64_t state[CHANNEL_COUNT][ORDER_STATE_COUNT];
    struct buf complaints;
    unsigned complained;
};

void auditor_complain(struct auditor *auditor, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Both are the same, or `what` is complained of. */
void auditor_same(struct auditor *auditor, const char *what, int64_t mine, int64_t told);
/* The how-many-th of its kind a number is in this cell, from 1; 0: another cell's. */
uint64_t auditor_count_of(const struct auditor *auditor, uint64_t number);
/* The row behind `step` that is one for this subject's kind and channel. */
unsigned auditor_next(const struct subject *subject, unsigned step);

#endif
