/* tariff: dated rows by commodity code: rates, specific amounts and classes of every place.
 *
 * rules/<place>/tariff.csv: hs,kind,origin,value,from,until,law,confidence,source (days inclusive; a user's
 * own table may add `place`, and leave out origin, until, law, confidence and source). The
 * longest prefix of a code wins, then a row for its origin (or a group that holds it) over one for all. */
#ifndef TARIFF_H
#define TARIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "core/money.h"
#include "core/text.h"

struct arena;
struct errs;

enum tariff_unit { TARIFF_NO_UNIT, TARIFF_KG, TARIFF_L, TARIFF_PIECE };

/* Which entry of a reform it is that is read here from a day on; number 0: none. */
struct rule_watch {
    uint16_t number;
    int32_t from;
};

struct tariff_row {
    uint16_t place, origin;    /* packed countries; origin 0: all, or a group */
    uint32_t kind, group;      /* symbols; group 0: none */
    char hs[12];
    uint8_t hs_length;
    bool is_class;
    uint32_t class_;           /* symbol */
    struct rational ad_valorem, specific; /* fraction; money per unit */
    uint8_t specific_unit, specific_currency;
    int32_t from, until;
    const char *value, *confidence;
    const char *law, *law_en; /* "中文 | English", or the same text twice */
    struct rule_watch watch;
};

struct tariff {
    struct names *names;
    struct arena *arena;
    struct tariff_row *row;
    uint32_t rows, room;
};

extern const char *const tariff_confidences[]; /* how sure a value is; NULL at the end */
/* The place that a table's folder names: rules/cn/tariff.csv; 0: none. */
uint16_t tariff_place(const char *source);
/* Adds the rows of one place's table, or of several: a column `place` goes before the table's place. A row with
 * the same place, code, kind, origin and first day as one of an earlier table replaces it. */
int tariff_load(struct tariff *tariff, uint16_t place, const char *source, const char *bytes,
                size_t length, struct errs *errs);

/* NULL when there is none; looks in `place`, then in `base_place` (0: none). */
const struct tariff_row *tariff_find(const struct tariff *tariff, uint16_t place,
                                     uint16_t base_place, uint32_t kind, const char *hs,
                                     uint16_t origin, int32_t day);
/* Has the code any row at all, on any day? */
bool tariff_knows(const struct tariff *tariff, uint16_t place, uint16_t base_place, const char *hs);

#endif
