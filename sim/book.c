/* book: loads what is compiled in, then a user's files over it. */
#include "sim/book.h"

#include <string.h>

#include "core/buf.h"
#include "core/digest.h"
#include "core/err.h"
#include "sim/data.h"

/* Where a compiled-in file belongs, by its path. */
static enum book_part part_of(const char *path)
{
    const char *name = strrchr(path, '/');
    size_t length = strlen(path);
    if (strncmp(path, "rules/", 6) == 0)
        return strcmp(path + length - 5, ".json") == 0 ? BOOK_RULES : BOOK_TARIFF;
    if (strncmp(path, "catalog/", 8) != 0)
        return BOOK_UNSET;
    if (strcmp(name, "/fx.csv") == 0)
        return BOOK_FX;
    if (strcmp(name, "/products.csv") == 0)
        return BOOK_CATALOG;
    if (strcmp(name, "/parties.csv") == 0)
        return BOOK_PARTIES;
    return strncmp(name, "/sheet_", 7) == 0 ? BOOK_SHEET : BOOK_UNSET;
}

/* What a table holds, by a column that only it has. */
enum book_part book_part_of_table(const char *bytes, size_t length)
{
    static const struct {
        const char *column;
        enum book_part part;
    } tables[] = {{"hs", BOOK_TARIFF},     {"per_eur", BOOK_FX},   {"sku", BOOK_CATALOG},
                  {"treasury", BOOK_PARTIES}, {"per_kg", BOOK_SHEET}};
    size_t head = 0;
    while (head < length && bytes[head] != '\n' && bytes[head] != '\r')
        head++;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        size_t n = strlen(tables[i].column);
        for (size_t at = 0; at + n <= head; at++) {
            bool is_start = at == 0 || bytes[at - 1] == ',', is_end = at + n == head || bytes[at + n] == ',';
            if (is_start && is_end && memcmp(bytes + at, tables[i].column, n) == 0)
                return tables[i].part;
        }
    }
    return BOOK_UNSET;
}

/* All files in the order in which they are laid over each other. */
struct pile {
    struct book_overlay *item;
    size_t count;
};

static struct pile pile_up(struct arena *arena, const struct book_overlay *overlay, size_t overlays)
{
    struct pile pile = {arena_array(arena, struct book_overlay, data_count + overlays + 1), 0};
    for (size_t i = 0; i < data_count; i++) {
        const struct data_span *span = &data_spans[i];
        enum book_part part = part_of(span->path);
        if (part != BOOK_UNSET)
            pile.item[pile.count++] = (struct book_overlay){
                part, span->path, span->start, (size_t)(span->end - span->start), span->hash};
    }
    for (size_t i = 0; i < overlays; i++)
        pile.item[pile.count++] = overlay[i];
    return pile;
}

static struct rule_file *files_of(struct arena *arena, const struct pile *pile, enum book_part part,
                                  size_t *count)
{
    struct rule_file *file = arena_array(arena, struct rule_file, pile->count + 1);
    *count = 0;
    for (size_t i = 0; i < pile->count; i++) {
        const struct book_overlay *item = &pile->item[i];
        if (item->part == part)
            file[(*count)++] = (struct rule_file){item->source, item->bytes, item->length, item->hash};
    }
    return file;
}

static int load_rules(struct book *book, const struct pile *pile, struct errs *errs)
{
    size_t packs, tariffs, reforms;
    struct rule_file *pack = files_of(&book->arena, pile, BOOK_RULES, &packs);
    struct rule_file *tariff = files_of(&book->arena, pile, BOOK_TARIFF, &tariffs);
    struct rule_file *reform = files_of(&book->arena, pile, BOOK_REFORM, &reforms);
    book->rules = rulebook_load(pack, packs, tariff, tariffs, reform, reforms, errs);
    return book->rules ? 0 : -1;
}

static int load_table(struct book *book, const struct book_overlay *item, struct errs *errs)
{
    struct arena *arena = &book->arena;
    const char *source = item->source, *bytes = item->bytes;
    switch (item->part) {
    case BOOK_FX:
        return (book->fx.months ? fx_overlay : fx_load)(&book->fx, source, bytes, item->length, arena,
                                                        errs);
    case BOOK_CATALOG:
        return catalog_load(&book->catalog, source, bytes, item->length, arena, errs);
    case BOOK_PARTIES:
        return parties_load(&book->parties, source, bytes, item->length, arena, errs);
    case BOOK_SHEET:
        return sheet_load(&book->sheet, source, bytes, item->length, arena, errs);
    default:
        return 0;
    }
}

static void hash_pile(struct book *book, const struct pile *pile)
{
    struct buf hashes = {0};
    for (size_t i = 0; i < pile->count; i++) {
        const struct book_overlay *item = &pile->item[i];
        char hash[65];
        if (!item->hash)
            sha256(item->bytes, item->length, hash);
        buf_puts(&hashes, item->hash ? item->hash : hash);
    }
    sha256(hashes.data, hashes.length, book->hash);
    buf_finish(&hashes);
}

int book_load(struct book *book, const struct book_overlay *overlay, size_t overlays,
              struct errs *errs)
{
    *book = (struct book){0};
    struct pile pile = pile_up(&book->arena, overlay, overlays);
    int result = load_rules(book, &pile, errs);
    for (size_t i = 0; i < pile.count; i++)
        if (load_table(book, &pile.item[i], errs) != 0)
            result = -1;
    hash_pile(book, &pile);
    return result;
}

void book_finish(struct book *book)
{
    rulebook_free(book->rules);
    arena_finish(&book->arena);
    *book = (struct book){0};
}

const char *book_code(const struct book *book, const struct product *product, uint16_t place)
{
    return catalog_code(product, place, rule_union(book->rules, place));
}
