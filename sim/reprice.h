/* reprice: orders as they were, their charges as another law has them. What was owed is asked of both laws
 * (levy_again); everything else stays: times, channels, prices, what a buyer had used of an allowance, who was
 * inspected. A unit out of stock bears its share of what the shipments of its flow and good have owed so far; import
 * VAT is credited as before. */
#ifndef REPRICE_H
#define REPRICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ledger.h"

struct book;
struct due;
struct order_record;
struct reads;
struct scenario;
struct world;

/* What the shipments of a flow's good have owed under either law; base. */
struct reprice_stock {
    int64_t units, more, vat_more; /* more: without VAT */
    uint16_t treasury;             /* of the VAT */
};

struct reprice {
    const struct scenario *scenario;
    struct scenario *other;        /* the same under the law's days of another; it shares what it points to */
    struct world *before, *after;  /* they only answer for their law */
    struct reprice_stock *stock;   /* [flows][FLOW_GOODS_MAX] */
    int64_t receipt[PARTY_MAX][KIND_COUNT]; /* what treasuries receive more */
    /* the order that was owed last */
    uint64_t number;
    int64_t more;
    bool is_refused, is_unanswered;
    char why[240];                 /* of the first that was unanswered; "" */
};

/* `law`: the scenario whose days of the law the other side has, NULL: the same; of it nothing else is taken. */
void reprice_open(struct reprice *reprice, const struct scenario *scenario, const struct book *before,
                  const struct scenario *law, const struct book *after);
void reprice_close(struct reprice *reprice);
/* Adds what of a reform the other law's answers have read. */
void reprice_reads(const struct reprice *reprice, struct reads *reads);
/* One thing that was owed; what belongs to an order comes before reprice_order asks for it. `counts`: into the
 * receipts. */
void reprice_due(struct reprice *reprice, const struct due *due, bool counts);
/* What the order that ended costs more under the other law, base. False: that law refuses it, or does not know an
 * answer (is_unanswered). */
bool reprice_order(struct reprice *reprice, const struct order_record *record, int64_t *more);

#endif
