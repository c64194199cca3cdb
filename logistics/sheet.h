/* sheet: price lists. A row says who is paid, for what (ledger kind), in which currency, by which formula:
 * fixed + per unit + per kg + per CBM + share of an amount, at least `least`, at most `most`; a carrier's row
 * also says how long it takes and how often it loses. Rows are data: catalog/sheet_*.csv, and a scenario's own. */
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/rng.h"
#include "core/text.h"

struct errs;
struct arena;

enum { SHEET_FINE_DIGITS = 4 }; /* a fine unit is 10^-4 of a minor unit */

struct sheet_row {
    const char *id;
    const char *party;       /* who is paid, an id of catalog/parties.csv */
    uint8_t kind;            /* enum posting_kind */
    uint8_t currency;
    int32_t from_day, until_day; /* inclusive; rows of one id do not overlap */
    int64_t fixed;           /* minor units, 10^-4 of them, as all below */
    int64_t per_unit;        /* per sales unit */
    int64_t per_kg;          /* per kg of gross weight */
    int64_t per_cbm;         /* per m3, times the days where the price is for storage */
    int64_t share_ppm;       /* of the amount that the price is for, millionths */
    int64_t least, most;     /* minor units, 10^-4; most 0: none */
    int64_t capacity_kg;     /* of one container, truck or booking: fixed is paid per started one; 0: once */
    int64_t t10_s, t90_s;    /* 10 % and 90 % of its duration; 0: takes no time */
    const char *or_id;       /* another row that may be taken instead where it is cheaper, "" */
    uint32_t loss_ppm;
    const char *confidence, *source;
};

struct sheet {
    struct sheet_row *row; /* [1 … count], in the order of loading; row 0 costs nothing */
    struct quantile *duration; /* of each row */
    uint32_t count, room;
    struct arena *arena;
};

/* What a price is asked for. */
struct sheet_load {
    int64_t units, gross_g, volume_cm3;
    int64_t days;   /* of storage; 1 otherwise */
    int64_t amount; /* minor units of the row's currency */
};

/* columns id,from,until,party,kind,currency,fixed,per_unit,per_kg,per_cbm,share,least,most,capacity_kg,
 * t10_h,t90_h,loss,or,confidence,source; empty is zero. A later row with the same id and first day replaces. */
int sheet_load(struct sheet *sheet, const char *source, const char *bytes, size_t length,
               struct arena *arena, struct errs *errs);
/* Adds one row, or replaces that with the same id and first day. Its texts stay borrowed. */
void sheet_put(struct sheet *sheet, const struct sheet_row *row);
/* A copy that a scenario may lay its own rows over; rows stay borrowed. */
void sheet_copy(struct sheet *copy, const struct sheet *from, struct arena *arena);
/* The row of an id on a day, 0 when there is none. A row of another day is never taken. */
uint32_t sheet_find(const struct sheet *sheet, const char *id, int32_t day);
bool sheet_known(const struct sheet *sheet, const char *id);
/* The row or, among those that it names in `or`, the first of the cheapest for this load. */
uint32_t sheet_cheapest(const struct sheet *sheet, uint32_t row, int32_t day,
                        const struct sheet_load *load);
/* The price in minor units of the row's currency, rounded half up once. */
int64_t sheet_price(const struct sheet_row *row, const struct sheet_load *load);
/* Rows that say "assumed", for `tradeloom check`. */
uint32_t sheet_assumed(const struct sheet *sheet);

#endif
