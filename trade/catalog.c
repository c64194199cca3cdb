/* catalog: reads the table of goods and finds their codes. */
#include "trade/catalog.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/err.h"
#include "core/money.h"

enum cell {
    SKU, NAME_EN, NAME_ZH, CATEGORY, ORIGIN, CODES, NET_G, GROSS_G, VOLUME_CM3, VOLUME_ML, PIECES,
    CURRENCY, COST, CONFIDENCE, SOURCE, COLUMNS
};

static const char *const cell_name[COLUMNS] = {
    "sku", "name_en", "name_zh", "category", "origin", "codes", "net_g", "gross_g", "volume_cm3",
    "volume_ml", "pieces", "currency", "cost", "confidence", "source"};

struct reader {
    struct csv csv;
    int at[COLUMNS];
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

static int64_t cell_number(const struct reader *r, enum cell column, unsigned digits,
                           int64_t fallback)
{
    struct text text = cell(r, column);
    int64_t value = fallback;
    if (text.len && (!decimal_parse(text.ptr, text.len, digits, &value) || value < 0))
        err_help(csv_fail(&r->csv, (size_t)r->at[column], r->errs, ERR_RANGE,
                          "a number with at most %u decimals expected, found '%.*s'", digits, (int)text.len, text.ptr),
                 "not below zero, without separators and units");
    return value;
}

/* one "PLACE:digits" */
static bool code_parse(struct text item, struct product_code *code)
{
    const char *colon = memchr(item.ptr, ':', item.len);
    if (!colon)
        return false;
    size_t place = (size_t)(colon - item.ptr), digits = item.len - place - 1;
    if (digits < 4 || digits > 10 || strspn(colon + 1, "0123456789") < digits)
        return false;
    memcpy(code->hs, colon + 1, digits);
    code->hs[digits] = '\0';
    code->place = text_country(item.ptr, place);
    return code->place || (place == 1 && item.ptr[0] == '*');
}

static void codes_parse(struct reader *r, struct product *product)
{
    struct text left = cell(r, CODES);
    while (left.len) {
        const char *blank = memchr(left.ptr, ' ', left.len);
        struct text item = {left.ptr, blank ? (size_t)(blank - left.ptr) : left.len};
        if (product->codes == PRODUCT_CODES_MAX ||
            !code_parse(item, &product->code[product->codes])) {
            csv_fail(&r->csv, (size_t)r->at[CODES], r->errs, ERR_UNKNOWN_VALUE,
                     "codes like 'CN:19011010 *:190110' expected, found '%.*s'", (int)item.len,
                     item.ptr);
            return;
        }
        product->codes++;
        size_t skip = item.len + (blank ? 1 : 0);
        left = (struct text){left.ptr + skip, left.len - skip};
    }
}

static void row_parse(struct reader *r, struct product *product)
{
    *product = (struct product){
        .sku = cell_copy(r, SKU),
        .name_en = cell_copy(r, NAME_EN),
        .name_zh = cell_copy(r, NAME_ZH),
        .category = cell_copy(r, CATEGORY),
        .origin = text_country(cell(r, ORIGIN).ptr, cell(r, ORIGIN).len),
        .net_weight_g = cell_number(r, NET_G, 0, 0),
        .gross_weight_g = cell_number(r, GROSS_G, 0, 0),
        .volume_cm3 = cell_number(r, VOLUME_CM3, 0, 0),
        .volume_ml = cell_number(r, VOLUME_ML, 0, -1),
        .pieces = cell_number(r, PIECES, 0, 1),
        .confidence = cell_copy(r, CONFIDENCE),
        .source = cell_copy(r, SOURCE)};
    product->currency = (uint8_t)currency_index(cell_copy(r, CURRENCY));
    if (!product->currency)
        currency_help(csv_fail(&r->csv, (size_t)r->at[CURRENCY], r->errs, ERR_UNKNOWN_VALUE,
                               "unknown currency \"%s\"", cell_copy(r, CURRENCY)), cell_copy(r, CURRENCY));
    else
        product->cost_minor = cell_number(r, COST, currency_digits(product->currency), 0);
    if (!product->origin)
        err_help(csv_fail(&r->csv, (size_t)r->at[ORIGIN], r->errs, ERR_UNKNOWN_VALUE,
                          "a country of two capital letters was expected, not \"%s\"", cell_copy(r, ORIGIN)),
                 "ISO 3166-1, like CN or DE");
    codes_parse(r, product);
}

static size_t lines_of(const char *bytes, size_t length)
{
    size_t lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

/* Room for all rows of the file behind those that are there; ids start at 1. */
static void grow(struct catalog *catalog, size_t more, struct arena *arena)
{
    struct product *product = arena_array(arena, struct product, catalog->count + more + 1);
    if (catalog->count)
        memcpy(product, catalog->product, sizeof *product * (catalog->count + 1));
    else
        names_init(&catalog->names, arena);
    catalog->product = product;
}

int catalog_load(struct catalog *catalog, const char *source, const char *bytes, size_t length,
                 struct arena *arena, struct errs *errs)
{
    struct reader r = {.arena = arena, .errs = errs};
    size_t before = errs->count + errs->dropped;
    if (csv_open(&r.csv, source, bytes, length, arena, errs))
        return -1;
    for (int c = 0; c < COLUMNS; c++)
        r.at[c] = csv_need(&r.csv, cell_name[c], errs);
    if (errs->count + errs->dropped != before)
        return -1;
    uint32_t others = catalog->count; /* of files before: a row with such a sku replaces it */
    grow(catalog, lines_of(bytes, length), arena);
    for (int got; (got = csv_next(&r.csv, errs)) != 0;) {
        if (got < 0)
            continue;
        uint32_t id = names_add(&catalog->names, cell(&r, SKU).ptr, cell(&r, SKU).len);
        if (id == 0 || (id > others && id <= catalog->count)) {
            csv_fail(&r.csv, (size_t)r.at[SKU], errs, id ? ERR_DUPLICATE : ERR_RANGE,
                     id ? "this article stands above, too" : "an article needs a sku");
            continue;
        }
        if (id > catalog->count)
            catalog->count = id;
        row_parse(&r, &catalog->product[id]);
    }
    return errs->count + errs->dropped == before ? 0 : -1;
}

uint32_t catalog_find(const struct catalog *catalog, const char *sku, size_t length)
{
    return catalog->count ? names_find(&catalog->names, sku, length) : 0;
}

static const char *code_at(const struct product *product, uint16_t place)
{
    for (uint32_t i = 0; i < product->codes; i++)
        if (product->code[i].place == place)
            return product->code[i].hs;
    return NULL;
}

const char *catalog_code(const struct product *product, uint16_t place, uint16_t union_)
{
    const char *code = code_at(product, place);
    if (!code && union_)
        code = code_at(product, union_);
    if (!code)
        code = code_at(product, 0);
    return code ? code : "";
}
