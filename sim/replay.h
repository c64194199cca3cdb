/* replay: a user's own orders instead of drawn demand, read from CSV through a map of columns.
 *
 * Every input line is accounted for: lines = sold + returned + Σ set_aside. An order is one invoice; its
 * returns are what later invoices take back of it (same customer, same article, up to what was sold). A return
 * that finds no sale in the file counts as returned and moves no money. Lines that the law of the destination
 * cannot assess are set aside before the run starts, so that a run never guesses. */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/json.h"
#include "customs/assess.h"

struct book;
struct errs;
struct scenario;

/* Why a line is neither sold nor returned. X(id, name) */
#define REPLAY_REASONS(X)                                                                          \
    X(POSTAGE, postage)           /* its amount is the freight that the buyer paid */              \
    X(MANUAL, manual)             /* manual entries, discounts, fees: no goods */                  \
    X(NO_PRICE, no_price)                                                                          \
    X(NO_COUNTRY, no_country)     /* not a country, or not named */                                \
    X(NO_RULE_PACK, no_rule_pack)                                                                  \
    X(NO_TARIFF, no_tariff)       /* no code by the keyword table, or no rate for it on the day */ \
    X(OTHER_ERROR, other_error)   /* no exchange rate, too large, more lines than an order may have */

enum replay_reason {
    REPLAY_UNSET,
#define X(id, name) REPLAY_##id,
    REPLAY_REASONS(X)
#undef X
    REPLAY_REASON_COUNT
};
const char *replay_reason_id(enum replay_reason reason);

/* What a column of the input holds. X(id, name) */
#define REPLAY_COLUMNS(X)                                                                          \
    X(ORDER_ID, order_id)                                                                          \
    X(ARTICLE, article)                                                                            \
    X(DESCRIPTION, description)                                                                    \
    X(QUANTITY, quantity)         /* whole sales units; negative: taken back */                    \
    X(TIME, time)                 /* YYYY-MM-DD, with HH:MM or HH:MM:SS behind a blank or T; UTC */ \
    X(UNIT_PRICE, unit_price)     /* in the flow's sale currency */                                \
    X(CUSTOMER, customer)         /* may be empty */                                               \
    X(COUNTRY, country)

enum replay_column {
#define X(id, name) REPLAY_COLUMN_##id,
    REPLAY_COLUMNS(X)
#undef X
    REPLAY_COLUMN_COUNT
};
extern const struct json_field replay_columns[]; /* the columns as members of a scenario */

struct replay_line {
    char hs[12];              /* six digits or more, the same for every place */
    uint32_t description;     /* equal descriptions have equal numbers */
    int64_t price;            /* per sales unit, in 10^-price_digits of the sale currency */
    uint8_t price_digits;
    uint32_t quantity;        /* sales units, >= 1 */
    int64_t net_g;            /* of one unit, as the law weighs */
    int64_t weight_g, volume_cm3; /* of one unit, packed */
    int64_t cost_minor;       /* purchase of the whole line without tax, flow's purchase currency */
};

struct replay_order {
    const char *reference;    /* the invoice number */
    int64_t time;             /* UTC */
    uint16_t to;              /* packed country */
    uint64_t buyer;           /* number of the customer, from 1 */
    const struct replay_line *line;
    uint32_t lines;
    int64_t goods_minor;      /* Σ price × quantity, sale currency, each line rounded half up */
    int64_t freight_minor;    /* postage lines, sale currency */
    int64_t return_time;      /* of the last return; INT64_MIN: none */
    int64_t returned_minor;   /* what the returns give back, sale currency, at most goods_minor */
    uint32_t returned_units;
    bool returned_all;        /* every unit came back */
};

struct replay {
    struct arena arena;
    const struct replay_order *order; /* in order of time, ties by line of the file */
    uint32_t orders;
    uint64_t lines, sold, returned, returned_without_sale;
    uint64_t set_aside[REPLAY_REASON_COUNT];
    /* for the share that was assessed: sums of price × quantity of positive goods lines, sale currency */
    int64_t value_goods, value_assessed;
    char hash[65];            /* sha256 of the input file */
};

/* `map`: "order_id=InvoiceNo,…" over that of the scenario, or NULL. NULL with errors. `scenario` gives the flow,
 * column map, country names, keyword table and law day; the replay outlives it not. */
struct replay *replay_load(const struct book *book, const struct scenario *scenario, const char *map,
                           const char *source, const char *bytes, size_t length, struct errs *errs);
void replay_free(struct replay *replay);

/* A sold line as the law is asked about it. */
struct assess_line replay_line_asked(const struct replay_line *sold);
/* The order as customs at the destination is asked: its law days are that of the scenario or else its own local
 * day, its exchange rates those of its own day. `line` holds order->lines and must outlive the request. */
void replay_request(const struct scenario *scenario, const struct book *book, const struct replay_order *order,
                    struct assess_line *line, struct assess_order *request);

#endif
