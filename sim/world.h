/* world: one replication of a scenario, from the first purchase to the last order's end.
 *
 * A world is plain data: orders and shipments in recycled slots, addressed by number of slot and
 * generation, and one queue of events. An event's column and kind name a row of that column's step
 * table (sim/flow.h). It reads no clock and no file; two worlds never share anything that is written. */
#ifndef WORLD_H
#define WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/kernel.h"
#include "core/ledger.h"
#include "core/node.h"
#include "customs/declare.h"
#include "sim/stats.h"

struct book;
struct buf;
struct due;
struct err;
struct errs;
struct rule_answer;
struct rule_cache;
struct scenario;
struct world;

/* Times of an order's life: X(id, name). The documents are those of the order: the order and payment
 * messages, the waybill, the declaration list, the tax bill. */
#define ORDER_TIMES(X)                                                                             \
    X(PLACED, placed)                                                                              \
    X(PAID, paid)             /* payment message */                                                \
    X(WAYBILL, waybill)                                                                            \
    X(DECLARED, declared)     /* list sent */                                                      \
    X(MATCHED, matched)       /* documents agree */                                                \
    X(RELEASED, released)     /* by customs of the destination */                                  \
    X(DISPATCHED, dispatched)                                                                      \
    X(DELIVERED, delivered)                                                                        \
    X(SETTLED, settled)       /* money with the seller */                                          \
    X(TAX_BILL, tax_bill)     /* tax paid; in export: drawback received */                         \
    X(ENDED, ended)

enum order_time {
#define X(id, name) TIME_##id,
    ORDER_TIMES(X)
#undef X
    ORDER_TIME_COUNT
};
const char *order_time_id(enum order_time time);

/* One order as the tables see it, handed out when it ends (or, still open, when the run ends). */
struct order_record {
    uint32_t replication;
    uint64_t number;           /* from 1, in order of placing; its documents carry it */
    uint64_t arrival;          /* names the buyer's coming: the same in every run with the same seed and demand */
    const char *flow;          /* id */
    const char *reference;     /* a replayed order's own number, else NULL */
    uint8_t channel, column, state;
    uint16_t from, to;         /* packed countries */
    uint32_t product;          /* of the catalogue; 0 in a replay with several lines */
    uint32_t units, lines;
    uint16_t market;           /* of the scenario, from 0: its buyers are numbered by themselves */
    uint64_t buyer;            /* number of the person */
    uint64_t declared_buyer;   /* in whose name it is declared, who need not know of it */
    uint32_t declared_ppm;     /* of the truth that is declared: of its price or its weight, 1000000: all */
    bool is_inspected;
    int64_t gross_g, volume_cm3;
    uint8_t currency;          /* of the four amounts that the buyer sees */
    int64_t goods_price, freight, tax, paid; /* minor units; tax: added on top by the seller */
    const char *regime;        /* of the law that decided, NULL: never assessed */
    const char *refusal;       /* code of the refusing step, NULL */
    uint8_t fault;             /* enum declare_fault: why its documents came back once */
    int32_t fault_code;        /* as customs gives it, 0: they agreed */
    uint8_t irregular;         /* enum irregular_kind: what it hid */
    bool is_found;             /* by customs */
    int64_t sent_at[DECLARE_LIST]; /* order, payment, waybill to customs; INT64_MIN: not sent, or no list is due */
    uint8_t charge_currency;
    int64_t charge[CHARGE_COUNT]; /* what was levied, by kind */
    int64_t time[ORDER_TIME_COUNT]; /* INT64_MIN: did not happen */
    int64_t spent_s[LAYER_COUNT], waited_s[LAYER_COUNT];
    struct account_sums sums;  /* base; own postings and what was allocated */
    int64_t landed;            /* goods + law + trade + logistics */
};

/* Goods bought together, handed out when the last unit is gone, when they are lost, or as they are when the run
 * ends. */
struct shipment_record {
    uint32_t replication;
    uint64_t number;           /* from 1, in order of buying */
    const char *flow;          /* id */
    uint8_t channel, column, state;
    uint32_t product, units;   /* units: bought */
    int64_t left;              /* of them, not taken by an order */
    int64_t gross_g;
    int64_t bought_at, stocked_at, ended_at; /* INT64_MIN: did not happen */
    struct account_sums sums;  /* base; what was paid for it */
};

/* What a lane took along at one departure. */
struct departure_record {
    uint32_t replication;
    const char *lane;          /* id */
    int64_t time;
    int64_t room_g, loaded_g, waiting_g; /* waiting: left behind */
    int64_t surcharge_ppm;     /* on what goes from then on */
};

/* One of the ways that were open to an order, as its seller weighed them. Amounts: base minor units. */
struct world_way {
    const char *flow;          /* id */
    bool is_open, is_chosen;
    int64_t cost;              /* expected: goods and all nodes */
    int64_t weighed;           /* with what the time is worth */
    int64_t seconds;           /* expected until delivered */
    uint32_t share;            /* chance of being chosen, 2^-16 */
};

/* What an order's history holds beside its steps. */
enum world_note_kind {
    NOTE_UNSET,
    NOTE_FAULT,     /* documents came back; what: enum declare_fault */
    NOTE_IRREGULAR, /* it hides something; what: enum irregular_kind */
    NOTE_FOUND,     /* an inspection found that */
    NOTE_GRADE,     /* it moved its seller's grade; what: enum credit_grade */
    NOTE_EVADED,    /* amount: what it would owe beyond what it does, had it not hidden something, what */
};
struct world_note {
    uint64_t order;
    uint8_t kind, what;
    uint16_t party; /* of a grade */
    int64_t amount; /* evaded, base */
};

/* What an order waits for, because somebody beyond the world decides it (scenario.outside). */
struct world_question {
    uint64_t number;            /* from 1, in the order of asking */
    uint64_t order;
    int64_t asked_at;
    uint32_t slot, generation;  /* the world's own */
    const char *body;           /* a JSON object: what is asked; valid during the call */
    size_t length;
};
typedef void world_asked(void *self, struct world *world, const struct world_question *question);

/* Where rows go; a member may be NULL. Calls come in simulated order on the thread that advances; last come the
 * postings for what is left in stock, dated at the end of the period. */
struct world_sink {
    void *self;
    void (*posting)(void *self, uint64_t number, const struct posting *posting);
    void (*order)(void *self, const struct order_record *record);
    void (*event)(void *self, uint64_t number, const struct event *event, uint64_t subject);
    /* the step that its last event told of does not apply: it takes no time and costs nothing */
    void (*skip)(void *self, enum subject_kind kind, uint64_t subject);
    /* the law was asked about an order or shipment; valid during the call, for rule_trace_* */
    void (*law)(void *self, enum subject_kind kind, uint64_t subject, const struct rule_cache *cache,
                const struct rule_answer *answer);
    void (*choice)(void *self, uint64_t order, const struct world_way *way, unsigned count); /* before it begins */
    void (*note)(void *self, const struct world_note *note);
    /* what a subject owed the law (sim/due.h); of an order just before it is handed out */
    void (*due)(void *self, const struct due *due);
    void (*shipment)(void *self, const struct shipment_record *record);
    void (*taken)(void *self, uint64_t order, uint64_t shipment, int64_t units); /* out of stock, by an order */
    void (*departure)(void *self, const struct departure_record *record);
};

/* One cell (0 … scenario.cells - 1) of a replication (from 1): the orders of its markets and nothing else. Numbers
 * of orders, shipments, postings and events count up in steps of the cells, so that those of cells differ.
 * `scenario` and `book` are borrowed and only read; `sink` NULL or borrowed. */
struct world *world_create(const struct scenario *scenario, const struct book *book, uint64_t seed,
                           uint32_t replication, uint32_t cell, const struct world_sink *sink);
void world_destroy(struct world *world);

enum world_status { WORLD_UNSET, WORLD_MORE, WORLD_REACHED, WORLD_DONE, WORLD_FAILED };
/* Handles events up to and including `until` (INT64_MAX: no bound), at most max_events (0: no bound).
 * MORE: stopped by max_events; REACHED: nothing left up to `until`, or only answers are awaited; DONE: nothing left at
 * all; FAILED: a price or a law is missing, world_error says which. */
enum world_status world_advance(struct world *world, int64_t until, uint64_t max_events);

const struct err *world_error(const struct world *world); /* NULL unless it failed */

/* Who is asked, before the first advance; without them a world with a step outside fails at its first question. The
 * answer may come during the call or between advances. It takes effect at `time`, which is later than all that has been
 * handled; answers of one time take effect in the order in which they were given. An order without an answer waits. */
void world_ask(struct world *world, world_asked *asked, void *self);
void world_answer(struct world *world, const struct world_question *question, bool accepts, int64_t time);
uint64_t world_awaits(const struct world *world); /* questions that are not answered */

int64_t world_now(const struct world *world);
uint64_t world_placed(const struct world *world);    /* orders so far */
int64_t world_next_time(struct world *world);        /* INT64_MAX when none; for pacing */

/* Ends the run: hands out the open orders, fills `tally` (one replication) and audits it. 0, or -1 with
 * errors when the books do not balance (our bug). Call once. */
int world_result(struct world *world, struct tally *tally, struct errs *errs);

/* Adds what was read of reforms so far. */
void world_reads(const struct world *world, struct reads *reads);

/* What a posting's reason says: the id of a price-list row, "pack/step" of a rule, or "contract". */
void world_reason(const struct world *world, uint32_t reason, char *out, size_t room);
/* The step that an event names: its id, or its name in a language. "" for the world's own events. */
const char *world_step_id(enum column column, unsigned kind);
const char *world_step_name(enum column column, unsigned kind, enum lang lang);
/* Whose events of this kind are: an order's or a shipment's. */
enum subject_kind world_step_subject(enum column column, unsigned kind);

/* A checkpoint: the whole state as bytes, and back into a world freshly created from the same scenario,
 * book, seed and replication. false when the bytes are not of such a world. */
void world_save(const struct world *world, struct buf *out);
bool world_restore(struct world *world, const void *bytes, size_t length);

#endif
