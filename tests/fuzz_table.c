/* fuzz_table: every table that a user may lay over ours, read from the same bytes by every reader of tables. */
#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/err.h"
#include "core/fx.h"
#include "core/tariff.h"
#include "core/text.h"
#include "logistics/sheet.h"
#include "sim/lookup.h"
#include "tests/fuzz.h"
#include "trade/catalog.h"
#include "trade/party.h"

typedef int reader(struct arena *arena, const char *text, size_t length, struct errs *errs);

static int read_cells(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct csv csv;
    if (csv_open(&csv, "t.csv", text, length, arena, errs))
        return -1;
    for (int got; (got = csv_next(&csv, errs)) != 0;) {
        for (size_t i = 0; got > 0 && i < csv.columns; i++)
            check(err_utf8(csv.cell[i].ptr, csv.cell[i].len) == csv.cell[i].len);
        if (got > 0 && csv.columns)
            csv_fail(&csv, csv.columns - 1, &(struct errs){0}, ERR_RANGE, "%s", "a look at the last cell");
    }
    return errs->count ? -1 : 0;
}

static int read_fx(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct fx fx;
    return fx_load(&fx, "fx.csv", text, length, arena, errs);
}

static int read_catalog(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct catalog catalog = {0};
    return catalog_load(&catalog, "products.csv", text, length, arena, errs);
}

static int read_parties(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct parties parties = {0};
    return parties_load(&parties, "parties.csv", text, length, arena, errs);
}

static int read_sheet(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct sheet sheet = {0};
    if (sheet_load(&sheet, "sheet.csv", text, length, arena, errs))
        return -1;
    struct sheet_load load = {.units = 3, .gross_g = 2500, .volume_cm3 = 9000, .days = 2, .amount = 5000};
    for (uint32_t i = 1; i <= sheet.count; i++)
        check(sheet_cheapest(&sheet, i, 19000, &load) <= sheet.count);
    return 0;
}

static int read_tariff(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct names names;
    names_init(&names, arena);
    struct tariff tariff = {.names = &names, .arena = arena};
    return tariff_load(&tariff, text_country("CN", 2), "tariff.csv", text, length, errs);
}

static int read_countries(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct lookup lookup = {.arena = arena};
    names_init(&lookup.country, arena);
    return lookup_load_countries(&lookup, "countries.csv", text, length, errs);
}

static int read_goods(struct arena *arena, const char *text, size_t length, struct errs *errs)
{
    struct lookup lookup = {.arena = arena};
    return lookup_load_goods(&lookup, "keywords.csv", text, length, errs);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static reader *const readers[] = {read_cells, read_fx, read_catalog, read_parties, read_sheet, read_tariff,
                                      read_countries, read_goods};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct arena arena = {0};
        struct errs errs = {0};
        int failed = readers[i](&arena, (const char *)bytes, length, &errs);
        fuzz_look_at(&errs, failed);
        arena_finish(&arena);
    }
    return 0;
}
