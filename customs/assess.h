/* assess: all charges of one order under the law of its days.
 *
 * An order comes with amounts in its own currency; assess converts them at customs' rate (each line's
 * goods, freight, insurance, discount rounded half up to the minor unit once; the discount at most the goods),
 * fills the facts, and runs the rule engine. It computes nothing that the packs do not say. */
#ifndef ASSESS_H
#define ASSESS_H

#include "core/fx.h"
#include "core/rule.h"
#include "core/wide.h"

/* exchange rates given with a request, "USDCNY": 7.1234, used in both directions before the table */
struct assess_rate {
    unsigned from, to;
    struct rational rate;
};

struct assess_line {
    char hs[12];
    uint16_t origin;          /* 0: the order's `from` */
    int64_t price;            /* per sales unit, in 10^-price_digits of the order's currency */
    uint8_t price_digits;     /* 0 … 9 */
    int64_t quantity;         /* sales units, 10^-6 */
    int64_t weight, volume, pieces; /* per sales unit, 10^-6 kg, l, pieces; -1: not stated */
    int64_t strength;         /* % vol, 10^-6; -1: not stated */
    uint32_t description;     /* equal descriptions have equal numbers; 0: none */
};

struct assess_order {
    uint16_t from, to;
    char sub[4];
    uint8_t form, transport, incoterm;
    uint32_t flags;           /* enum order_flag, those that the caller knows (schemes, preference, business) */
    int32_t sale_day, entry_day;  /* law; entry DAY_UNSET: the sale's */
    int32_t fx_sale_day, fx_entry_day; /* days of the exchange rates; DAY_UNSET: as the law's days */
    uint8_t currency;
    int64_t freight, insurance, discount, coupon, credit; /* minor units of currency; -1 freight or insurance: absent */
    uint8_t fine;             /* digits of these five beyond the minor unit: 0 … 6 */
    int64_t annual_used;      /* minor units of the destination's currency */
    const struct assess_rate *rate;
    uint32_t rates;
    const struct assess_line *line;
    uint32_t lines;
    int64_t given[ORDER_FACT_COUNT]; /* facts beyond the above (drawback), destination minor units */
};

enum { ASSESS_MEMOS = 16 };
struct assess_memo {
    unsigned from, to;
    int32_t day;
    struct rational rate;
    bool is_known, stale;
};

struct assess {
    const struct rulebook *book;
    struct rule_cache *cache;
    const struct fx *fx;
    struct fact_line *line; /* scratch */
    uint32_t line_room;
    struct assess_memo memo[ASSESS_MEMOS]; /* rates of exchange asked last */
    unsigned usd, eur;      /* currencies that laws test in */
    unsigned taken_from;    /* how the last order's amounts were converted, for the explanation */
    struct rational taken;
    int32_t taken_day;
    bool taken_given;
};

/* `book` may be NULL: then nothing can be assessed yet. */
void assess_init(struct assess *assess, const struct rulebook *book, const struct fx *fx);
void assess_finish(struct assess *assess);
void assess_order(struct assess *assess, const struct assess_order *order,
                  struct rule_answer *answer);

/* The drawback of an export out of `place` goes the same way, with form trader, manufacturer or exempt. */

#endif
