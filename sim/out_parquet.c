/* out_parquet: rows by columns into DuckDB's vectors, a block into files. */
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
#include "sim/out_folder.h"
#include "sim/scenario.h"

enum { MONEY_DIGITS = 4, RATE_DIGITS = 6, DECIMAL_WIDTH = 18 };

/* The rows of a table that are not yet the library's. */
struct rack {
    struct duck_handle *chunk, *appender;
    struct duck_handle *vector[DATASET_COLUMNS_MAX];
    void *data[DATASET_COLUMNS_MAX];
    uint64_t *valid[DATASET_COLUMNS_MAX]; /* NULL: all are, so far */
    unsigned columns;
    bool is_parted;
    uint64_t rows;
};

struct store {
    struct dataset_writer writer; /* first: the scribe's functions find it */
    const struct generate_set *set;
    struct duck duck;
    struct duck_handle *base, *connection;
    struct rack rack[TABLE_COUNT];
    uint64_t room;               /* rows of a chunk */
    char month[8], place[3];     /* of the order whose rows come */
    uint32_t sealed;             /* the last block that is */
    bool is_failed;
};

/* ---- calls ---- */

static int fail(const struct store *s, const char *what, struct errs *errs)
{
    struct err *err = errs_add(errs, ERR_IO, "cannot write: %.160s", what ? what : "DuckDB took no more rows");
    snprintf(err->source, sizeof err->source, "%.159s", s->set->folder->work_path);
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

static const char *sql_type(unsigned type)
{
    switch (type) {
    case DATASET_KEY: case DATASET_INTEGER: case DATASET_FLAG: return "BIGINT";
    case DATASET_MONEY: return "DECIMAL(18, 4)";
    case DATASET_RATE: return "DECIMAL(18, 6)";
    case DATASET_TIME: return "TIMESTAMP";
    case DATASET_DAY: return "DATE";
    default: return "VARCHAR";
    }
}

static struct duck_handle *logical_type(const struct store *s, unsigned type)
{
    switch (type) {
    case DATASET_KEY: case DATASET_INTEGER: case DATASET_FLAG: return s->duck.create_logical_type(DUCK_BIGINT);
    case DATASET_MONEY: return s->duck.create_decimal_type(DECIMAL_WIDTH, MONEY_DIGITS);
    case DATASET_RATE: return s->duck.create_decimal_type(DECIMAL_WIDTH, RATE_DIGITS);
    case DATASET_TIME: return s->duck.create_logical_type(DUCK_TIMESTAMP);
    case DATASET_DAY: return s->duck.create_logical_type(DUCK_DATE);
    default: return s->duck.create_logical_type(DUCK_VARCHAR);
    }
}

static void take_vectors(const struct store *s, struct rack *rack)
{
    rack->rows = 0;
    for (unsigned i = 0; i < rack->columns; i++) {
        rack->vector[i] = s->duck.data_chunk_get_vector(rack->chunk, i);
        rack->data[i] = s->duck.vector_get_data(rack->vector[i]);
        rack->valid[i] = NULL;
    }
}

static int make_rack(struct store *s, enum dataset_table table, struct errs *errs)
{
    const struct dataset_schema *schema = &dataset_schemas[table];
    struct rack *rack = &s->rack[table];
    struct duck_handle *type[DATASET_COLUMNS_MAX + 2];
    struct buf sql = {0};
    rack->is_parted = is_parted(table);
    rack->columns = schema->columns + (rack->is_parted ? 2 : 0);
    buf_printf(&sql, "CREATE TABLE %s (", schema->id);
    for (unsigned i = 0; i < rack->columns; i++) {
        bool is_own = i < schema->columns;
        const char *name = is_own ? schema->column[i].name : i == schema->columns ? "partition_month" : "place";
        unsigned kind = is_own ? schema->column[i].type : DATASET_WORD;
        buf_printf(&sql, "%s\"%s\" %s", i ? ", " : "", name, sql_type(kind));
        type[i] = logical_type(s, kind);
    }
    buf_puts(&sql, ")");
    int result = run(s, buf_text(&sql), errs);
    rack->chunk = s->duck.create_data_chunk(type, rack->columns);
    for (unsigned i = 0; i < rack->columns; i++)
        s->duck.destroy_logical_type(&type[i]);
    if (result == 0 && s->duck.appender_create(s->connection, NULL, schema->id, &rack->appender) != 0)
        result = fail(s, NULL, errs);
    take_vectors(s, rack);
    buf_finish(&sql);
    return result;
}

/* ---- rows ---- */

static void set_null(const struct store *s, struct rack *rack, unsigned column)
{
    if (!rack->valid[column]) {
        s->duck.vector_ensure_validity_writable(rack->vector[column]);
        rack->valid[column] = s->duck.vector_get_validity(rack->vector[column]);
    }
    rack->valid[column][rack->rows / 64] &= ~(UINT64_C(1) << rack->rows % 64);
}

static int64_t with_digits(int64_t value, unsigned from, unsigned to)
{
    check(from <= to);
    for (; from < to; from++)
        value *= 10;
    return value;
}

static void set_cell(const struct store *s, struct rack *rack, unsigned column, unsigned type,
                     const struct dataset_cell *cell)
{
    int64_t *number = (int64_t *)rack->data[column] + rack->rows;
    switch (cell->kind) {
    case CELL_NONE: set_null(s, rack, column); break;
    case CELL_INTEGER: *number = cell->number; break;
    case CELL_DECIMAL:
        *number = with_digits(cell->number, cell->digits, type == DATASET_MONEY ? MONEY_DIGITS : RATE_DIGITS);
        break;
    case CELL_TIME: *number = cell->number * 1000000; break;
    case CELL_DAY: ((int32_t *)rack->data[column])[rack->rows] = (int32_t)cell->number; break;
    default:
        s->duck.vector_assign_string_element_len(rack->vector[column], rack->rows, cell->text, cell->length);
    }
}

static void hand_over(struct store *s, struct rack *rack)
{
    if (rack->rows == 0)
        return;
    s->duck.data_chunk_set_size(rack->chunk, rack->rows);
    s->is_failed |= s->duck.append_data_chunk(rack->appender, rack->chunk) != 0;
    s->duck.data_chunk_reset(rack->chunk);
    take_vectors(s, rack);
}

static void put(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    struct store *s = self;
    struct rack *rack = &s->rack[table];
    const struct dataset_schema *schema = &dataset_schemas[table];
    for (unsigned i = 0; i < schema->columns; i++)
        set_cell(s, rack, i, schema->column[i].type, &cell[i]);
    if (rack->is_parted) {
        s->duck.vector_assign_string_element_len(rack->vector[schema->columns], rack->rows, s->month, 7);
        s->duck.vector_assign_string_element_len(rack->vector[schema->columns + 1], rack->rows, s->place, 2);
    }
    if (++rack->rows == s->room)
        hand_over(s, rack);
}

/* ---- partitions ---- */

static void set_part(struct store *s, int64_t time, uint16_t place)
{
    char day[11];
    date_write(time_local_day(time, 0), day);
    memcpy(s->month, day, 7);
    s->place[0] = (char)(place >> 8);
    s->place[1] = (char)(place & 255);
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
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        struct rack *rack = &s->rack[table];
        if (rack->appender)
            s->duck.appender_destroy(&rack->appender);
        if (rack->chunk)
            s->duck.destroy_data_chunk(&rack->chunk);
    }
    if (s->connection)
        s->duck.disconnect(&s->connection);
    if (s->base)
        s->duck.close(&s->base);
    duck_finish(&s->duck);
    dataset_scribe_destroy(s->writer.scribe);
    memory_release(s);
}

static int open_library(struct store *s, struct errs *errs)
{
    if (duck_load(&s->duck, errs) != 0)
        return -1;
    if (s->duck.open(NULL, &s->base) != 0 || s->duck.connect(s->base, &s->connection) != 0)
        return fail(s, "DuckDB does not open", errs);
    s->room = s->duck.vector_size();
    return run(s, "SET threads = 1; SET preserve_insertion_order = true", errs);
}

static void *open_store(const struct generate_set *set, struct errs *errs)
{
    struct store *s = memory_take(sizeof *s);
    *s = (struct store){.writer = {dataset_scribe_create(set, put, s)}, .set = set};
    int result = open_library(s, errs);
    for (unsigned table = 0; table < TABLE_COUNT && result == 0; table++)
        if (dataset_has(set, (enum dataset_table)table))
            result = make_rack(s, (enum dataset_table)table, errs);
    if (result == 0) {
        if (*set->mark == '\0' && set->shard == 1)
            dataset_put_lists(s->writer.scribe);
        return s;
    }
    release(s);
    return NULL;
}

/* A file a block and partition; a block that is made again after a kill has the same names. */
static int write_table(struct store *s, enum dataset_table table, uint32_t block, struct errs *errs)
{
    const char *id = dataset_schemas[table].id;
    struct buf sql = {0}, folder = {0};
    buf_printf(&folder, "%s/%s", s->set->folder->work_path, id);
    buf_puts(&sql, "COPY (SELECT ");
    buf_printf(&sql, s->rack[table].is_parted ? "* EXCLUDE (partition_month), partition_month AS month FROM %s"
                                               : "* FROM %s", id);
    buf_puts(&sql, ") TO '");
    for (size_t i = 0; i < folder.length; i++) {
        if (folder.data[i] == '\'')
            buf_putc(&sql, '\'');
        buf_putc(&sql, folder.data[i]);
    }
    buf_printf(&sql, "' (FORMAT parquet, COMPRESSION zstd, OVERWRITE_OR_IGNORE true, FILENAME_PATTERN 'block-%05u_{i}', ",
               block);
    buf_puts(&sql, s->rack[table].is_parted ? "PARTITION_BY (month, place)); " : "PER_THREAD_OUTPUT true); ");
    buf_printf(&sql, "DELETE FROM %s", id);
    int result = run(s, buf_text(&sql), errs);
    buf_finish(&sql);
    buf_finish(&folder);
    return result;
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct store *s = self;
    uint32_t block = dataset_block(s->writer.scribe);
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        struct rack *rack = &s->rack[table];
        if (!rack->appender)
            continue;
        hand_over(s, rack);
        if (s->is_failed || s->duck.appender_flush(rack->appender) != 0)
            return fail(s, NULL, errs);
        if (write_table(s, (enum dataset_table)table, block, errs) != 0)
            return -1;
    }
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
        if (s->rack[table].appender)
            remove_block(s->set->folder->work, dataset_schemas[table].id, block);
    release(s);
    return 0;
}

const struct generate_format out_parquet_format = {
    "parquet", "a folder a table, by month and place, ZSTD", open_store, dataset_world,
    {NULL, order, dataset_shipment, dataset_departure, posting, event}, seal, close_store};
