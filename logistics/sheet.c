/* sheet: reads price lists and works out prices. */
#include "logistics/sheet.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/err.h"
#include "core/ledger.h"
#include "core/money.h"
#include "core/wide.h"

enum cell {
    ID, FROM, UNTIL, PARTY, KIND, CURRENCY, FIXED, PER_UNIT, PER_KG, PER_CBM, SHARE, LEAST, MOST,
    CAPACITY_KG, T10_H, T90_H, LOSS, OR, CONFIDENCE, SOURCE, CELLS
};
static const char *const cell_name[CELLS] = {
    "id",    "from", "until",       "party", "kind",  "currency", "fixed", "per_unit",   "per_kg", "per_cbm",
    "share", "least", "most", "capacity_kg", "t10_h", "t90_h", "loss",     "or",    "confidence", "source"};

struct reader {
    struct csv csv;
    int at[CELLS];
    struct arena *arena;
    struct errs *errs;
};

static struct text cell(const struct reader *r, enum cell column)
{
    return r->csv.cell[r->at[column]];
}

static const char *cell_copy(const struct reader *r, enum cell column)
{
    return arena_copy(r->arena, cell(r, column).ptr, cell(r, column).len);
}

static int64_t cell_number(const struct reader *r, enum cell column, unsigned digits)
{
    struct text text = cell(r, column);
    int64_t value = 0;
    if (text.len && (!decimal_parse(text.ptr, text.len, digits, &value) || value < 0))
        csv_fail(&r->csv, (size_t)r->at[column], r->errs, ERR_RANGE,
                 "a number with at most %u decimals expected, found '%.*s'", digits, (int)text.len,
                 text.ptr);
    return value;
}

static int32_t cell_day(const struct reader *r, enum cell column, int32_t fallback)
{
    struct text text = cell(r, column);
    int32_t day = fallback;
    if (text.len && !date_parse(text.ptr, text.len, &day))
        csv_fail(&r->csv, (size_t)r->at[column], r->errs, ERR_RANGE,
                 "a date YYYY-MM-DD expected, found '%.*s'", (int)text.len, text.ptr);
    return day;
}

static void read_prices(const struct reader *r, struct sheet_row *row)
{
    unsigned digits = currency_digits(row->currency) + SHEET_FINE_DIGITS;
    row->fixed = cell_number(r, FIXED, digits);
    row->per_unit = cell_number(r, PER_UNIT, digits);
    row->per_kg = cell_number(r, PER_KG, digits);
    row->per_cbm = cell_number(r, PER_CBM, digits);
    row->share_ppm = cell_number(r, SHARE, 6);
    row->least = cell_number(r, LEAST, digits);
    row->most = cell_number(r, MOST, digits);
    row->capacity_kg = cell_number(r, CAPACITY_KG, 0);
}

static void row_parse(const struct reader *r, struct sheet_row *row)
{
    *row = (struct sheet_row){.id = cell_copy(r, ID), .party = cell_copy(r, PARTY)};
    const char *kind = cell_copy(r, KIND);
    row->kind = (uint8_t)kind_find(kind);
    row->currency = (uint8_t)currency_index(cell_copy(r, CURRENCY));
    row->from_day = cell_day(r, FROM, 0);
    row->until_day = cell_day(r, UNTIL, DAY_MAX);
    if (!row->kind)
        csv_fail(&r->csv, (size_t)r->at[KIND], r->errs, ERR_UNKNOWN_VALUE,
                 "unknown kind of posting '%s'", kind);
    if (row->currency)
        read_prices(r, row);
    else
        csv_fail(&r->csv, (size_t)r->at[CURRENCY], r->errs, ERR_UNKNOWN_VALUE,
                 "unknown currency");
    row->t10_s = cell_number(r, T10_H, 2) * 36;
    row->t90_s = cell_number(r, T90_H, 2) * 36;
    row->loss_ppm = (uint32_t)cell_number(r, LOSS, 6);
    row->or_id = cell_copy(r, OR);
    row->confidence = cell_copy(r, CONFIDENCE);
    row->source = cell_copy(r, SOURCE);
    if (row->t10_s > row->t90_s || row->loss_ppm > 1000000)
        csv_fail(&r->csv, (size_t)r->at[row->t10_s > row->t90_s ? T10_H : LOSS], r->errs, ERR_RANGE,
                 row->t10_s > row->t90_s ? "t10_h must not be above t90_h" : "a share of at most 1");
    if (row->from_day > row->until_day)
        csv_fail(&r->csv, (size_t)r->at[UNTIL], r->errs, ERR_INTERVAL, "the last day is before the first");
}

static void duration_build(struct quantile *q, const struct sheet_row *row)
{
    if (row->t10_s > 0 && row->t90_s > row->t10_s) {
        quantile_lognormal(q, row->t10_s, row->t90_s);
        return;
    }
    for (int i = 0; i < QUANTILE_POINTS; i++)
        q->value[i] = row->t90_s;
}

static void grow(struct sheet *sheet, uint32_t room)
{
    struct sheet_row *row = arena_array(sheet->arena, struct sheet_row, room);
    struct quantile *duration = arena_array(sheet->arena, struct quantile, room);
    if (sheet->room) {
        memcpy(row, sheet->row, sizeof *row * (sheet->count + 1));
        memcpy(duration, sheet->duration, sizeof *duration * (sheet->count + 1));
    }
    sheet->row = row;
    sheet->duration = duration;
    sheet->room = room;
}

void sheet_put(struct sheet *sheet, const struct sheet_row *row)
{
    uint32_t at = 1;
    while (at <= sheet->count && (strcmp(sheet->row[at].id, row->id) != 0 ||
                                  sheet->row[at].from_day != row->from_day))
        at++;
    if (at >= sheet->room)
        grow(sheet, sheet->room ? sheet->room * 2 : 64);
    if (at > sheet->count)
        sheet->count = at;
    sheet->row[at] = *row;
    duration_build(&sheet->duration[at], row);
}

/* Rows of one id hold on different days; one that begins on the same day replaces. */
static void check_overlap(const struct reader *r, const struct sheet *sheet, const struct sheet_row *row)
{
    for (uint32_t i = 1; i <= sheet->count; i++) {
        const struct sheet_row *other = &sheet->row[i];
        if (strcmp(other->id, row->id) != 0 || other->from_day == row->from_day ||
            other->from_day > row->until_day || other->until_day < row->from_day)
            continue;
        char day[11];
        date_write(other->from_day > row->from_day ? other->from_day : row->from_day, day);
        csv_fail(&r->csv, (size_t)r->at[FROM], r->errs, ERR_INTERVAL, "two rows \"%s\" hold on %s", row->id, day);
        return;
    }
}

int sheet_load(struct sheet *sheet, const char *source, const char *bytes, size_t length,
               struct arena *arena, struct errs *errs)
{
    struct reader r = {.arena = arena, .errs = errs};
    size_t before = errs->count + errs->dropped;
    if (csv_open(&r.csv, source, bytes, length, arena, errs))
        return -1;
    for (int c = 0; c < CELLS; c++)
        r.at[c] = csv_need(&r.csv, cell_name[c], errs);
    if (errs->count + errs->dropped != before)
        return -1;
    sheet->arena = arena;
    for (int got; (got = csv_next(&r.csv, errs)) != 0;) {
        struct sheet_row row;
        if (got < 0)
            continue;
        row_parse(&r, &row);
        check_overlap(&r, sheet, &row);
        sheet_put(sheet, &row);
    }
    return errs->count + errs->dropped == before ? 0 : -1;
}

void sheet_copy(struct sheet *copy, const struct sheet *from, struct arena *arena)
{
    *copy = *from;
    copy->arena = arena;
    grow(copy, from->count + 64);
}

uint32_t sheet_find(const struct sheet *sheet, const char *id, int32_t day)
{
    for (uint32_t i = 1; i <= sheet->count; i++)
        if (day >= sheet->row[i].from_day && day <= sheet->row[i].until_day &&
            strcmp(sheet->row[i].id, id) == 0)
            return i;
    return 0;
}

bool sheet_known(const struct sheet *sheet, const char *id)
{
    for (uint32_t i = 1; i <= sheet->count; i++)
        if (strcmp(sheet->row[i].id, id) == 0)
            return true;
    return false;
}

int64_t sheet_price(const struct sheet_row *row, const struct sheet_load *load)
{
    int64_t capacity_g = row->capacity_kg * 1000;
    int64_t started = capacity_g ? (load->gross_g + capacity_g - 1) / capacity_g : 1;
    /* in 10^-6 of a fine unit, so that nothing is rounded before the end */
    wide sum = ((wide)row->fixed * started + (wide)row->per_unit * load->units) * 1000000 +
               (wide)row->per_kg * load->gross_g * 1000 +
               (wide)row->per_cbm * load->volume_cm3 * load->days +
               (wide)row->share_ppm * load->amount * 10000;
    wide least = (wide)row->least * 1000000, most = (wide)row->most * 1000000;
    if (sum < least)
        sum = least;
    if (most && sum > most)
        sum = most;
    check(sum >= 0);
    const int64_t minor = 10000000000, half = minor / 2;
    return wide_fits(sum + half) ? (int64_t)(sum + half) / minor : (int64_t)((sum + half) / minor);
}

uint32_t sheet_cheapest(const struct sheet *sheet, uint32_t row, int32_t day,
                        const struct sheet_load *load)
{
    uint32_t best = row, other = row;
    for (int hops = 0; hops < 8 && other && *sheet->row[other].or_id; hops++) {
        other = sheet_find(sheet, sheet->row[other].or_id, day);
        if (other && sheet->row[other].currency == sheet->row[best].currency &&
            sheet_price(&sheet->row[other], load) < sheet_price(&sheet->row[best], load))
            best = other;
    }
    return best;
}

uint32_t sheet_assumed(const struct sheet *sheet)
{
    uint32_t assumed = 0;
    for (uint32_t i = 1; i <= sheet->count; i++)
        assumed += strcmp(sheet->row[i].confidence, "assumed") == 0;
    return assumed;
}
