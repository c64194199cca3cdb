/* allowance: reads and writes the file of what buyers have used. */
#include "sim/allowance.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/err.h"
#include "core/money.h"
#include "sim/file.h"

enum cell { BUYER, PLACE, YEAR, CURRENCY, USED, CELLS };
static const char *const cell_name[CELLS] = {"buyer", "place", "year", "currency", "used"};

struct allowance_entry *allowance_of(struct allowance *allowance, const char *buyer, uint16_t place, int32_t year)
{
    struct buf key = {0};
    buf_printf(&key, "%s\n%c%c\n%d", buyer, place >> 8, place & 255, (int)year);
    uint32_t before = allowance->names.count;
    uint32_t id = names_add(&allowance->names, key.data, key.length);
    buf_finish(&key);
    if (id >= allowance->room) {
        uint32_t room = allowance->room ? allowance->room * 2 : 64;
        allowance->entry = memory_resize(allowance->entry, allowance->room * sizeof *allowance->entry,
                                         room * sizeof *allowance->entry);
        allowance->room = room;
    }
    if (allowance->names.count != before)
        allowance->entry[id] = (struct allowance_entry){.place = place, .year = year};
    return &allowance->entry[id];
}

static void read_row(struct allowance *allowance, const struct csv *csv, const int at[CELLS], struct errs *errs)
{
    const struct text *cell = csv->cell;
    struct text place = cell[at[PLACE]], currency = cell[at[CURRENCY]], used = cell[at[USED]];
    int64_t year = 0, amount = 0;
    char code[4] = "";
    uint16_t country = text_country(place.ptr, place.len);
    if (currency.len == 3)
        memcpy(code, currency.ptr, 3);
    unsigned index = currency_index(code);
    if (!country)
        csv_fail(csv, (size_t)at[PLACE], errs, ERR_UNKNOWN_VALUE, "a country of two capital letters expected");
    else if (!decimal_parse(cell[at[YEAR]].ptr, cell[at[YEAR]].len, 0, &year) || year < 1990 || year > 9999)
        csv_fail(csv, (size_t)at[YEAR], errs, ERR_RANGE, "a year expected");
    else if (!index)
        csv_fail(csv, (size_t)at[CURRENCY], errs, ERR_UNKNOWN_VALUE, "unknown currency");
    else if (!decimal_parse(used.ptr, used.len, currency_digits(index), &amount) || amount < 0)
        csv_fail(csv, (size_t)at[USED], errs, ERR_RANGE, "an amount of at least 0 expected");
    else {
        const char *buyer = arena_copy(&allowance->arena, cell[at[BUYER]].ptr, cell[at[BUYER]].len);
        struct allowance_entry *entry = allowance_of(allowance, buyer, country, (int32_t)year);
        entry->currency = (uint8_t)index;
        entry->used = amount;
    }
}

static int read_rows(struct allowance *allowance, const char *path, const struct buf *bytes, struct errs *errs)
{
    struct csv csv;
    int at[CELLS];
    size_t before = errs->count + errs->dropped;
    const char *kept = arena_copy(&allowance->arena, bytes->data, bytes->length);
    if (csv_open(&csv, path, kept, bytes->length, &allowance->arena, errs) != 0)
        return -1;
    for (int c = 0; c < CELLS; c++)
        at[c] = csv_need(&csv, cell_name[c], errs);
    for (int got; errs->count + errs->dropped == before && (got = csv_next(&csv, errs)) != 0;)
        if (got > 0)
            read_row(allowance, &csv, at, errs);
    return errs->count + errs->dropped == before ? 0 : -1;
}

int allowance_load(struct allowance *allowance, const char *path, struct errs *errs)
{
    struct buf bytes = {0};
    *allowance = (struct allowance){0};
    names_init(&allowance->names, &allowance->arena);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return 0;
    int result = file_read(path, &bytes, errs);
    if (result == 0)
        result = read_rows(allowance, path, &bytes, errs);
    buf_finish(&bytes);
    return result;
}

void allowance_finish(struct allowance *allowance)
{
    memory_release(allowance->entry);
    arena_finish(&allowance->arena);
    *allowance = (struct allowance){0};
}

static void write_rows(const struct allowance *allowance, struct buf *out)
{
    buf_puts(out, "buyer,place,year,currency,used\n");
    for (uint32_t id = 1; id <= allowance->names.count; id++) {
        const struct allowance_entry *entry = &allowance->entry[id];
        const char *key = names_at(&allowance->names, id), *end = strrchr(key, '\n');
        check(end && end - key >= 3);
        if (!entry->currency)
            continue;
        buf_csv_cell(out, key, (size_t)(end - key) - 3); /* without "\nCN" */
        buf_printf(out, ",%c%c,%d,%s,", entry->place >> 8, entry->place & 255, (int)entry->year,
                   currency_code(entry->currency));
        buf_decimal(out, entry->used, currency_digits(entry->currency));
        buf_putc(out, '\n');
    }
}

int allowance_save(const struct allowance *allowance, const char *path, struct errs *errs)
{
    struct buf out = {0};
    write_rows(allowance, &out);
    int result = file_replace(path, out.data, out.length, errs);
    buf_finish(&out);
    return result;
}
