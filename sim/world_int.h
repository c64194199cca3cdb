/* world_int: what the files of the world share: orders, shipments, stocks and flows as plain data. */
#ifndef WORLD_INT_H
#define WORLD_INT_H

#include "core/date.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/kernel.h"
#include "core/ledger.h"
#include "core/resource.h"
#include "core/rng.h"
#include "customs/assess.h"
#include "sim/pool.h"
#include "sim/scenario.h"
#include "sim/stats.h"
#include "sim/world.h"

/* What a step of a bound program means for a payment, kept because it is asked for every charge. */
struct charge_memo {
    const struct bound_order *bound;
    uint32_t step, rule;
    uint16_t treasury;
    bool at_border;
};
enum { CHARGE_MEMOS = 256 };

/* What moves through a step table: the head of an order and of a shipment. */
struct mover {
    uint64_t number;     /* from 1, within its kind */
    uint32_t slot, generation;
    uint32_t next;       /* slot + 1 of the next in a list: waiting orders, lots of a stock; 0: none */
    uint64_t draw;       /* names its random draws: world_arrival, world_purchase */
    uint16_t market;     /* of an order */
    uint16_t flow, step; /* step: the row that it is at or goes to next */
    uint8_t kind;        /* enum subject_kind */
    uint8_t column, channel, item; /* item: of the flow's goods */
    bool awaits_refund;  /* an order out of a stock whose refund the law pays after the sale */
    uint32_t units;
    uint32_t spent_s[LAYER_COUNT], waited_s[LAYER_COUNT]; /* waited is part of spent */
    int64_t gross_g, volume_cm3;
    int64_t waits_since, loaded_g; /* for units, or for room on a lane; what an earlier departure took */
    int64_t cost_minor;  /* purchase without tax, purchase currency; 0: not bought for it alone */
    struct account_sums sums; /* base; own postings and, of an order, what was allocated to it */
};

enum { CHARGES_KEPT = CHARGE_DRAWBACK + 1 };

/* What one step of the law asks, all lines together. */
struct order_charge {
    int64_t amount;    /* charge currency */
    uint32_t rule;     /* rule_ref */
    uint16_t treasury; /* party */
    uint8_t kind;      /* enum charge_kind */
    bool at_border;    /* asked of the buyer on arrival, else on the seller's bill */
};

enum { ORDER_CHARGES = 4, ORDER_ASKS_AGAIN = 255 };

/* What the law answered to a sale: the same order of the same flow, in the same month of exchange rates and the
 * same stretch of law, of a buyer who has used as much, is answered alike. */
struct bill_memo {
    uint32_t month, stretch; /* month: year * 12 + month, 0: empty */
    uint16_t flow;
    uint8_t item, dues, charge_currency;
    uint32_t units, regime, refusal;
    int64_t used_minor, value_minor;
    struct order_charge due[ORDER_CHARGES];
};
enum { BILL_MEMOS = 1024 };

struct order {
    struct mover m;
    int64_t placed_at;
    int32_t stamp_s[ORDER_TIME_COUNT]; /* after placed_at; -1: did not happen */
    uint32_t buyer;
    uint32_t replay;      /* index + 1 of scenario.replay, 0: drawn */
    uint32_t lines;
    uint8_t state, tries;
    uint8_t fault;           /* enum declare_fault: why its documents came back once */
    uint8_t irregular;       /* enum irregular_kind: what it hides */
    uint8_t word;            /* enum outside_word: what was answered and is not yet used */
    bool is_found;           /* and customs knows it */
    uint32_t declared_ppm;   /* of its price or weight */
    uint32_t lender;         /* person in whose name it comes, who need not know */
    bool is_inspected, is_restockable, is_billed;
    int32_t sale_day, entry_day; /* of the law that was asked, as the destination counts days */
    int32_t admit_day;           /* when it came in, 0: not yet, or it was there */
    uint32_t regime, refusal;    /* rule_ref; 0: none */
    uint8_t charge_currency;
    int64_t goods_minor, freight_minor, tax_minor; /* on the buyer's bill, sale currency */
    int64_t value_minor;     /* customs value, charge currency; taken from the buyer's allowance */
    int64_t used_minor;      /* of the allowance before this order */
    uint8_t dues;          /* used of due[], or ORDER_ASKS_AGAIN: they are more than fit */
    struct order_charge due[ORDER_CHARGES];
    int64_t charge[CHARGES_KEPT]; /* levied, charge currency */
    int64_t taken_goods, taken_credit, taken_refund; /* from stock: goods at cost, import VAT, refund to come; base */
    int64_t taken_at, wait_weight, wait_sum; /* then: goods at cost, Σ goods × hours since their purchase */
    int64_t border_at, bill_at; /* when its charges on arrival, and those on the bill, were paid; 0: not */
    int64_t drawback_base, income_tax_base, left_at; /* claimed or owed for the export; its time */
    int64_t refund_at, refund_since; /* when it arrives, and since when its money is out */
    uint32_t refund_rule;        /* rule_ref */
    int64_t returned_minor;  /* of goods_minor, given back */
};

enum lot_sum { LOT_GOODS, LOT_LAW, LOT_TRADE, LOT_LOGISTICS, LOT_CREDIT, LOT_REFUND, LOT_SUM_COUNT };

/* Goods bought together: first it moves, then it is a lot in stock. */
struct shipment {
    struct mover m;
    uint8_t state; /* enum shipment_state */
    int64_t bought_at, stocked_at;
    int64_t left;                /* units still there */
    int64_t sum[LOT_SUM_COUNT];  /* base, of the units that are left */
    int64_t freight_base, insurance_base; /* into the customs value */
};

/* Movers of one pool, in the order in which they came; slot + 1 of its ends, 0: empty. */
struct mover_list {
    uint32_t first, last;
};

struct stock {
    struct mover_list lots;      /* with units left */
    struct mover_list waiting;   /* orders that wait for units */
    int64_t have, on_order, backlog; /* units */
    int64_t keep;                /* units to have or have on order in month keep_month */
    int32_t keep_month;          /* year * 12 + month; 0: not yet known */
    uint32_t share;              /* of the market's orders that it expects, 2^-16 */
    int64_t batch;               /* units of one shipment */
    int64_t batch_cost;          /* expected cost of a shipment until its units are sold, base; 0: not admitted */
    int64_t batch_credit;        /* import VAT in it that sales at home are set against, base */
    uint32_t bought;             /* shipments so far: names their draws */
    uint32_t lost;               /* of them in a row, lately */
};

/* The price-list row of a role, as long as it holds. */
struct role_row {
    uint32_t row;
    int32_t from_day, until_day;
};

struct buyer_use {
    int64_t used_minor; /* of the allowance, destination currency */
    int32_t year;
};

/* What an order of so many units would cost by a flow, as its seller expects. */
struct estimate {
    uint32_t key;        /* month and stretch of the law for which it holds; 0: never made */
    bool is_open;        /* the law admits it */
    int64_t cost;        /* goods and all nodes, base */
    int64_t price;       /* what the buyer pays, base */
    int64_t seconds;     /* until delivered */
};

enum { ESTIMATES_KEPT = 12 }; /* for 1 … 12 units of a good; more are estimated anew */

struct flow_state {
    const struct scenario_flow *flow;
    uint16_t market;
    struct resource officers, pickers;
    struct stock stock[FLOW_GOODS_MAX];
    struct role_row row[ROLE_COUNT];
    int32_t offset_from_s, offset_to_s; /* of local days */
    struct assess_line *line_from, *line_to; /* [goods]: as the law of either end sees them, without units */
    struct estimate *estimate; /* [goods][ESTIMATES_KEPT + 1] */
    struct mover_list boarding; /* who waits for room on its lane */
    int64_t board_g, shipped_g; /* waiting; shipped lately */
    bool is_loaded;        /* at the present departure */
    bool is_restocked;     /* on the next day, after a loss */
    int32_t stretch_day;   /* day asked last, and the stretch of the destination's law that it lies in */
    uint32_t stretch;
};

struct lane_state {
    bool is_scheduled;
    int64_t surcharge_ppm;
};

/* Customs' people at a port, where the scenario says them. */
struct port_state {
    struct resource officers;
    bool is_called;        /* its next shift is in the queue of events */
};

/* Buyers, and how many of them have come. */
struct market_state {
    const struct scenario_market *market;
    int64_t next_q10;      /* time of the next arrival, 2^-10 s */
    uint64_t quota;        /* orders to place; 0: until the period ends */
    uint64_t arrived, placed; /* those who find no way, or find it too dear, are not placed */
    bool is_finished;      /* no further arrivals */
    int64_t per_day_q16;
    uint32_t buyers;
    struct buyer_use *use; /* [buyers], NULL where no law asks */
    uint32_t reviewed;     /* key of the estimates for which its stocks were planned; 0: never */
};

struct world {
    const struct scenario *scenario;
    const struct book *book;
    struct world_sink sink;
    struct rng_key key;
    uint64_t seed;
    uint32_t replication, cell;
    struct kernel *kernel;
    struct assess assess;
    struct rule_answer answer;   /* of the last assessment */
    struct charge_memo memo_charge[CHARGE_MEMOS];
    struct bill_memo memo_bill[BILL_MEMOS];
    struct assess_line *line;    /* scratch of an order with several lines */
    struct ledger ledger;
    struct pool orders, shipments;
    struct flow_state *flow;
    struct market_state *market;
    struct lane_state *lane;
    struct port_state port[PORTS_MAX];
    struct credit firm[PARTY_MAX]; /* of each party, where the scenario grades them */
    struct tally *tally;
    struct digest digest;
    int64_t now, until;          /* until: as far as it was asked to go */
    int32_t day;                 /* UTC day of now */
    struct { int32_t day; struct civil civil; } memo[2]; /* of days asked last, by their parity */
    struct { int32_t month; struct rational rate; } mid[CURRENCY_MAX]; /* to the base currency, by month */
    uint64_t placed, ended, shipped, steps;
    uint64_t replayed;           /* orders of a replay that have arrived */
    uint16_t *row_party;         /* of each price-list row */
    uint16_t treasury[26 * 26];  /* by place, 0: none */
    uint16_t written_off;        /* party that stands for goods that are gone */
    int64_t later_s;             /* of FLOW_LATER */
    int64_t *parts;              /* [KIND_COUNT]: what estimates consist of is added here; NULL: nobody asks */
    int64_t unallocated;         /* of shipments that ended */
    world_asked *asked;          /* who is asked outside, NULL: nobody */
    void *asked_self;
    uint64_t questions, answers; /* so far */
    bool is_failed, is_closed;
    struct err error;
};

static inline struct order *order_of(struct mover *m)
{
    return (struct order *)m;
}
static inline struct shipment *shipment_of(struct mover *m)
{
    return (struct shipment *)m;
}
static inline struct market_state *market_of(const struct world *w, const struct mover *m)
{
    return &w->market[m->market];
}
static inline const struct scenario_flow *flow_of(const struct world *w, const struct mover *m)
{
    return w->flow[m->flow].flow;
}
/* Of what a mover buys; replayed lines are all bought in the flow's. */
static inline unsigned flow_purchase_currency(const struct scenario_flow *flow, unsigned item)
{
    return item < flow->goods_count ? flow->goods[item].purchase_currency : flow->purchase_currency;
}
static inline struct order *order_at(const struct world *w, uint32_t slot)
{
    return pool_at(&w->orders, slot);
}
static inline struct shipment *shipment_at(const struct world *w, uint32_t slot)
{
    return pool_at(&w->shipments, slot);
}

/* Puts a mover of `pool` at the end. */
static inline void world_list_add(const struct pool *pool, struct mover_list *list, struct mover *m)
{
    m->next = 0;
    if (list->last)
        ((struct mover *)pool_at(pool, list->last - 1))->next = m->slot + 1;
    else
        list->first = m->slot + 1;
    list->last = m->slot + 1;
}

/* Takes the first mover, `m`, out. */
static inline void world_list_drop(struct mover_list *list, const struct mover *m)
{
    list->first = m->next;
    if (!list->first)
        list->last = 0;
}

/* What a draw decides. A new one goes to the end: the others do not move. */
enum draw {
    DRAW_UNSET, DRAW_GAP, DRAW_ITEM, DRAW_UNITS, DRAW_BUYER, DRAW_DECLINE, DRAW_MISMATCH, DRAW_SELECT,
    DRAW_CATCH, DRAW_SEIZE, DRAW_DOOR, DRAW_RETURN, DRAW_RETURN_TIME, DRAW_CHARGEBACK, DRAW_WAY, DRAW_BUYS,
    DRAW_DOCUMENT, /* index: enum declare_document */
    DRAW_IRREGULAR, DRAW_DECLARED, DRAW_LENDER, DRAW_FOUND,
    DRAW_TIME = 100, /* + enum flow_role */
    DRAW_LOSS = 200, /* + enum flow_role */
};

/* Subjects of draws: the arrivals of a market (part: of one that is split, from 0), the purchases of a flow's item. */
static inline uint64_t world_arrival(unsigned market, uint32_t arrival, unsigned part)
{
    return (uint64_t)(part ? 256 + part : 0) << 48 | (uint64_t)market << 32 | arrival;
}
static inline uint64_t world_purchase(unsigned flow, unsigned item, uint32_t purchase)
{
    return (item + UINT64_C(1)) << 48 | (uint64_t)flow << 32 | purchase;
}
static inline uint64_t world_draw(const struct world *w, const struct mover *m, uint32_t purpose, uint32_t index)
{
    return rng_bits(w->key, m->draw, purpose, index);
}

/* The n-th (from 1) of what this cell counts, as a number that no other cell gives. */
static inline uint64_t world_number(const struct world *w, uint64_t n)
{
    return (n - 1) * w->scenario->cells + w->cell + 1;
}

/* date_civil of a day near those asked last. */
struct civil world_civil(struct world *world, int32_t day);
/* The order of the user's file that it stands for, else NULL. */
const struct replay_order *world_replayed(const struct world *world, const struct order *order);

/* The treasury of a place; none among the parties fails the run. */
uint16_t world_treasury(struct world *world, uint16_t place);

static inline void world_tell(const struct world *w, const struct world_note *note)
{
    if (w->sink.note)
        w->sink.note(w->sink.self, note);
}

/* The run cannot go on: a price or a law is missing. Kept once; the world then stops. */
void world_fail(struct world *world, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
