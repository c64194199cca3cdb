/* shelf: lists folders, reads files, tells what each table holds. */
#include "sim/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/csv.h"
#include "core/err.h"
#include "sim/file.h"

bool shelf_home(char path[SHELF_PATH])
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (data && data[0] == '/')
        return snprintf(path, SHELF_PATH, "%s/tradeloom", data) < SHELF_PATH;
    if (home && home[0] == '/')
        return snprintf(path, SHELF_PATH, "%s/.local/share/tradeloom", home) < SHELF_PATH;
    return false;
}

void shelf_add(struct shelf *shelf, struct book_overlay overlay)
{
    if (shelf->count == shelf->room) {
        size_t room = shelf->room ? shelf->room * 2 : 16;
        struct book_overlay *grown = arena_array(shelf->arena, struct book_overlay, room);
        if (shelf->count)
            memcpy(grown, shelf->item, shelf->count * sizeof *grown);
        shelf->item = grown;
        shelf->room = room;
    }
    shelf->item[shelf->count++] = overlay;
}

/* A table that nobody reads, shown at its header. */
static void fail_table(const struct shelf *shelf, const char *path, const char *bytes, size_t length,
                       struct errs *errs)
{
    struct csv csv;
    if (csv_open(&csv, path, bytes, length, shelf->arena, errs) != 0)
        return;
    struct err *err = csv_fail(&csv, 0, errs, ERR_CSV,
                               "this is no table of goods, parties, price lists, rates or tariffs");
    err->pointer[0] = '\0';
    err_help(err, "a table is known by its column \"sku\", \"treasury\", \"per_kg\", \"per_eur\" or \"hs\"");
}

void shelf_add_file(struct shelf *shelf, enum book_part part, const char *path, struct errs *errs)
{
    size_t length;
    const char *bytes = file_keep(path, shelf->arena, &length, errs);
    if (!bytes)
        return;
    if (part == BOOK_UNSET)
        part = book_part_of_table(bytes, length);
    if (part == BOOK_UNSET)
        fail_table(shelf, path, bytes, length, errs);
    else
        shelf_add(shelf, (struct book_overlay){part, path, bytes, length, NULL});
}

static int add_folder(struct shelf *shelf, const char *folder, const char *end, enum book_part part, struct errs *errs)
{
    const char **path;
    size_t count;
    if (file_list(folder, end, shelf->arena, &path, &count, errs) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        shelf_add_file(shelf, part, path[i], errs);
    return 0;
}

void shelf_add_rules(struct shelf *shelf, const char *folder, struct errs *errs)
{
    if (add_folder(shelf, folder, ".json", BOOK_RULES, errs) == 0)
        add_folder(shelf, folder, ".csv", BOOK_TARIFF, errs);
}

void shelf_add_data(struct shelf *shelf, const char *folder, struct errs *errs)
{
    char rules[SHELF_PATH + 16], catalog[SHELF_PATH + 16];
    snprintf(rules, sizeof rules, "%.*s/rules", SHELF_PATH, folder);
    snprintf(catalog, sizeof catalog, "%.*s/catalog", SHELF_PATH, folder);
    if (access(rules, R_OK) == 0)
        shelf_add_rules(shelf, rules, errs);
    if (access(catalog, R_OK) == 0)
        add_folder(shelf, catalog, ".csv", BOOK_UNSET, errs);
}
