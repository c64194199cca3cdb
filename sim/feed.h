/* feed: what publishers of exchange rates and tariffs send, turned into tables of ours: core/fx.h, core/tariff.h. */
#ifndef FEED_H
#define FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

struct errs;

/* ---- European Central Bank ---- */

/* Reference rates by day: 1 EUR is so much of a currency. */
struct feed_rates;
struct feed_rates *feed_rates_create(void);
void feed_rates_free(struct feed_rates *rates);
/* Daily or history, XML or CSV, packed in a zip or not. 0, or -1 with an error. */
int feed_rates_add(struct feed_rates *rates, const char *source, const char *bytes, size_t length, struct errs *errs);
/* The last day that has a rate, DAY_UNSET: none has. */
int32_t feed_rates_last(const struct feed_rates *rates);
/* Means of the days of each month, to 10^-6, half even as catalog/fx.csv; currencies that we know. Returns the
 * number of rows. */
size_t feed_rates_write(const struct feed_rates *rates, struct buf *out);

/* ---- tariffs ---- */

/* Rows of a tariff, as text, out of many answers. Owner calls feed_table_finish. */
struct feed_table {
    struct buf rows, members; /* members: rows of groups, each once */
    struct buf notes;         /* sentences, a line each: what was not taken, and why */
    size_t count;             /* of rows, without members */
};
void feed_table_finish(struct feed_table *table);
/* Header, members, rows. */
void feed_table_write(const struct feed_table *table, struct buf *out);

/* Where an answer came from. */
struct feed_source {
    const char *url;
    const char *day; /* on which it was fetched, YYYY-MM-DD */
    const char *from; /* first day of rows where the publisher says none */
};

/* UK Integrated Online Tariff: one commodity as JSON:API. 0, or -1 with an error: it is no such answer, or nothing
 * of it can be taken. */
int feed_uk_add(struct feed_table *table, const struct feed_source *from, const char *source, const char *bytes,
                size_t length, struct errs *errs);
/* US Harmonized Tariff Schedule: the rows of a heading as JSON. */
int feed_us_add(struct feed_table *table, const struct feed_source *from, const char *source, const char *bytes,
                size_t length, struct errs *errs);

/* A row; value as core/tariff.h reads it; until "": open. `law` as "中文 | English". */
void feed_row(struct feed_table *table, const char *place, const char *hs, const char *kind, const char *origin,
              const char *value, const char *from, const char *until, const char *law,
              const struct feed_source *source);
/* A decimal of 10^-digits without needless zeros. */
void feed_decimal(struct buf *out, int64_t value, unsigned digits);

#endif
