/* book: loads what is compiled in, then a user's files over it. */
#include "sim/book.h"

#include <stdbool.h>
#include <string.h>

#include "core/buf.h"
#include "core/csv.h"
#include "core/check.h"
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
    struct csv csv;
    struct arena cells = {0};
    struct errs errs = {0}; /* told where the table is read */
    enum book_part part = BOOK_UNSET;
    if (csv_open(&csv, "", bytes, length, &cells, &errs) == 0)
        for (size_t i = 0; i < sizeof tables / sizeof *tables && part == BOOK_UNSET; i++)
            part = csv_find(&csv, tables[i].column) >= 0 ? tables[i].part : BOOK_UNSET;
    arena_finish(&cells);
    return part;
}

/* ---- the files ---- */

/* All files in the order in which they are laid over each other. */
struct pile {
    struct book_overlay *item;
    size_t count, built_in;
};

static struct pile pile_up(struct arena *arena, const struct book_overlay *overlay, size_t overlays)
{
    struct pile pile = {arena_array(arena, struct book_overlay, data_count + overlays + 1), 0, 0};
    for (size_t i = 0; i < data_count; i++) {
        const struct data_span *span = &data_spans[i];
        enum book_part part = part_of(span->path);
        if (part != BOOK_UNSET)
            pile.item[pile.count++] = (struct book_overlay){
                part, span->path, span->start, (size_t)(span->end - span->start), span->hash};
    }
    pile.built_in = pile.count;
    for (size_t i = 0; i < overlays; i++) {
        struct book_overlay *item = &pile.item[pile.count++];
        char hash[65];
        *item = overlay[i];
        if (item->hash)
            continue;
        sha256(item->bytes, item->length, hash);
        item->hash = arena_copy(arena, hash, strlen(hash));
    }
    return pile;
}

/* ---- the law ---- */

static bool is_law(enum book_part part)
{
    return part == BOOK_RULES || part == BOOK_TARIFF || part == BOOK_REFORM || part == BOOK_UNDONE;
}

/* Folders under rules/ by their two letters. */
struct folders {
    char name[16][2];
    size_t count;
};

static bool holds(const struct folders *folders, const char *name)
{
    for (size_t i = 0; i < folders->count; i++)
        if (memcmp(folders->name[i], name, 2) == 0)
            return true;
    return false;
}

/* Adds the folder of each pack that a pack extends: "extends": "eu.import". */
static void add_bases(struct folders *folders, const struct book_overlay *item)
{
    static const char word[] = "\"extends\"";
    const char *at = item->bytes, *end = item->bytes + item->length;
    while ((at = memmem(at, (size_t)(end - at), word, sizeof word - 1)) != NULL) {
        at += sizeof word - 1;
        at += strspn(at, ": \"");
        if (end - at > 2 && !holds(folders, at) && folders->count < 16)
            memcpy(folders->name[folders->count++], at, 2);
    }
}

/* The folder of a place and those that its packs stand on. */
static struct folders folders_of(const struct book *book, uint16_t place)
{
    struct folders folders = {{{(char)((place >> 8) + 32), (char)((place & 255) + 32)}}, 1};
    for (size_t before = 0; before != folders.count;) {
        before = folders.count;
        for (size_t i = 0; i < book->files; i++)
            if (book->file[i].part == BOOK_RULES && holds(&folders, book->file[i].source + 6))
                add_bases(&folders, &book->file[i]);
    }
    return folders;
}

static struct rule_file *files_of(struct arena *arena, const struct book *book, enum book_part part,
                                  const struct folders *folders, size_t *count)
{
    struct rule_file *file = arena_array(arena, struct rule_file, book->files + 1);
    *count = 0;
    for (size_t i = 0; i < book->files; i++) {
        const struct book_overlay *item = &book->file[i];
        bool is_undone = part == BOOK_REFORM && item->part == BOOK_UNDONE;
        if ((item->part == part || is_undone) && (!folders || holds(folders, item->source + 6)))
            file[(*count)++] = (struct rule_file){item->source, item->bytes, item->length, is_undone};
    }
    return file;
}

/* The law of one place, 0: of all. */
static int load_rules(struct book *book, uint16_t place, struct errs *errs)
{
    struct arena lists = {0};
    struct folders folders = {0}, *some = NULL;
    size_t packs, tariffs, reforms;
    if (place) {
        folders = folders_of(book, place);
        some = &folders;
    }
    struct rule_file *pack = files_of(&lists, book, BOOK_RULES, some, &packs);
    struct rule_file *tariff = files_of(&lists, book, BOOK_TARIFF, some, &tariffs);
    struct rule_file *reform = files_of(&lists, book, BOOK_REFORM, some, &reforms);
    rulebook_free(book->rules);
    book->rules = rulebook_load(pack, packs, tariff, tariffs, reform, reforms, errs);
    book->only = place;
    arena_finish(&lists);
    return book->rules ? 0 : -1;
}

int book_place(struct book *book, uint16_t place)
{
    struct errs errs = {0};
    if (book->rules && (book->only == 0 || book->only == place))
        return 0;
    int result = load_rules(book, book->rules ? 0 : place, &errs);
    check(result == 0); /* what is built in is sound, else book_load_law would have said so */
    return 1;
}

/* ---- tables ---- */

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

/* ---- all together ---- */

static void add_hashes(const struct book *book, enum book_part part, struct buf *hashes)
{
    for (size_t i = 0; i < book->files; i++) {
        const struct book_overlay *item = &book->file[i];
        if (part != BOOK_UNSET && item->part != part)
            continue;
        buf_puts(hashes, item->part == BOOK_UNDONE ? "undone " : "");
        buf_puts(hashes, item->hash);
    }
}

static void hash_files(struct book *book)
{
    struct buf all = {0}, law = {0};
    add_hashes(book, BOOK_UNSET, &all);
    add_hashes(book, BOOK_RULES, &law);
    add_hashes(book, BOOK_TARIFF, &law);
    add_hashes(book, BOOK_REFORM, &law);
    add_hashes(book, BOOK_UNDONE, &law);
    sha256(all.data, all.length, book->hash);
    sha256(law.data, law.length, book->law_hash);
    buf_finish(&all);
    buf_finish(&law);
}

static void open_book(struct book *book, const struct book_overlay *overlay, size_t overlays)
{
    *book = (struct book){0};
    struct pile pile = pile_up(&book->arena, overlay, overlays);
    book->file = pile.item;
    book->files = pile.count;
    book->built_in = pile.built_in;
    hash_files(book);
}

int book_load(struct book *book, const struct book_overlay *overlay, size_t overlays,
              struct errs *errs)
{
    open_book(book, overlay, overlays);
    int result = load_rules(book, 0, errs);
    for (size_t i = 0; i < book->files; i++)
        if (load_table(book, &book->file[i], errs) != 0)
            result = -1;
    return result;
}

int book_extend(struct book *book, const struct book *base, const struct book_overlay *more, size_t mores,
                struct errs *errs)
{
    size_t own = base->files - base->built_in;
    struct arena lists = {0};
    struct book_overlay *all = arena_array(&lists, struct book_overlay, own + mores + 1);
    memcpy(all, base->file + base->built_in, own * sizeof *all);
    if (mores)
        memcpy(all + own, more, mores * sizeof *all);
    int result = book_load(book, all, own + mores, errs);
    arena_finish(&lists);
    return result;
}

int book_load_law(struct book *book, const struct book_overlay *overlay, size_t overlays, struct errs *errs)
{
    bool is_own = false;
    int result = 0;
    open_book(book, overlay, overlays);
    for (size_t i = 0; i < overlays; i++)
        is_own = is_own || is_law(overlay[i].part);
    if (is_own)
        result = load_rules(book, 0, errs);
    for (size_t i = 0; i < book->files; i++) {
        const struct book_overlay *item = &book->file[i];
        if ((item->part == BOOK_FX || item->part == BOOK_CATALOG) && load_table(book, item, errs) != 0)
            result = -1;
    }
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
