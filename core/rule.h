/* rule: rule packs, compiled for a day and a commodity, run over exact rationals.
 *
 * Loading parses packs and formulas and checks names, types and units. Binding folds everything that is
 * known of an order's keys (days, form, flags, codes, rates) and leaves register code over the dynamic
 * amounts; a bound program is cached and read-only. Running fills a register file: it is the trace, from
 * which rule_trace.c explains. Only a step's `round` rounds. */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/fact.h"
#include "core/money.h"

struct arena;
struct rulebook;
struct tariff;

/* ---- the book ---- */

struct rule_file {
    const char *source; /* for messages */
    const char *bytes;
    size_t length;
    bool is_undone; /* a reform that is law, taken back */
};

/* What a pack may hold, and one of its steps (core/json.h). */
struct json_field;
const struct json_field *rule_pack_fields(void);
const struct json_field *rule_step_fields(void);

/* Loads packs (JSON) and tariff tables (CSV); later files lay over earlier ones: a pack with the same id is
 * merged (RFC 7396), a tariff row with the same place, code, kind, origin and first day replaces.
 * `reform`: merge patches {"rules": {"pack.id": {…}}} applied last, in order. One that is undone is law already, since
 * {"law_of": {"CN": "2019-01-01"}}: what began there on that day never began, of packs and kinds of tariff rows that
 * its list "covers" names, or of all; what was in force the day before goes on until the next change. NULL with
 * errors. */
struct rulebook *rulebook_load(const struct rule_file *packs, size_t pack_count,
                               const struct rule_file *tariffs, size_t tariff_count,
                               const struct rule_file *reforms, size_t reform_count,
                               struct errs *errs);
void rulebook_free(struct rulebook *book);

/* A cache of bound programs. One per thread; a book may serve many. */
struct rule_cache;
struct rule_cache *rule_cache_create(const struct rulebook *book);
void rule_cache_free(struct rule_cache *cache);

/* ---- what reforms changed, and whether any order read it ---- */

/* An entry of a reform: a value, a step, or the rows of a kind that a law which is followed or taken back brought,
 * numbered from 1. What lies beyond the last number is not watched. */
enum { RULE_WATCHED_MAX = 255, RULE_WATCH_WORDS = 4 };
uint32_t rule_watched(const struct rulebook *book);
/* "cn.import.cbec.limit_order@2019-01-01". */
const char *rule_watched_name(const struct rulebook *book, uint32_t number);
/* Adds the bits of the entries that a program of the cache depends on: bit `number` of `seen`. */
void rule_cache_seen(const struct rule_cache *cache, uint64_t seen[RULE_WATCH_WORDS]);

/* ---- running ---- */

#define CHARGE_KINDS(X)                                                                            \
    X(DUTY, duty) X(ADDITIONAL_DUTY, additional_duty) X(TRADE_REMEDY, trade_remedy)                \
    X(SURCHARGE, surcharge) X(CONSUMPTION_TAX, consumption_tax) X(VAT, vat)                        \
    X(SALES_TAX, sales_tax) X(PARCEL_TAX, parcel_tax) X(FEE, fee) X(DRAWBACK, drawback)            \
    X(VAT_COST, vat_cost) X(OFFSET, offset) X(CARRY_FORWARD, carry_forward) X(PAYABLE, payable)    \
    X(INCOME_TAX, income_tax) X(REFUND_RATE, refund_rate) X(TERM, term)

enum charge_kind {
    CHARGE_UNSET,
#define X(id, name) CHARGE_##id,
    CHARGE_KINDS(X)
#undef X
    CHARGE_COUNT
};
const char *charge_id(enum charge_kind kind);
/* Is it an amount? The others are numbers in 10^-6: a rate, or a term: what the law says in a number (days, digits; 1
 * for yes), each of which goes by the name of its step. */
static inline bool charge_is_amount(unsigned kind)
{
    return kind < CHARGE_REFUND_RATE;
}
enum charge_kind charge_find(const char *id);

enum rule_status { RULE_UNSET, RULE_ASSESSED, RULE_REFUSED, RULE_ERROR };

enum { RULE_LINES_MAX = 512, RULE_CHARGES_MAX = 8 * RULE_LINES_MAX };

struct rule_charge {
    uint8_t kind;    /* enum charge_kind */
    uint16_t line;   /* from 1, 0: the whole order */
    uint16_t step;   /* of the pack: everything else about the charge hangs on it */
    int64_t amount;  /* minor units of the pack's currency */
};

struct rule_answer {
    enum rule_status status;
    const char *regime;       /* borrowed from the book */
    uint8_t currency;         /* index */
    int64_t value;            /* customs value, the step named "value" */
    bool has_value;
    uint32_t lines;           /* of the order that was run */
    int32_t sale_day, entry_day; /* whose law was read */
    uint32_t charges;         /* used of charge[] */
    int64_t total_of[CHARGE_COUNT]; /* by kind */
    uint32_t stated;          /* 1 << kind: kinds that some step of the pack states */
    /* refused or error: */
    int step;                 /* that refused or failed, -1: none */
    enum err_code error;
    uint32_t error_line;      /* from 1, 0: the order */
    char message[200];
    bool has_allowance;
    int64_t allowance_limit, allowance_used;
    uint32_t warnings;        /* 1 << enum rule_warning */
    const struct bound_order *bound; /* for the trace; valid while the cache lives */
    struct rule_charge charge[RULE_CHARGES_MAX]; /* last: all else lies close together */
};

enum rule_warning { WARN_LOW_CONFIDENCE, WARN_FX_STALE, WARN_ASSUMED_VALUE, WARN_SWITCH_DEFAULT,
                    WARN_COUNT };
const char *rule_warning_id(enum rule_warning warning);

/* An empty answer that says only what went wrong before any rule could run. */
void rule_answer_fail(struct rule_answer *answer, enum err_code code, const char *message);
/* What must be known of an order's law before its amounts can be told. */
struct rule_law {
    bool reads_sale;   /* its pack is read on the day of the sale, else of the entry; false when there is none */
    uint8_t currency;  /* of the place's packs, 0: it has none */
    uint64_t facts;    /* of the order that some formula of the place reads: 1 << enum order_fact */
};
struct rule_law rule_law_of(struct rule_cache *cache, const struct fact_order *order);
/* Is there a pack for (to, form, day)? Else the answer says why not. */
bool rule_governs(struct rule_cache *cache, const struct fact_order *order, struct rule_answer *answer);
/* Chooses the pack for (to, form, day), binds and runs. Never fails: what is unknown is in the answer.
 * Amounts overflowing 63 bits are RULE_ERROR. The register file of the last run stays in the cache. */
void rule_run(struct rule_cache *cache, const struct fact_order *order, struct rule_answer *answer);

/* ---- explaining: one trace, from the register file of the run that gave `answer`, which must be the
 * cache's last ---- */

/* What a fact, a tariff kind, a person, a charge or a confidence is called; the name itself where it has no words. */
const char *rule_word(bool is_zh, const char *name);

struct buf;
/* The list `charges` of an answer, as JSON (docs/quote.md). */
void rule_trace_charges(const struct rule_cache *cache, const struct rule_answer *answer, struct buf *out);
/* What one charge was computed from, as numbers; false: it has no single base (rate), or not one of this kind. */
struct rule_figure {
    bool has_base, has_rate;
    int64_t base;     /* minor units of the pack's currency, rounded half up */
    int64_t rate_ppm; /* millionths, cut */
};
struct rule_figure rule_trace_figure(const struct rule_cache *cache, const struct rule_answer *answer,
                                     const struct rule_charge *charge);
/* Tests and charges in words, in numbers and with their laws, for a person; lang as enum lang of core/node.h. */
void rule_explain(const struct rule_cache *cache, const struct rule_answer *answer, int lang, struct buf *out);
/* Code, message (en, zh) and open form of the refusal. */
void rule_refusal(const struct rule_answer *answer, const char **code, const char **en, const char **zh,
                  const char **instead);
/* A term that an answer states: what the law says that is no amount. */
struct rule_term {
    const char *name, *title[3]; /* of its step; by enum lang */
    bool is_truth;               /* yes or no */
    int64_t value;               /* 10^-6; a truth: 0 or not */
};
/* The next term of an assessed answer, from charge number *at on; false: there are no more. */
bool rule_term_next(const struct rule_answer *answer, uint32_t *at, struct rule_term *term);
/* Its value by its name; false when the answer states no such term. */
bool rule_term(const struct rule_answer *answer, const char *name, int64_t *value);
/* What the answer's pack is called; lang as enum lang of core/node.h. */
const char *rule_pack_title(const struct rule_answer *answer, int lang);
/* Day up to which the law of the answer's pack was kept; DAY_UNSET when the pack does not say. */
int32_t rule_kept_until(const struct rule_answer *answer);
const char *rule_step_treasury(const struct rule_answer *answer, unsigned step);
/* Is the charge asked of the buyer when the goods arrive? Else it is on the seller's bill. */
bool rule_step_at_border(const struct rule_answer *answer, unsigned step);
/* A number for a step of the book, the same in every run with this book; 0 is no step. With step -1: the
 * regime that decided. rule_ref_write gives "regime-or-pack/step" back. */
uint32_t rule_ref(const struct rulebook *book, const struct rule_answer *answer, int step);
void rule_ref_write(const struct rulebook *book, uint32_t ref, char *out, size_t room);
/* The regime that a number of rule_ref stands for, and the code of its step when that refuses, else NULL. */
const char *rule_ref_regime(const struct rulebook *book, uint32_t ref);
const char *rule_ref_refusal(const struct rulebook *book, uint32_t ref);

/* Does nothing of a place's law change between two days? */
bool rule_same_law(const struct rulebook *book, uint16_t place, int32_t day, int32_t other);
/* The number of the stretch of days around `day` in which nothing of a place's law changes. */
uint16_t rule_stretch(const struct rulebook *book, uint16_t place, int32_t day);

/* Does some law of a place count what a person imports in a year? */
bool rule_has_allowance(const struct rulebook *book, uint16_t place);
/* Currency of a place's packs, 0 when the place has none. */
unsigned rule_currency(const struct rulebook *book, uint16_t place);
bool rule_has_place(const struct rulebook *book, uint16_t place);
/* The place whose packs those of a place extend ("EU" of "DE"), 0: none. */
uint16_t rule_union(const struct rulebook *book, uint16_t place);

#endif
