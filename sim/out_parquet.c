/* out_parquet: rows into racks; every few blocks DuckDB copies them into files, one a table, month and place. */
#include "sim/out_parquet.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"
#include "core/err.h"
#include "sim/dataset.h"
#include "sim/duck.h"
#include "sim/file.h"
#include "sim/out_folder.h"
#include "sim/rack.h"
#include "sim/scenario.h"

/* A file costs DuckDB a millisecond or two, whatever is in it, and a year has hundreds: so a few blocks share them. */
enum { BLOCKS_A_FILE = 5 };

/* Month and place of rows. */
struct part {
    char month[8], place[3];
};

struct store {
    struct dataset_writer writer; /* first: the scribe's functions find it */
    const struct generate_set *set;
    struct duck duck;
    struct duck_handle *base, *connection;
    struct rack *rack[TABLE_COUNT]; /* NULL: the set has no such table */
    struct buf parts;            /* struct part, since the last seal */
    unsigned part;               /* of the rows that come */
    uint32_t sealed;             /* the last block that is */
};

/* ---- calls ---- */

static int fail(const struct store *s, const char *what, struct errs *errs)
{
    errs_unwritten(errs, s->set->folder->work_path, what);
    return -1;
}

static int run(const struct store *s, const char *sql, struct errs *errs)
{
    struct duck_result result = {0};
    int status = s->duck.query(s->connection, sql, &result) == 0 ? 0 : fail(s, s->duck.result_error(&result), errs);
    s->duck.destroy_result(&result);
    return status;
}

/* ---- tables ---- */

/* Tables of orders have rows of one order each; people, firms, goods and lots have no month. */
static bool is_parted(enum dataset_table table)
{
    return table != TABLE_buyers && table != TABLE_sellers && table != TABLE_firms && table != TABLE_products &&
           table != TABLE_stock && table != TABLE_departures;
}

/* ---- rows ---- */

static void put(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    struct store *s = self;
    rack_add(s->rack[table], cell, is_parted(table) ? s->part : 0);
}

/* ---- partitions ---- */

static void set_part(struct store *s, int64_t time, uint16_t place)
{
    struct part part = {.place = {(char)(place >> 8), (char)(place & 255)}}, *known;
    char day[11];
    date_write(time_local_day(time, 0), day);
    memcpy(part.month, day, 7);
    unsigned parts = (unsigned)(s->parts.length / sizeof part);
    known = (struct part *)(void *)s->parts.data;
    if (s->part < parts && memcmp(&known[s->part], &part, sizeof part) == 0)
        return;
    for (s->part = 0; s->part < parts; s->part++)
        if (memcmp(&known[s->part], &part, sizeof part) == 0)
            return;
    check(parts < UINT16_MAX);
    buf_add(&s->parts, (const char *)&part, sizeof part);
}

static void order(void *self, const struct dossier *dossier)
{
    set_part(self, dossier->record.time[TIME_PLACED], dossier->record.to);
    dataset_order(self, dossier);
}

/* Of shipments: in the month in which it happens, at home. */
static void posting(void *self, uint64_t number, const struct posting *posting)
{
    set_part(self, posting->time, ((struct store *)self)->set->scenario->home);
    dataset_posting(self, number, posting);
}

static void event(void *self, uint64_t number, const struct event *event, uint64_t shipment)
{
    set_part(self, event->time, ((struct store *)self)->set->scenario->home);
    dataset_event(self, number, event, shipment);
}

/* ---- files ---- */

static void release(struct store *s)
{
    if (s->connection)
        s->duck.disconnect(&s->connection);
    if (s->base)
        s->duck.close(&s->base);
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        rack_destroy(s->rack[table]);
    duck_finish(&s->duck);
    buf_finish(&s->parts);
    dataset_scribe_destroy(s->writer.scribe);
    memory_release(s);
}

static int open_library(struct store *s, struct errs *errs)
{
    if (duck_load(&s->duck, errs) != 0)
        return -1;
    if (s->duck.open(NULL, &s->base) != 0 || s->duck.connect(s->base, &s->connection) != 0)
        return fail(s, "DuckDB does not open", errs);
    return run(s, "SET threads = 1; SET preserve_insertion_order = true", errs);
}

static void *open_store(const struct generate_set *set, struct errs *errs)
{
    struct store *s = memory_take(sizeof *s);
    *s = (struct store){.writer = {dataset_scribe_create(set, put, s)}, .set = set};
    int result = open_library(s, errs);
    for (unsigned table = 0; table < TABLE_COUNT && result == 0; table++)
        if (dataset_has(set, (enum dataset_table)table)) {
            s->rack[table] = rack_create(&s->duck, &dataset_schemas[table]);
            if (rack_show(s->rack[table], s->connection, dataset_schemas[table].id) != 0)
                result = fail(s, "DuckDB takes no table function", errs);
        }
    if (result == 0) {
        if (*set->mark == '\0' && set->shard == 1)
            dataset_put_lists(s->writer.scribe);
        return s;
    }
    release(s);
    return NULL;
}

/* Copies the rows that a rack has chosen. What is made again after a kill has the same name. */
static int write_file(struct store *s, const char *id, const char *within, uint32_t block, struct errs *errs)
{
    char name[1100];
    struct buf sql = {0};
    bool is_new;
    snprintf(name, sizeof name, "%s/%s%s", s->set->folder->work_path, id, within);
    int result = file_folder(name, &is_new, errs);
    buf_printf(&sql, "COPY (SELECT * FROM %s()) TO '", id);
    for (const char *at = name; *at; at++) {
        if (*at == '\'')
            buf_putc(&sql, '\'');
        buf_putc(&sql, *at);
    }
    buf_printf(&sql, "/block-%05u_0.parquet' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, %s)", block,
               "PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1, USE_TMP_FILE false"); /* numbers as differences */
    if (result == 0)
        result = run(s, buf_text(&sql), errs);
    buf_finish(&sql);
    return result;
}

static int write_table(struct store *s, enum dataset_table table, uint32_t block, struct errs *errs)
{
    const struct part *part = (const struct part *)(const void *)s->parts.data;
    unsigned parts = is_parted(table) ? (unsigned)(s->parts.length / sizeof *part) : 1;
    int result = 0;
    rack_sort(s->rack[table], parts);
    for (unsigned i = 0; i < parts && result == 0; i++) {
        char within[40] = "";
        uint64_t rows = rack_choose(s->rack[table], i);
        if (is_parted(table))
            snprintf(within, sizeof within, "/month=%s/place=%s", part[i].month, part[i].place);
        if (rows || !is_parted(table))
            result = write_file(s, dataset_schemas[table].id, within, block, errs);
    }
    rack_clear(s->rack[table]);
    return result;
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct store *s = self;
    uint32_t block = dataset_block(s->writer.scribe);
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        if (s->rack[table] && write_table(s, (enum dataset_table)table, block, errs) != 0)
            return -1;
    buf_clear(&s->parts);
    buf_printf(mark, "%u", block);
    s->sealed = block;
    return 0;
}

/* Takes the files of a block away, below a folder. */
static void remove_block(int parent, const char *name, uint32_t block)
{
    int copy = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    char begin[24];
    struct dirent *entry;
    snprintf(begin, sizeof begin, "block-%05u_", block);
    while (dir && (entry = readdir(dir)) != NULL)
        if (strncmp(entry->d_name, begin, strlen(begin)) == 0)
            unlinkat(copy, entry->d_name, 0);
        else if (strncmp(entry->d_name, "month=", 6) == 0 || strncmp(entry->d_name, "place=", 6) == 0)
            remove_block(copy, entry->d_name, block);
    if (dir)
        closedir(dir);
    else if (copy >= 0)
        close(copy);
}

/* Files of a block that is not whole are no use to anybody; it is made again under the same names. */
static int close_store(void *self, bool is_whole, struct errs *errs)
{
    struct store *s = self;
    uint32_t block = dataset_block(s->writer.scribe);
    (void)errs;
    for (unsigned table = 0; !is_whole && block > s->sealed && table < TABLE_COUNT; table++)
        if (s->rack[table])
            remove_block(s->set->folder->work, dataset_schemas[table].id, block);
    release(s);
    return 0;
}

const struct generate_format out_parquet_format = {
    "parquet", "a folder a table, by month and place, ZSTD", open_store, dataset_world,
    {NULL, order, dataset_shipment, dataset_departure, posting, event}, seal, close_store, BLOCKS_A_FILE};
