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

#define CELLS(X)                                                                                   \
    X(ID, id) X(PARTY, party) X(KIND, kind) X(CURRENCY, currency)                                  \
    X(CONFIDENCE, confidence) X(SOURCE, source)                                                    \
    X(FROM, from) X(UNTIL, until) X(FIXED, fixed) X(PER_UNIT, per_unit) X(PER_KG, per_kg)          \
    X(PER_CBM, per_cbm) X(SHARE, share) X(LEAST, least) X(MOST, most)                              \
    X(CAPACITY_KG, capacity_kg) X(FIRST_KG, first_kg) X(STEP_KG, step_kg) X(MIN_KG, min_kg)        \
    X(DIVISOR, divisor) X(FUEL, fuel) X(T10_H, t10_h) X(T90_H, t90_h) X(LOSS, loss) X(OR, or)

enum cell {
#define X(id, name) id,
    CELLS(X)
#undef X
    CELL_COUNT,
    CELLS_NEEDED = SOURCE + 1 /* those before must be there */
};
static const char *const cell_name[CELL_COUNT] = {
#define X(id, name) #name,
    CELLS(X)
#undef X
};

struct reader {
    struct csv csv;
    int at[CELL_COUNT]; /* -1: the file has no such column */
    struct arena *arena;
    struct errs *errs;
};

static struct text cell(const struct reader *r, enum cell column)
{
    return r->at[column] < 0 ? (struct text){"", 0} : r->csv.cell[r->at[column]];
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
        err_help(csv_fail(&r->csv, (size_t)r->at[column], r->errs, ERR_RANGE,
                          "a number with at most %u decimals expected, found '%.*s'", digits, (int)text.len, text.ptr),
                 "not below zero, without separators and units");
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
}

static void read_weights(const struct reader *r, struct sheet_row *row)
{
    row->capacity_kg = cell_number(r, CAPACITY_KG, 0);
    row->first_g = cell_number(r, FIRST_KG, 3);
    row->step_g = cell_number(r, STEP_KG, 3);
    row->min_g = cell_number(r, MIN_KG, 3);
    row->divisor = cell_number(r, DIVISOR, 0);
    row->fuel_id = cell_copy(r, FUEL);
}

static void help_kind(struct err *err, const char *kind)
{
    const char *names[KIND_COUNT];
    for (int i = 1; i < KIND_COUNT; i++)
        names[i - 1] = kind_id((enum posting_kind)i);
    if (!err_suggest(err, kind, names, KIND_COUNT - 1))
        err_help(err, "the kinds are listed in docs/architecture.md, like freight or commission");
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
        help_kind(csv_fail(&r->csv, (size_t)r->at[KIND], r->errs, ERR_UNKNOWN_VALUE, "unknown kind of posting '%s'",
                           kind),
                  kind);
    if (row->currency)
        read_prices(r, row);
    else
        currency_help(csv_fail(&r->csv, (size_t)r->at[CURRENCY], r->errs, ERR_UNKNOWN_VALUE, "unknown currency '%s'",
                               cell_copy(r, CURRENCY)),
                      cell_copy(r, CURRENCY));
    read_weights(r, row);
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

void sheet_duration(struct quantile *q, int64_t t10_s, int64_t t90_s)
{
    if (t10_s > 0 && t90_s > t10_s) {
        quantile_lognormal(q, t10_s, t90_s);
        return;
    }
    for (int i = 0; i < QUANTILE_POINTS; i++)
        q->value[i] = t90_s;
}

/* Many rows take equally long: their table is made once. */
static void duration_build(const struct sheet *sheet, uint32_t at)
{
    const struct sheet_row *row = &sheet->row[at];
    for (uint32_t i = 1; i < at; i++)
        if (sheet->row[i].t10_s == row->t10_s && sheet->row[i].t90_s == row->t90_s) {
            sheet->duration[at] = sheet->duration[i];
            return;
        }
    sheet_duration(&sheet->duration[at], row->t10_s, row->t90_s);
}

static void grow(struct sheet *sheet, uint32_t room)
{
    struct sheet_row *row = arena_array(sheet->arena, struct sheet_row, room);
    struct sheet_link *link = arena_array(sheet->arena, struct sheet_link, room);
    struct quantile *duration = arena_array(sheet->arena, struct quantile, room);
    if (sheet->room) {
        memcpy(row, sheet->row, sizeof *row * (sheet->count + 1));
        memcpy(link, sheet->link, sizeof *link * (sheet->count + 1));
        memcpy(duration, sheet->duration, sizeof *duration * (sheet->count + 1));
    }
    sheet->row = row;
    sheet->link = link;
    sheet->duration = duration;
    sheet->room = room;
}

static uint64_t hash_of(const char *id)
{
    return text_hash(id, strlen(id));
}

static bool is_id(const struct sheet *sheet, uint32_t row, uint64_t hash, const char *id)
{
    return sheet->link[row].hash == hash && strcmp(sheet->row[row].id, id) == 0;
}

/* The first row of an id, 0 when there is none. */
static uint32_t first_of(const struct sheet *sheet, const char *id)
{
    uint64_t hash = hash_of(id);
    for (uint32_t i = 1; i <= sheet->count; i++)
        if (is_id(sheet, i, hash, id))
            return i;
    return 0;
}

/* Ties the last row to those of its id, and to the rows that take it for their fuel. */
static void link_last(struct sheet *sheet)
{
    uint32_t last = sheet->count, at = first_of(sheet, sheet->row[last].id);
    for (; at != last && sheet->link[at].later; at = sheet->link[at].later)
        continue;
    if (at != last)
        sheet->link[at].later = last;
    for (uint32_t i = 1; at == last && i <= last; i++)
        if (strcmp(sheet->row[i].fuel_id, sheet->row[last].id) == 0)
            sheet->link[i].fuel = last;
}

void sheet_put(struct sheet *sheet, const struct sheet_row *row)
{
    uint32_t at = 1;
    uint64_t hash = hash_of(row->id);
    while (at <= sheet->count && (!is_id(sheet, at, hash, row->id) || sheet->row[at].from_day != row->from_day))
        at++;
    if (at >= sheet->room)
        grow(sheet, sheet->room ? sheet->room * 2 : 64);
    sheet->row[at] = *row;
    sheet->link[at].hash = hash;
    if (at > sheet->count) {
        sheet->count = at;
        link_last(sheet);
    }
    sheet->link[at].fuel = *row->fuel_id ? first_of(sheet, row->fuel_id) : 0;
    duration_build(sheet, at);
}

/* Rows of one id hold on different days; one that begins on the same day replaces. */
static void check_overlap(const struct reader *r, const struct sheet *sheet, const struct sheet_row *row)
{
    uint64_t hash = hash_of(row->id);
    for (uint32_t i = 1; i <= sheet->count; i++) {
        const struct sheet_row *other = &sheet->row[i];
        if (!is_id(sheet, i, hash, row->id) || other->from_day == row->from_day ||
            other->from_day > row->until_day || other->until_day < row->from_day)
            continue;
        char day[11];
        date_write(other->from_day > row->from_day ? other->from_day : row->from_day, day);
        csv_fail(&r->csv, (size_t)r->at[FROM], r->errs, ERR_INTERVAL, "two rows \"%s\" hold on %s", row->id, day);
        return;
    }
}

static int find_columns(struct reader *r)
{
    size_t before = r->errs->count + r->errs->dropped;
    for (int c = 0; c < CELL_COUNT; c++)
        r->at[c] = c < CELLS_NEEDED ? csv_need(&r->csv, cell_name[c], r->errs) : csv_find(&r->csv, cell_name[c]);
    for (size_t i = 0; i < r->csv.columns; i++) {
        int c = 0;
        while (c < CELL_COUNT && r->at[c] != (int)i)
            c++;
        if (c < CELL_COUNT)
            continue;
        const char *name = arena_copy(r->arena, r->csv.head[i].ptr, r->csv.head[i].len);
        struct err *err = csv_fail(&r->csv, i, r->errs, ERR_UNKNOWN_NAME, "a price list has no column '%s'", name);
        err_suggest(err, name, cell_name, CELL_COUNT);
    }
    return r->errs->count + r->errs->dropped == before ? 0 : -1;
}

int sheet_load(struct sheet *sheet, const char *source, const char *bytes, size_t length,
               struct arena *arena, struct errs *errs)
{
    struct reader r = {.arena = arena, .errs = errs};
    size_t before = errs->count + errs->dropped;
    if (csv_open(&r.csv, source, bytes, length, arena, errs) || find_columns(&r))
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
    uint64_t hash = hash_of(id);
    for (uint32_t i = 1; i <= sheet->count; i++)
        if (day >= sheet->row[i].from_day && day <= sheet->row[i].until_day && is_id(sheet, i, hash, id))
            return i;
    return 0;
}

bool sheet_known(const struct sheet *sheet, const char *id)
{
    return first_of(sheet, id) != 0;
}

/* ---- the price ---- */

static wide ceil_quotient(wide num, wide den)
{
    return (num + den - 1) / den;
}

static int64_t paid_weight_g(const struct sheet_row *row, const struct sheet_load *load)
{
    int64_t weight_g = load->gross_g > row->min_g ? load->gross_g : row->min_g;
    int64_t bulk_g = row->divisor ? (int64_t)ceil_quotient((wide)load->volume_cm3 * 1000, row->divisor) : 0;
    return bulk_g > weight_g ? bulk_g : weight_g;
}

/* In 10^-6 of a fine unit, so that nothing is rounded before the end. */
static wide exact_price(const struct sheet_row *row, const struct sheet_load *load)
{
    int64_t weight_g = paid_weight_g(row, load);
    int64_t started = row->capacity_kg ? (int64_t)ceil_quotient(weight_g, (wide)row->capacity_kg * 1000) : 1;
    int64_t paid_g = weight_g > row->first_g ? weight_g - row->first_g : 0;
    if (row->step_g)
        paid_g = (int64_t)ceil_quotient(paid_g, row->step_g) * row->step_g;
    wide sum = ((wide)row->fixed * started + (wide)row->per_unit * load->units) * 1000000 +
               (wide)row->per_kg * paid_g * 1000 +
               (wide)row->per_cbm * load->volume_cm3 * load->days +
               (wide)row->share_ppm * load->amount * 10000;
    wide least = (wide)row->least * 1000000, most = (wide)row->most * 1000000;
    if (sum < least)
        sum = least;
    return most && sum > most ? most : sum;
}

/* a + b × c, false when it does not fit */
static bool add_product(int64_t *a, int64_t b, int64_t c)
{
    int64_t product;
    return !__builtin_mul_overflow(b, c, &product) && !__builtin_add_overflow(*a, product, a);
}

/* The same as exact_price, rounded, in 10^-7 of a minor unit and 64 bits: most prices fit. */
static bool narrow_price(const struct sheet_row *row, const struct sheet_load *load, int64_t *price)
{
    int64_t sum = 0, least, most, per_unit, share, half = 5000000;
    if (row->per_cbm || row->capacity_kg || row->divisor || row->step_g ||
        __builtin_mul_overflow(row->least, 1000, &least) || __builtin_mul_overflow(row->most, 1000, &most) ||
        __builtin_mul_overflow(row->per_unit, 1000, &per_unit) || __builtin_mul_overflow(row->share_ppm, 10, &share))
        return false;
    int64_t weight_g = load->gross_g > row->min_g ? load->gross_g : row->min_g;
    int64_t paid_g = weight_g > row->first_g ? weight_g - row->first_g : 0;
    if (!add_product(&sum, row->fixed, 1000) || !add_product(&sum, per_unit, load->units) ||
        !add_product(&sum, row->per_kg, paid_g) || !add_product(&sum, share, load->amount) ||
        sum > INT64_MAX - half)
        return false;
    if (sum < least)
        sum = least;
    if (most && sum > most)
        sum = most;
    *price = (sum + half) / (2 * half);
    return sum >= 0;
}

static uint32_t fuel_ppm(const struct sheet *sheet, uint32_t row, int32_t day)
{
    for (uint32_t i = sheet->link[row].fuel; i; i = sheet->link[i].later)
        if (day >= sheet->row[i].from_day && day <= sheet->row[i].until_day)
            return (uint32_t)sheet->row[i].share_ppm;
    return 0;
}

int64_t sheet_price(const struct sheet *sheet, uint32_t row, int32_t day, const struct sheet_load *load)
{
    int64_t price;
    check(row > 0 && row <= sheet->count);
    if (!sheet->link[row].fuel && narrow_price(&sheet->row[row], load, &price))
        return price;
    wide sum = exact_price(&sheet->row[row], load), minor = 10000000000;
    check(sum >= 0);
    if (sheet->link[row].fuel) {
        sum *= 1000000 + fuel_ppm(sheet, row, day);
        minor *= 1000000;
    }
    wide half = minor / 2;
    return wide_fits(sum + half) && wide_fits(minor) ? (int64_t)(sum + half) / (int64_t)minor
                                                     : (int64_t)((sum + half) / minor);
}

uint32_t sheet_cheapest(const struct sheet *sheet, uint32_t row, int32_t day,
                        const struct sheet_load *load)
{
    uint32_t best = row, other = row;
    for (int hops = 0; hops < 8 && other && *sheet->row[other].or_id; hops++) {
        other = sheet_find(sheet, sheet->row[other].or_id, day);
        if (other && sheet->row[other].currency == sheet->row[best].currency &&
            sheet_price(sheet, other, day, load) < sheet_price(sheet, best, day, load))
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
