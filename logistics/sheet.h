/* sheet: price lists. A row says who is paid, for what (ledger kind), in which currency, by which formula; a
 * carrier's row also says how long it takes and how often it loses. Rows are data: catalog/sheet_*.csv, and a
 * scenario's own.
 *
 *   weight = the largest of gross weight, volume / divisor, min_kg; to the started gram
 *   paid   = weight - first_kg, not below 0, to the started step_kg
 *   price  = fixed x (started capacity_kg of the weight, or 1) + per_unit x units + per_kg x paid
 *            + per_cbm x volume x days + share x amount, at least `least`, at most `most`;
 *            all of it x (1 + the share of the row that `fuel` names, of that day)
 *
 * exact until the end, then rounded half up once. So "240 for the first half kilo, 75 for each further started
 * one" is fixed 240, first_kg 0.5, step_kg 0.5, per_kg 150; a cubic metre that is paid as a ton is divisor 1000;
 * a break from 100 kg is a cheaper row with min_kg 100 that the dearer one names in `or`. A zone is a row. */
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
    int64_t per_kg;          /* per kg of paid weight */
    int64_t per_cbm;         /* per m3, times the days where the price is for storage */
    int64_t share_ppm;       /* of the amount that the price is for, millionths */
    int64_t least, most;     /* minor units, 10^-4; most 0: none */
    int64_t capacity_kg;     /* of one container, truck or booking: fixed is paid per started one; 0: once */
    int64_t first_g, step_g; /* weight that fixed covers; what lies beyond is paid by started steps, 0: by the gram */
    int64_t min_g;
    int64_t divisor;         /* cm3 that are paid as one kg; 0: volume does not matter */
    const char *fuel_id;     /* row whose share is the fuel surcharge, "" */
    int64_t t10_s, t90_s;    /* 10 % and 90 % of its duration; 0: takes no time */
    const char *or_id;       /* another row that may be taken instead where it is cheaper, "" */
    uint32_t loss_ppm;
    const char *confidence, *source;
};

struct sheet_link {
    uint32_t later; /* the next row of the same id, 0: none */
    uint32_t fuel;  /* the first row of fuel_id, 0: none */
    uint64_t hash;   /* of the id: most comparisons end here */
};

struct sheet {
    struct sheet_row *row; /* [1 … count], in the order of loading; row 0 costs nothing */
    struct sheet_link *link;   /* of each row */
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

/* Columns are the members' names: id, party, kind, currency, confidence and source must be there; from, until,
 * fixed, per_unit, per_kg, per_cbm, share, least, most, capacity_kg, first_kg, step_kg, min_kg, divisor, fuel,
 * t10_h, t90_h, loss, or may be; empty is as if missing: zero. A column of another name is an error. A later row
 * with the same id and first day replaces. */
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
/* The price in minor units of the row's currency. A fuel surcharge without a row on that day is none: the
 * scenario's reader refuses such a row before the run. */
int64_t sheet_price(const struct sheet *sheet, uint32_t row, int32_t day, const struct sheet_load *load);
/* Durations of which 10 % lie below the first and 90 % below the second: log-normal; equal ones are constant. */
void sheet_duration(struct quantile *q, int64_t t10_s, int64_t t90_s);
/* Rows that say "assumed", for `tradeloom check`. */
uint32_t sheet_assumed(const struct sheet *sheet);

#endif
