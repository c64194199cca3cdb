/* curve: what a unit costs by every flow as one thing about it grows, where one flow becomes cheaper than another, and
 * which costs make it so.
 *
 * Over quantity, by volume: so many units are bought ahead at once where a flow has stock, and sold in orders of the
 * usual size; by order: one order asks for all of them. Over value, weight and distance orders have the usual size and
 * stocks buy the batches that they buy. Costs are those that a seller expects (sim/estimate.h); they are compared as
 * exact fractions of a minor unit, so that ways cross once and not at every cent. */
#ifndef CURVE_H
#define CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/book.h"
#include "sim/scenario.h"

struct errs;
struct world;

enum curve_mode { CURVE_UNSET, CURVE_VOLUME, CURVE_ORDER };

/* X(id, name, most, en, zh) `most` unless the user says otherwise. */
#define CURVE_AXES(X)                                                                              \
    X(QUANTITY, quantity, 50000, "units", "数量")                                                  \
    X(VALUE, value, 5000, "price of a unit", "单价")      /* without tax, whole base units; goods cost in step */ \
    X(WEIGHT, weight, 30000, "grams a unit", "单件克重")  /* gross; the density stays */           \
    X(DISTANCE, distance, 300, "% of the way", "里程%")   /* freight and time of the line haul: price lists know lanes, \
                                                           * not miles, so the way is a share of the lane's own */
enum curve_axis {
    CURVE_AXIS_UNSET,
#define X(id, name, most, en, zh) CURVE_OVER_##id,
    CURVE_AXES(X)
#undef X
    CURVE_AXIS_COUNT
};
const char *curve_axis_id(enum curve_axis axis);
enum curve_axis curve_axis_find(const char *id); /* CURVE_AXIS_UNSET: none */
const char *curve_axis_name(enum curve_axis axis, enum lang lang);
int64_t curve_axis_most(enum curve_axis axis);

enum { CURVE_MOST = 1000000 };

struct curve {
    const struct scenario *scenario; /* as it was given */
    struct arena arena;
    struct scenario own;      /* its copy, and that of the book, in which goods and freight are changed */
    struct book book;
    const struct product *was; /* the good as the book has it */
    struct world *world;      /* of the copies; never advanced */
    enum curve_mode mode;
    enum curve_axis axis;
    uint32_t product;         /* of the catalogue */
    uint32_t usual;           /* units of an order of the usual size */
    uint32_t ways;
    uint16_t flow[FLOW_MAX];  /* that carry the good */
    uint8_t item[FLOW_MAX];
};

struct curve_point {
    int64_t quantity;         /* along the axis, in its unit */
    int64_t cost[FLOW_MAX];   /* of a unit, base minor units, rounded half up */
    bool is_open[FLOW_MAX];   /* the law admits it there */
    unsigned best;            /* the cheapest open way (ties: the earlier); curve.ways when none is open */
};

/* `market`: id of one, or NULL: all flows of the first market, or without markets every flow; `sku` NULL: its first
 * good; `day`: of prices and law. Over quantity. 0, or -1 with errors; curve_close either way. Scenario and book are
 * borrowed. */
int curve_open(struct curve *curve, const struct scenario *scenario, const struct book *book, enum curve_mode mode,
               const char *market, const char *sku, int32_t day, struct errs *errs);
/* Over another axis from now on. */
void curve_over(struct curve *curve, enum curve_axis axis);
void curve_close(struct curve *curve);
/* 1 <= quantity <= CURVE_MOST. False when a price or a law is missing: an error is added. */
bool curve_at(struct curve *curve, int64_t quantity, struct curve_point *point, struct errs *errs);
/* What a unit's cost consists of there, by kind of posting, in hundredths of base minor units; sums to the way's cost
 * up to rounding. False: it is not open. */
bool curve_parts(struct curve *curve, int64_t quantity, unsigned way, int64_t parts[KIND_COUNT], struct errs *errs);

/* Where one way becomes cheaper than that before. */
enum { CURVE_DRIVERS = 3 };
struct curve_crossing {
    int64_t at;               /* the first quantity at which it is */
    unsigned from, to;        /* ways; curve.ways: none was, or is, open */
    bool opens, closes;       /* the law opens the one here, or closes the other: then nothing drives it */
    unsigned drivers;         /* kinds of which the difference between the two changes most, from `low` to `high` */
    uint8_t kind[CURVE_DRIVERS]; /* enum posting_kind, the strongest first */
    int64_t change[CURVE_DRIVERS]; /* how much more by it the new way is cheaper, a unit; hundredths of minor units */
    int64_t low, high;        /* half and double `at`, within `most`, where both are open */
};
/* Fills in all but at, from, to. 0, or -1 with errors. */
int curve_explain(struct curve *curve, int64_t most, struct curve_crossing *crossing, struct errs *errs);

#endif
