/* tariff: reads the dated rows of a place's table and finds the one that governs a code on a day. */
#include "core/tariff.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/csv.h"
#include "core/date.h"
#include "core/err.h"

enum { HS, KIND, VALUE, FROM, ORIGIN, UNTIL, LAW, CONFIDENCE, SOURCE, PLACE, COLUMNS, NEEDED = ORIGIN };

/* A user's own table may leave out what stands behind `from`. */
static const char *const column_name[COLUMNS] = {"hs",    "kind", "value",      "from",   "origin",
                                                 "until", "law",  "confidence", "source", "place"};
const char *const tariff_confidences[] = {"high", "medium", "low", "assumed", "conflict", "unverified", NULL};
enum { CONFIDENCES = sizeof tariff_confidences / sizeof *tariff_confidences - 1 };

static const char *keep(struct tariff *tariff, struct text cell)
{
    return arena_copy(tariff->arena, cell.ptr, cell.len);
}

/* "7.5 CNY/l" behind an optional "0.10 + " */
static bool read_specific(struct text cell, struct tariff_row *row)
{
    size_t blank = 0;
    while (blank < cell.len && cell.ptr[blank] != ' ')
        blank++;
    struct rational amount;
    if (blank == cell.len || cell.len - blank < 6 || !rational_parse(cell.ptr, blank, &amount))
        return false;
    char currency[4] = {0};
    memcpy(currency, cell.ptr + blank + 1, 3);
    row->specific_currency = (uint8_t)currency_index(currency);
    struct text unit = {cell.ptr + blank + 5, cell.len - blank - 5};
    static const struct {
        const char *name;
        uint8_t unit;
        int64_t per;
    } units[] = {{"l", TARIFF_L, 1},   {"hl", TARIFF_L, 100},     {"kg", TARIFF_KG, 1},
                 {"100kg", TARIFF_KG, 100}, {"t", TARIFF_KG, 1000}, {"piece", TARIFF_PIECE, 1}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (text_is(unit, units[i].name)) {
            int64_t g = gcd64(amount.num, units[i].per);
            g = g == 0 ? 1 : g;
            row->specific = (struct rational){amount.num / g, amount.den * (units[i].per / g)};
            row->specific_unit = units[i].unit;
            return row->specific_currency != 0 && cell.ptr[blank + 4] == '/';
        }
    }
    return false;
}

static bool read_value(struct tariff *tariff, struct text cell, struct tariff_row *row)
{
    row->ad_valorem = row->specific = (struct rational){0, 1};
    bool digit = cell.len > 0 && cell.ptr[0] >= '0' && cell.ptr[0] <= '9';
    if (!digit) {
        row->is_class = true;
        row->class_ = names_add(tariff->names, cell.ptr, cell.len);
        return cell.len > 0;
    }
    if (rational_parse(cell.ptr, cell.len, &row->ad_valorem))
        return true;
    for (size_t i = 0; i + 3 < cell.len; i++) {
        if (memcmp(cell.ptr + i, " + ", 3) == 0)
            return rational_parse(cell.ptr, i, &row->ad_valorem) &&
                   read_specific((struct text){cell.ptr + i + 3, cell.len - i - 3}, row);
    }
    return read_specific(cell, row);
}

static bool same_row(const struct tariff_row *a, const struct tariff_row *b)
{
    return a->place == b->place && a->kind == b->kind && a->origin == b->origin &&
           a->group == b->group && a->from == b->from && strcmp(a->hs, b->hs) == 0;
}

static void put_row(struct tariff *tariff, const struct tariff_row *row, uint32_t others)
{
    for (uint32_t i = 0; i < others; i++) {
        if (same_row(&tariff->row[i], row)) {
            tariff->row[i] = *row;
            return;
        }
    }
    if (tariff->rows == tariff->room) {
        uint32_t room = tariff->room ? tariff->room * 2 : 512;
        struct tariff_row *grown = arena_array(tariff->arena, struct tariff_row, room);
        if (tariff->rows)
            memcpy(grown, tariff->row, tariff->rows * sizeof *grown);
        tariff->row = grown;
        tariff->room = room;
    }
    tariff->row[tariff->rows++] = *row;
}

static bool read_hs(struct text cell, struct tariff_row *row)
{
    if (cell.len >= sizeof row->hs)
        return false;
    for (size_t i = 0; i < cell.len; i++)
        if (cell.ptr[i] < '0' || cell.ptr[i] > '9')
            return false;
    memcpy(row->hs, cell.ptr, cell.len);
    row->hs_length = (uint8_t)cell.len;
    return true;
}

static bool read_origin(struct tariff *tariff, struct text cell, struct tariff_row *row)
{
    if (cell.len == 0)
        return true;
    if (cell.ptr[0] == '@') {
        row->group = names_add(tariff->names, cell.ptr, cell.len);
        return true;
    }
    row->origin = text_country(cell.ptr, cell.len);
    return row->origin != 0;
}

static void read_law(struct tariff *tariff, struct text cell, struct tariff_row *row)
{
    row->law = row->law_en = keep(tariff, cell);
    for (size_t i = 0; i + 3 < cell.len; i++) {
        if (memcmp(cell.ptr + i, " | ", 3) == 0) {
            row->law = keep(tariff, (struct text){cell.ptr, i});
            row->law_en = keep(tariff, (struct text){cell.ptr + i + 3, cell.len - i - 3});
        }
    }
}

static bool is_confidence(const char *word)
{
    for (size_t i = 0; i < CONFIDENCES; i++)
        if (strcmp(tariff_confidences[i], word) == 0)
            return true;
    return false;
}

/* Fills a row from the cells just read; the column at fault, or -1. */
static int read_row(struct tariff *tariff, const struct csv *csv, const int at[COLUMNS],
                    struct tariff_row *row)
{
    struct text cell[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        cell[i] = at[i] >= 0 ? csv->cell[at[i]] : (struct text){"", 0};
    if (cell[PLACE].len) /* else it is the table's */
        row->place = text_country(cell[PLACE].ptr, cell[PLACE].len);
    if (!row->place)
        return PLACE;
    if (cell[KIND].len == 0)
        return KIND;
    row->kind = names_add(tariff->names, cell[KIND].ptr, cell[KIND].len);
    row->until = DAY_MAX;
    if (!read_hs(cell[HS], row))
        return HS;
    if (!read_origin(tariff, cell[ORIGIN], row))
        return ORIGIN;
    if (!read_value(tariff, cell[VALUE], row))
        return VALUE;
    if (!date_parse(cell[FROM].ptr, cell[FROM].len, &row->from))
        return FROM;
    if (cell[UNTIL].len && (!date_parse(cell[UNTIL].ptr, cell[UNTIL].len, &row->until) || row->until < row->from))
        return UNTIL;
    row->value = keep(tariff, cell[VALUE]);
    read_law(tariff, cell[LAW], row);
    row->confidence = cell[CONFIDENCE].len ? keep(tariff, cell[CONFIDENCE]) : "assumed";
    if (!is_confidence(row->confidence))
        return CONFIDENCE;
    return -1;
}

/* "rules/cn/tariff.csv" is the table of CN: the place is the name of its folder. */
uint16_t tariff_place(const char *source)
{
    const char *end = strrchr(source, '/');
    if (!end || end - source < 2 || (end - source > 2 && end[-3] != '/'))
        return 0;
    char code[2] = {end[-2], end[-1]};
    for (int i = 0; i < 2; i++)
        code[i] = (char)(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 32 : code[i]);
    return text_country(code, 2);
}

static void fail_row(const struct csv *csv, const int at[COLUMNS], int bad, struct errs *errs)
{
    static const char *const need[COLUMNS] = {
        "digits of a commodity code, at most 10", "a kind of rate or class", "a rate, an amount or a class",
        "a day YYYY-MM-DD",
        "a country of two capital letters, or @GROUP", "a day YYYY-MM-DD on or after `from`, or nothing", "",
        "a confidence", "", "a place of two capital letters"};
    static const char *const help[COLUMNS] = {
        "without dots: 39269097", "mfn, provisional, fta, ad, vat, …: what the rules of the place ask for",
        "0.12 for 12 %, 7.5 CNY/l, 0.10 + 2 EUR/kg, or a word", "the first day on which the row holds",
        "leave it empty for every origin", "the last day on which the row holds", "",
        "high, medium, low, assumed, conflict or unverified", "", "DE, US, or EU"};
    struct text cell = csv->cell[at[bad]];
    struct err *err = csv_fail(csv, (size_t)at[bad], errs, ERR_UNKNOWN_VALUE, "%s was expected, not \"%.*s\"",
                               need[bad], (int)cell.len, cell.ptr);
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)cell.len, cell.ptr);
    if (bad != CONFIDENCE || !err_suggest(err, word, tariff_confidences, CONFIDENCES))
        err_help(err, "%s", help[bad]);
}

/* The place of a table that no folder names must stand in a column. */
static void fail_place(const struct csv *csv, struct errs *errs)
{
    struct err *err = errs_add(errs, ERR_MISSING_NAME, "no column \"place\": whose tariff is this?");
    snprintf(err->source, sizeof err->source, "%s", csv->source);
    err_help(err, "add a column \"place\" (DE), or name the file …/de/tariff.csv");
}

int tariff_load(struct tariff *tariff, uint16_t place, const char *source, const char *bytes,
                size_t length, struct errs *errs)
{
    struct csv csv;
    struct arena cells = {0};
    size_t before = errs->count + errs->dropped;
    int at[COLUMNS], got = 0;
    uint32_t others = tariff->rows;
    if (csv_open(&csv, source, bytes, length, &cells, errs) == 0)
        for (int i = 0; i < COLUMNS; i++)
            at[i] = i < NEEDED ? csv_need(&csv, column_name[i], errs)
                               : csv_want(&csv, column_name[i], column_name, COLUMNS, errs);
    if (errs->count + errs->dropped == before && !place && at[PLACE] < 0)
        fail_place(&csv, errs);
    bool is_sound = errs->count + errs->dropped == before;
    while (is_sound && (got = csv_next(&csv, errs)) != 0) {
        struct tariff_row row = {.place = place};
        int bad = got < 0 ? -1 : read_row(tariff, &csv, at, &row);
        if (bad >= 0)
            fail_row(&csv, at, bad, errs);
        else if (got > 0)
            put_row(tariff, &row, others);
    }
    arena_finish(&cells);
    return errs->count + errs->dropped > before ? -1 : 0;
}

static bool group_holds(const struct tariff *tariff, uint16_t place, uint32_t group, uint16_t origin, int32_t day)
{
    uint32_t member = names_find(tariff->names, "member", 6);
    const char *name = names_at(tariff->names, group) + 1; /* behind the @ */
    for (uint32_t i = 0; i < tariff->rows; i++) {
        const struct tariff_row *row = &tariff->row[i];
        if (row->kind == member && row->place == place && row->origin == origin &&
            day >= row->from && day <= row->until &&
            (strcmp(row->value, name) == 0 || strcmp(row->value, name - 1) == 0))
            return true;
    }
    return false;
}

static const struct tariff_row *find_in(const struct tariff *tariff, uint16_t place, uint32_t kind,
                                        const char *hs, uint16_t origin, int32_t day)
{
    const struct tariff_row *best = NULL;
    for (uint32_t i = 0; i < tariff->rows; i++) {
        const struct tariff_row *row = &tariff->row[i];
        if (row->kind != kind || row->place != place || day < row->from || day > row->until ||
            strncmp(hs, row->hs, row->hs_length) != 0)
            continue;
        bool special = row->origin != 0 || row->group != 0;
        if (row->origin != 0 && row->origin != origin)
            continue;
        if (row->group != 0 && !group_holds(tariff, place, row->group, origin, day))
            continue;
        if (best && (best->hs_length > row->hs_length ||
                     (best->hs_length == row->hs_length && (best->origin || best->group) && !special)))
            continue;
        best = row;
    }
    return best;
}

const struct tariff_row *tariff_find(const struct tariff *tariff, uint16_t place,
                                     uint16_t base_place, uint32_t kind, const char *hs,
                                     uint16_t origin, int32_t day)
{
    const struct tariff_row *row = find_in(tariff, place, kind, hs, origin, day);
    if (!row && base_place)
        row = find_in(tariff, base_place, kind, hs, origin, day);
    return row;
}

bool tariff_knows(const struct tariff *tariff, uint16_t place, uint16_t base_place, const char *hs)
{
    for (uint32_t i = 0; i < tariff->rows; i++) {
        const struct tariff_row *row = &tariff->row[i];
        if ((row->place == place || row->place == base_place) && row->hs_length > 0 &&
            strncmp(hs, row->hs, row->hs_length) == 0)
            return true;
    }
    return false;
}
