/* fx: reads the monthly table and answers with exact ratios of two per-euro rates. */
#include "core/fx.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/err.h"

enum { MICRO = 1000000, FIRST_YEAR = 1999, YEARS = 101 };

static void start(struct fx *fx, struct arena *arena)
{
    *fx = (struct fx){.first_month = (FIRST_YEAR - 1970) * 12, .months = YEARS * 12};
    unsigned euro = currency_index("EUR");
    fx->per_eur[euro] = arena_array(arena, int64_t, fx->months);
    for (int32_t month = 0; month < fx->months; month++)
        fx->per_eur[euro][month] = MICRO;
    fx->last_month[euro] = fx->first_month + fx->months - 1;
}

/* "2010-01" to months since 1970-01. */
static bool month_parse(struct text cell, int32_t *month)
{
    char text[11];
    int32_t day;
    if (cell.len != 7)
        return false;
    memcpy(text, cell.ptr, 7);
    memcpy(text + 7, "-01", 4);
    if (!date_parse(text, 10, &day))
        return false;
    *month = date_month(day);
    return true;
}

static void read_row(struct fx *fx, const struct csv *csv, const int at[3], struct arena *arena,
                     struct errs *errs)
{
    struct text name = csv->cell[at[1]], rate = csv->cell[at[2]];
    char code[8];
    int32_t month;
    int64_t value;
    snprintf(code, sizeof code, "%.*s", (int)name.len, name.ptr);
    unsigned currency = currency_index(code);
    if (!month_parse(csv->cell[at[0]], &month) || month < fx->first_month ||
        month >= fx->first_month + fx->months) {
        err_help(csv_fail(csv, (size_t)at[0], errs, ERR_RANGE, "a month YYYY-MM from 1999 was expected"),
                 "like 2026-04");
        return;
    }
    if (currency == 0) {
        currency_help(csv_fail(csv, (size_t)at[1], errs, ERR_UNKNOWN_VALUE, "unknown currency \"%s\"", code), code);
        return;
    }
    if (!decimal_parse(rate.ptr, rate.len, 6, &value) || value <= 0) {
        err_help(csv_fail(csv, (size_t)at[2], errs, ERR_RANGE, "a positive rate with at most 6 decimals was expected"),
                 "how much of the currency is 1 EUR, like 7.812345");
        return;
    }
    if (!fx->per_eur[currency]) {
        fx->per_eur[currency] = arena_array(arena, int64_t, fx->months);
        fx->last_month[currency] = month;
    }
    fx->per_eur[currency][month - fx->first_month] = value;
    if (month > fx->last_month[currency])
        fx->last_month[currency] = month;
}

int fx_overlay(struct fx *fx, const char *source, const char *bytes, size_t length,
               struct arena *arena, struct errs *errs)
{
    static const char *const names[3] = {"month", "currency", "per_eur"};
    struct csv csv;
    int at[3], got;
    size_t before = errs->count;
    if (csv_open(&csv, source, bytes, length, arena, errs))
        return -1;
    for (int i = 0; i < 3; i++)
        if ((at[i] = csv_need(&csv, names[i], errs)) < 0)
            return -1;
    while ((got = csv_next(&csv, errs)) != 0)
        if (got > 0)
            read_row(fx, &csv, at, arena, errs);
    return errs->count == before ? 0 : -1;
}

int fx_load(struct fx *fx, const char *source, const char *bytes, size_t length,
            struct arena *arena, struct errs *errs)
{
    start(fx, arena);
    return fx_overlay(fx, source, bytes, length, arena, errs);
}

/* The rate of a month, or the last one before it. 0: none. A hole inside a series is carried, too. */
static int64_t per_eur(const struct fx *fx, unsigned currency, int32_t month, bool *stale)
{
    const int64_t *series = fx->per_eur[currency];
    if (!series || month < fx->first_month)
        return 0;
    if (month > fx->last_month[currency]) {
        month = fx->last_month[currency];
        *stale = true;
    }
    int32_t at = month - fx->first_month;
    for (; at >= 0 && series[at] == 0; at--)
        *stale = true;
    return at >= 0 ? series[at] : 0;
}

bool fx_rate(const struct fx *fx, unsigned from, unsigned to, int32_t day, struct rational *rate,
             bool *stale)
{
    check(from && from < CURRENCY_MAX && to && to < CURRENCY_MAX);
    if (from == to) {
        *rate = (struct rational){1, 1};
        return true;
    }
    bool is_old = false;
    int32_t month = date_month(day);
    int64_t num = per_eur(fx, to, month, &is_old), den = per_eur(fx, from, month, &is_old);
    if (num == 0 || den == 0)
        return false;
    *stale = *stale || is_old;
    int64_t common = gcd64(num, den);
    *rate = (struct rational){num / common, den / common};
    return true;
}

int64_t fx_convert(const struct fx *fx, int64_t minor, unsigned from, unsigned to, int32_t day)
{
    struct rational rate;
    bool stale = false, found = fx_rate(fx, from, to, day, &rate, &stale);
    check(found);
    int64_t out;
    /* minor / unit(from) * rate * unit(to) */
    bool fits = money_scale2(minor, rate.num, rate.den, currency_unit(to), currency_unit(from),
                             ROUND_HALF_UP, &out);
    check(fits);
    return out;
}
