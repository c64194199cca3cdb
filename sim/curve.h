/* curve: what a unit costs by every flow when so many are traded, and where one flow becomes cheaper than another.
 *
 * By volume: so many units are bought ahead at once where a flow has stock, and sold in orders of the usual size.
 * By order: one order asks for all of them. Costs are those that a seller expects (sim/estimate.h). */
#ifndef CURVE_H
#define CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/scenario.h"

struct book;
struct errs;
struct world;

enum curve_mode { CURVE_UNSET, CURVE_VOLUME, CURVE_ORDER };

struct curve {
    const struct scenario *scenario;
    struct world *world;      /* never advanced */
    enum curve_mode mode;
    uint32_t product;         /* of the catalogue */
    uint32_t usual;           /* units of an order of the usual size */
    uint32_t ways;
    uint16_t flow[FLOW_MAX];  /* that carry the good */
    uint8_t item[FLOW_MAX];
};

struct curve_point {
    int64_t quantity;
    int64_t cost[FLOW_MAX];   /* of a unit, base minor units, rounded half up */
    bool is_open[FLOW_MAX];   /* the law admits it at this quantity */
    unsigned best;            /* the cheapest open way (ties: the earlier); curve.ways when none is open */
};

/* `market`: id of one, or NULL: all flows of the first market, or without markets every flow; `sku` NULL: its first
 * good; `day`: of prices and law. 0, or -1 with errors; curve_close either way. Scenario and book are borrowed. */
int curve_open(struct curve *curve, const struct scenario *scenario, const struct book *book, enum curve_mode mode,
               const char *market, const char *sku, int32_t day, struct errs *errs);
void curve_close(struct curve *curve);
/* 1 <= quantity <= 10^6. False when a price or a law is missing: an error is added. */
bool curve_at(struct curve *curve, int64_t quantity, struct curve_point *point, struct errs *errs);

#endif
