/* lookup: reads the two tables and compares words. */
#include "sim/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/err.h"
#include "core/money.h"

enum { WORDS_MAX = 512 };

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_word(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* " WORD WORD " in capitals, cut at WORDS_MAX; the number of bytes, 1 when there is no word. */
static size_t words_of(struct text text, char out[WORDS_MAX + 2])
{
    size_t used = 0;
    out[used++] = ' ';
    for (size_t i = 0; i < text.len && used < WORDS_MAX; i++) {
        char c = upper(text.ptr[i]);
        if (is_word(c))
            out[used++] = c;
        else if (out[used - 1] != ' ')
            out[used++] = ' ';
    }
    if (out[used - 1] != ' ')
        out[used++] = ' ';
    out[used] = '\0';
    return used;
}

static size_t rows_of(const char *bytes, size_t length)
{
    size_t rows = 1;
    for (size_t i = 0; i < length; i++)
        rows += bytes[i] == '\n';
    return rows;
}

/* Opens a table and finds its columns; false with errors. */
static bool open_table(struct csv *csv, const char *const *name, int *at, int columns, const char *source,
                       const char *bytes, size_t length, struct arena *arena, struct errs *errs)
{
    bool is_sound = csv_open(csv, source, bytes, length, arena, errs) == 0;
    for (int c = 0; c < columns && is_sound; c++) {
        at[c] = csv_need(csv, name[c], errs);
        is_sound = at[c] >= 0;
    }
    return is_sound;
}

/* ---- countries ---- */

int lookup_load_countries(struct lookup *lookup, const char *source, const char *bytes, size_t length,
                          struct errs *errs)
{
    static const char *const name[] = {"name", "code"};
    struct csv csv;
    int at[2];
    size_t before = errs->count + errs->dropped;
    if (!open_table(&csv, name, at, 2, source, bytes, length, lookup->arena, errs))
        return -1;
    names_init(&lookup->country, lookup->arena);
    lookup->code = arena_array(lookup->arena, uint16_t, rows_of(bytes, length) + 1);
    for (int got; (got = csv_next(&csv, errs)) != 0;) {
        char words[WORDS_MAX + 2];
        if (got < 0)
            continue;
        struct text code = csv.cell[at[1]];
        uint32_t id = names_add(&lookup->country, words, words_of(csv.cell[at[0]], words));
        lookup->code[id] = text_country(code.ptr, code.len);
        if (code.len && !lookup->code[id])
            csv_fail(&csv, (size_t)at[1], errs, ERR_UNKNOWN_VALUE, "a country of two letters expected, found '%.*s'",
                     (int)code.len, code.ptr);
    }
    return errs->count + errs->dropped == before ? 0 : -1;
}

uint16_t lookup_country(const struct lookup *lookup, struct text name)
{
    char words[WORDS_MAX + 2];
    uint32_t id = names_find(&lookup->country, words, words_of(name, words));
    return id ? lookup->code[id] : text_country(name.ptr, name.len);
}

/* ---- goods ---- */

enum cell { KEYWORD, HS, NAME, NET_G, GROSS_G, VOLUME_CM3, COST_SHARE, CONFIDENCE, CELLS };
static const char *const cell_name[CELLS] = {"keyword", "hs",         "name",       "net_g",
                                             "gross_g", "volume_cm3", "cost_share", "confidence"};

static int64_t cell_number(const struct csv *csv, int column, unsigned digits, int64_t low, int64_t high,
                           struct errs *errs)
{
    struct text text = csv->cell[column];
    int64_t value = 0;
    if (!decimal_parse(text.ptr, text.len, digits, &value) || value < low || value > high)
        csv_fail(csv, (size_t)column, errs, ERR_RANGE, digits ? "a share between 0 and 1 expected, found '%.*s'"
                                                              : "a whole number above 0 expected, found '%.*s'",
                 (int)text.len, text.ptr);
    return value;
}

static void read_hs(const struct csv *csv, int column, struct lookup_good *good, struct errs *errs)
{
    struct text hs = csv->cell[column];
    size_t digits = 0;
    while (digits < hs.len && hs.ptr[digits] >= '0' && hs.ptr[digits] <= '9')
        digits++;
    if (digits < 6 || digits > 10 || digits != hs.len)
        csv_fail(csv, (size_t)column, errs, ERR_UNKNOWN_VALUE, "a code of 6 to 10 digits expected, found '%.*s'",
                 (int)hs.len, hs.ptr);
    else
        memcpy(good->hs, hs.ptr, hs.len);
}

static void read_good(const struct csv *csv, const int *at, struct arena *arena, struct lookup_good *good,
                      struct errs *errs)
{
    enum { MOST_G = 1000000000 };
    char words[WORDS_MAX + 2];
    size_t length = words_of(csv->cell[at[KEYWORD]], words);
    if (length < 3)
        csv_fail(csv, (size_t)at[KEYWORD], errs, ERR_RANGE, "a keyword expected");
    *good = (struct lookup_good){.keyword = arena_copy(arena, words, length)};
    read_hs(csv, at[HS], good, errs);
    good->net_g = cell_number(csv, at[NET_G], 0, 1, MOST_G, errs);
    good->gross_g = cell_number(csv, at[GROSS_G], 0, 1, MOST_G, errs);
    good->volume_cm3 = cell_number(csv, at[VOLUME_CM3], 0, 1, MOST_G, errs);
    good->cost_ppm = cell_number(csv, at[COST_SHARE], 6, 0, 1000000, errs);
    if (good->gross_g < good->net_g)
        csv_fail(csv, (size_t)at[GROSS_G], errs, ERR_RANGE, "gross_g is below net_g");
}

/* The table stands in one array, so that equally long keywords keep their order by their place. */
static int longer_first(const void *a, const void *b)
{
    const struct lookup_good *x = *(const struct lookup_good *const *)a, *y = *(const struct lookup_good *const *)b;
    size_t i = strlen(x->keyword), j = strlen(y->keyword);
    return i != j ? (i > j ? -1 : 1) : x < y ? -1 : x > y;
}

static void sort_goods(struct lookup *lookup)
{
    const struct lookup_good **order = arena_array(lookup->arena, const struct lookup_good *, lookup->goods + 1);
    struct lookup_good *sorted = arena_array(lookup->arena, struct lookup_good, lookup->goods + 1);
    for (uint32_t i = 0; i < lookup->goods; i++)
        order[i] = &lookup->good[i];
    qsort(order, lookup->goods, sizeof *order, longer_first);
    for (uint32_t i = 0; i < lookup->goods; i++)
        sorted[i] = *order[i];
    lookup->good = sorted;
}

int lookup_load_goods(struct lookup *lookup, const char *source, const char *bytes, size_t length, struct errs *errs)
{
    struct csv csv;
    int at[CELLS];
    size_t before = errs->count + errs->dropped;
    if (!open_table(&csv, cell_name, at, CELLS, source, bytes, length, lookup->arena, errs))
        return -1;
    lookup->good = arena_array(lookup->arena, struct lookup_good, rows_of(bytes, length) + 1);
    lookup->goods = 0;
    for (int got; (got = csv_next(&csv, errs)) != 0;)
        if (got > 0)
            read_good(&csv, at, lookup->arena, &lookup->good[lookup->goods++], errs);
    if (errs->count + errs->dropped != before)
        return -1;
    sort_goods(lookup);
    return 0;
}

/* Does the keyword " A B " stand in the words, as it is or with a plural S? */
static bool holds(const char *words, const char *keyword)
{
    size_t length = strlen(keyword) - 1;
    check(keyword[length] == ' ');
    for (const char *at = strchr(words, ' '); at && at[1]; at = strchr(at + 1, ' ')) {
        if (strncmp(at, keyword, length) != 0)
            continue;
        if (at[length] == ' ' || (at[length] == 'S' && at[length + 1] == ' '))
            return true;
    }
    return false;
}

const struct lookup_good *lookup_good(const struct lookup *lookup, struct text description)
{
    char words[WORDS_MAX + 2];
    words_of(description, words);
    for (uint32_t i = 0; i < lookup->goods; i++)
        if (holds(words, lookup->good[i].keyword))
            return &lookup->good[i];
    return NULL;
}
