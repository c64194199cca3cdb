/* stats: what a run adds up to. A tally is plain integers; tallies of replications merge in the order of
 * replications and give the same bytes whatever thread made them. Amounts are base minor units. */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/digest.h"
#include "core/ledger.h"
#include "core/node.h"
#include "core/rule.h"
#include "customs/declare.h"
#include "customs/irregular.h"
#include "sim/revenue.h"
#include "sim/reads.h"
#include "sim/scenario.h"

#define ORDER_STATES(X)                                                                            \
    X(OPEN, open, "Open", "在途")                                                                  \
    X(DELIVERED, delivered, "Delivered", "已签收")                                                 \
    X(REFUSED, refused, "Refused", "退运")                                                         \
    X(CANCELLED, cancelled, "Cancelled", "已取消")                                                 \
    X(RETURNED, returned, "Returned", "已退货")                                                    \
    X(LOST, lost, "Lost", "丢失")

enum order_state {
    ORDER_UNSET,
#define X(id, name, en, zh) ORDER_##id,
    ORDER_STATES(X)
#undef X
    ORDER_STATE_COUNT
};
const char *order_state_id(enum order_state state);
/* The states in the order in which they are told, open ones last. */
enum { ORDER_STATES_TOLD = ORDER_STATE_COUNT - 1 };
extern const enum order_state order_state_told[ORDER_STATES_TOLD];
const char *order_state_name(enum order_state state, enum lang lang);

#define SHIPMENT_STATES(X)                                                                         \
    X(MOVING, moving, "Moving", "在途")                                                            \
    X(STOCKED, stocked, "In stock", "在库")                                                        \
    X(EMPTIED, emptied, "Sold out", "已售罄")                                                      \
    X(LOST, lost, "Lost", "灭失")

enum shipment_state {
    SHIPMENT_UNSET,
#define X(id, name, en, zh) SHIPMENT_##id,
    SHIPMENT_STATES(X)
#undef X
    SHIPMENT_STATE_COUNT
};
const char *shipment_state_id(enum shipment_state state);

/* A histogram of seconds: 64 bins per power of two, so a quantile is right within 1 %. */
enum { HOURS_BINS = 64 * 28 };
struct hours {
    uint64_t count;
    int64_t sum_s, waiting_s; /* waiting is part of the sum */
    uint64_t bin[HOURS_BINS];
};
void hours_add(struct hours *hours, int64_t seconds, int64_t waiting_s);
/* Seconds below which `per_mille` of the passages lie; 0 when there were none. */
int64_t hours_quantile(const struct hours *hours, uint32_t per_mille);
/* The histogram in eighths of a power of two, those that are not empty; returns how many. */
enum { HOURS_CLASSES = HOURS_BINS / 8 };
struct hours_class {
    int64_t from_s, to_s; /* from <= seconds < to */
    uint64_t count;
};
size_t hours_classes(const struct hours *hours, struct hours_class *out);

/* One passage through a node is one order or one shipment that spent time there. */
struct node_tally {
    int64_t cost;
    int64_t kind[KIND_COUNT]; /* sums to cost */
    struct hours hours;
};

struct channel_tally {
    uint64_t orders[ORDER_STATE_COUNT]; /* by state, open ones too */
    uint64_t contracts;                 /* shipments that fed it */
    uint64_t units;                     /* of ended orders */
    struct account_sums ended;          /* ended orders with what was allocated to them */
    struct hours lead;                  /* placed to delivered */
};

struct port_tally {
    uint64_t declarations, match_failures, inspections, catches, refused;
    uint64_t fault[DECLARE_FAULT_COUNT]; /* of the match failures */
    int64_t waiting_s;
};

/* Orders that hid something. */
struct irregular_tally {
    uint64_t orders, found;
    int64_t evaded, fines; /* of those found: charges that they would not have paid, base */
};

/* Of one replication, for intervals. */
struct replication_tally {
    int64_t cost[NODE_COUNT];
    uint64_t orders[COLUMN_COUNT];
    int64_t margin;
};

struct tally {
    uint8_t base_currency;
    uint64_t orders[ORDER_STATE_COUNT];
    uint64_t placed_of[COLUMN_COUNT];
    uint64_t shipments[SHIPMENT_STATE_COUNT];
    struct node_tally node[NODE_COUNT];
    struct channel_tally channel[CHANNEL_COUNT];
    struct port_tally port[PORTS_MAX];
    struct irregular_tally irregular[IRREGULAR_COUNT];
    int64_t receipt[PARTY_MAX][KIND_COUNT]; /* net into each party, by kind */
    int64_t balance[PARTY_MAX];             /* net into each party */
    int64_t stock_of[PARTY_MAX];            /* of it what each holds, as `stock` below */
    /* paid == goods + Σ node.cost + margin, exactly */
    int64_t paid;
    int64_t goods;       /* bought and sold on; without stock */
    int64_t margin;      /* title holders' accounts plus stock at cost */
    int64_t unallocated; /* node cost of shipments that no unit took; part of Σ node.cost */
    int64_t stock;       /* goods bought and not sold, at cost; beside the identity */
    struct account_sums open; /* orders cut off by --until, inside the above */
    uint64_t postings;
    int64_t currency_sum[CURRENCY_MAX]; /* all zero, or we have a bug */
    uint64_t currencies;                /* 1 << currency: some posting was in it */
    uint64_t events;
    struct digest digest; /* of one replication's events; of several combined in their order */
    struct reads reads;   /* of reforms */
    int32_t first_day, last_day; /* of the orders placed; DAY_UNSET when there are none */
    struct replication_tally *replication; /* owned */
    uint32_t replications;
    uint32_t worlds; /* that it is the sum of: cells of replications */
    bool goes_on;    /* a cell of the replication whose first cells come before it */
    struct revenue revenue; /* of treasuries by month */
};

struct tally *tally_create(void); /* zeroed, days unset; big: not for the stack */
void tally_free(struct tally *tally);
/* Adds the replications of `more` behind those of `tally`; in whatever groups, the same comes out. */
void tally_merge(struct tally *tally, const struct tally *more);
uint64_t tally_placed(const struct tally *tally);
uint64_t tally_placed_by(const struct tally *tally, enum channel channel);
int64_t tally_nodes(const struct tally *tally); /* Σ node.cost */
int64_t tally_difference(const struct tally *tally); /* of the identity: 0 */
/* node total / orders placed in its column, in base minor units, rounded half up; 0 without orders. */
int64_t tally_per_order(const struct tally *tally, unsigned node);
/* 95 % interval of the mean of per_order over the replications that have such orders (Student's t), minor
 * units; false below two. */
bool tally_interval(const struct tally *tally, unsigned node, int64_t *low, int64_t *high);
/* Is the 95 % interval of what an order costs, all nodes together, within so many millionths of its mean? Not below
 * ten replications: the interval of a few is itself too uncertain to stop at. */
bool tally_is_precise(const struct tally *tally, int64_t ppm);

#endif
