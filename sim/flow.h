/* flow: step tables and the hand that moves orders and shipments through them.
 *
 * Each column is one table (sim/export_retail.c, sim/general_trade.c, sim/import_retail.c). A row is a step: who
 * takes it, in which layer, what happens, what it costs, how long it takes. Rows are taken from top to bottom;
 * one that is not for a mover's kind or channel is passed over. */
#ifndef FLOW_H
#define FLOW_H

#include "core/node.h"
#include "sim/world_int.h"

/* What a step's act says of its own row. */
enum flow_verdict {
    FLOW_UNSET,
    FLOW_ON,    /* goes on: pay the prices, let the time pass, then the next row */
    FLOW_SKIP,  /* the row does not apply this time: no price, no time */
    FLOW_LATER, /* waits world.later_s, then the same row again; counts as waiting at its layer */
    FLOW_AT,    /* the same, but for an agreed day: counts as no time of any node */
    FLOW_WAIT,  /* somebody else will wake it, at the next row (flow_wake) or at this (flow_again) */
    FLOW_END,   /* the mover is gone */
};

enum flow_queue { FLOW_NO_QUEUE, FLOW_OFFICERS, FLOW_PICKERS };

enum { FLOW_PRICES = 4 };

struct flow_step {
    const char *id, *en, *zh;
    uint8_t subject;     /* enum subject_kind */
    uint8_t layer;       /* enum layer: where its time is spent */
    uint16_t channels;   /* 1 << enum channel; FLOW_AWAITS_REFUND: orders of any that await one */
    enum flow_verdict (*act)(struct world *world, struct mover *mover); /* as it begins; NULL: nothing */
    uint8_t price[FLOW_PRICES]; /* enum flow_role: paid by the seller as it begins */
    uint8_t time;        /* enum flow_role whose duration passes; 0: none */
    uint8_t queue;       /* enum flow_queue: somebody must be free first */
    uint8_t stamp;       /* enum order_time as it begins + 1; 0: none */
};

#define FLOW_STAMP(time) (TIME_##time + 1)
#define FLOW_CHANNEL(channel) (1 << CHANNEL_##channel)
enum { FLOW_AWAITS_REFUND = 1 << 15 };

/* The tables, ended by a row without id. What happens follows from the channel: a parcel by post is sent in the same
 * steps wherever home is, and home says to which column it belongs. */
extern const struct flow_step export_retail_steps[];
extern const struct flow_step general_trade_steps[];
extern const struct flow_step import_retail_steps[];
const struct flow_step *flow_table(enum column column);
const struct flow_step *flow_table_of(const struct mover *mover);
/* Is a row for this kind of mover and its channel? */
bool flow_is_own(const struct flow_step *step, const struct mover *mover);

/* Kinds of the world's own events, which belong to no column. */
enum { FLOW_ARRIVAL, FLOW_RESTOCK, FLOW_DEPARTURE, FLOW_SHOCK, FLOW_SHIFT, FLOW_ACCEPTED, FLOW_DECLINED };
/* Set in an event's kind when a queue's work is done. */
#define FLOW_DONE 0x8000u

/* Puts a mover at the first row of its table that is its own; then flow_run. */
void flow_enter(const struct world *world, struct mover *mover);
/* Takes rows until one lets time pass, waits, or ends the mover. */
void flow_run(struct world *world, struct mover *mover);
/* Counts the time that a mover which ends spent at its nodes. */
void flow_add_hours(struct world *world, const struct mover *mover);
/* Handles an event of a column's table. */
void flow_event(struct world *world, const struct event *event);
/* A shift begins at a port: those who wait are taken in their order. */
void flow_shift(struct world *world, unsigned port);
/* Goes on behind the row where it waits (FLOW_WAIT), now, as an event of its own. */
void flow_wake(struct world *world, struct mover *mover, int64_t since);

/* Takes the row where it waits once more, in the event that is handled. */
void flow_again(struct world *world, struct mover *mover, int64_t since);

/* The price-list row of a role today, 0: the flow has none. A role without a row today fails the run. */
uint32_t flow_row(struct world *world, unsigned flow, enum flow_role role);
/* A draw of a role's duration; index tells repeated ones apart. */
int64_t flow_time(struct world *world, const struct mover *mover, enum flow_role role, uint32_t index);
bool flow_loses(struct world *world, const struct mover *mover, enum flow_role role);

#endif
