/* sweep_merge: each file takes its place in one step. */
#include "sim/sweep_merge.h"

#include <stdbool.h>

#include "core/buf.h"
#include "sim/file.h"
#include "sim/sweep_effect.h"
#include "sim/sweep_json.h"
#include "sim/sweep_sqlite.h"
#include "sim/sweep_store.h"
#include "sim/sweep_table.h"

enum { POINTS, REPLICATIONS, TORNADO, INDICES, TABLES };
static const char *const names[TABLES] = {"points", "replications", "tornado", "indices"};

static void write_path(const struct sweep_store *store, const char *name, const char *end, struct buf *path)
{
    buf_clear(path);
    buf_printf(path, "%s/%s%s", store->path, name, end);
}

static int write_tables(const struct sweep_store *store, struct buf bytes[TABLES], size_t tables, struct errs *errs)
{
    struct sweep_sqlite_table table[TABLES];
    struct buf path = {0};
    int result = 0;
    for (size_t i = 0; i < tables && result == 0; i++) {
        table[i] = (struct sweep_sqlite_table){names[i], buf_text(&bytes[i]), bytes[i].length};
        write_path(store, names[i], ".csv", &path);
        result = file_replace(buf_text(&path), bytes[i].data, bytes[i].length, errs);
    }
    write_path(store, "sweep", ".sqlite", &path);
    if (result == 0)
        result = sweep_sqlite_write(buf_text(&path), table, tables, errs);
    buf_finish(&path);
    return result;
}

int sweep_merge(const struct sweep_store *store, const struct sweep_table *table, struct buf *json, struct errs *errs)
{
    struct buf bytes[TABLES] = {0}, path = {0};
    sweep_table_points(table, &bytes[POINTS]);
    sweep_table_replications(table, &bytes[REPLICATIONS]);
    sweep_effect_tornado(table, &bytes[TORNADO]);
    bool has_indices = sweep_effect_indices(table, &bytes[INDICES]);
    sweep_json(table, json);
    int result = write_tables(store, bytes, has_indices ? TABLES : INDICES, errs);
    write_path(store, "sweep", ".json", &path);
    if (result == 0)
        result = file_replace(buf_text(&path), json->data, json->length, errs);
    for (size_t i = 0; i < TABLES; i++)
        buf_finish(&bytes[i]);
    buf_finish(&path);
    return result;
}
