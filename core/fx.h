/* fx: monthly mean exchange rates as units per euro, exact to 10^-6. Source: catalog/fx.csv (European
 * Central Bank). A month past the end of a currency's series takes its last value and says so. */
#ifndef FX_H
#define FX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/money.h"

struct errs;
struct arena;

struct fx {
    int32_t first_month, months;      /* months since 1970-01 */
    int64_t *per_eur[CURRENCY_MAX];   /* [months], in 10^-6, 0: none; EUR is all 10^6 */
    int32_t last_month[CURRENCY_MAX]; /* last month with a value */
};

/* columns month,currency,per_eur,days */
int fx_load(struct fx *fx, const char *source, const char *bytes, size_t length,
            struct arena *arena, struct errs *errs);
/* Lays a user's rows over the table (same columns). */
int fx_overlay(struct fx *fx, const char *source, const char *bytes, size_t length,
               struct arena *arena, struct errs *errs);

/* units of `to` per 1 `from` on a day, as an exact rational of the two per-euro rates;
 * false when there is none (before the first month). *stale is set when a last value was carried on. */
bool fx_rate(const struct fx *fx, unsigned from, unsigned to, int32_t day, struct rational *rate,
             bool *stale);
/* Converts minor units at that rate, rounded half up once. check()s that a rate exists. */
int64_t fx_convert(const struct fx *fx, int64_t minor, unsigned from, unsigned to, int32_t day);

#endif
