/* out_sqlite: rows into pages, a block at a time; SQLite makes the empty file before, and most indexes behind. */
#include "sim/out_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "sim/dataset.h"
#include "sim/out_folder.h"
#include "sim/pages.h"
#include "sim/tuple.h"

static const char file_name[] = "dataset.sqlite";

enum { ROW_INDEXES = 2, TREES = TABLE_COUNT + ROW_INDEXES };

/* What waits until its block is complete, to be put in the order of its keys: rows of tables (`at` and `length` in
 * `bytes`), or of an index stretches of rows (`at`: the first, `length`: how many). */
struct slot {
    uint64_t key, at, length;
};
struct shelf {
    struct buf bytes, slots, other;
};

struct base {
    struct dataset_writer writer; /* first: the scribe's functions find it */
    const struct generate_set *set;
    struct pages pages;
    struct tuple_pen pen;
    struct shelf shelf[TREES];   /* of the tables, then of row_indexes */
    unsigned char *empty;        /* SQLite's: the file without rows */
    unsigned number[TREES];      /* in `pages` */
    struct pages_tree tree[TREES]; /* by that number */
    unsigned trees;
    struct buf mark;             /* of the last seal, "": none yet */
    char path[1024];
};

/* ---- errors ---- */

static int fail(const struct base *b, const char *what, struct errs *errs)
{
    errs_unwritten(errs, b->path, what);
    return -1;
}

static int fail_of_db(const struct base *b, sqlite3 *db, struct errs *errs)
{
    int code = sqlite3_errcode(db);
    return fail(b, code == SQLITE_FULL ? "the disk is full" : sqlite3_errstr(code), errs);
}

static int fail_of_pages(const struct base *b, struct errs *errs)
{
    return b->pages.error ? fail(b, strerror(b->pages.error), errs) : 0;
}

static int run(const struct base *b, sqlite3 *db, const char *sql, struct errs *errs)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail_of_db(b, db, errs);
}

/* ---- schema ---- */

static const char *type_of(const struct dataset_column *column)
{
    switch (column->type) {
    case DATASET_KEY: case DATASET_INTEGER: case DATASET_FLAG: return "INTEGER";
    case DATASET_MONEY: case DATASET_RATE: return "REAL";
    default: return "TEXT";
    }
}

static void add_reference(const struct base *b, const struct dataset_column *column, struct buf *sql)
{
    for (unsigned i = 0; i < TABLE_COUNT; i++)
        if (strcmp(dataset_schemas[i].id, column->refers) == 0 && dataset_has(b->set, (enum dataset_table)i))
            buf_printf(sql, ",\n  FOREIGN KEY (\"%s\") REFERENCES %s(%s)", column->name, column->refers,
                       dataset_schemas[i].column[0].name);
}

static void add_table(const struct base *b, enum dataset_table table, struct buf *sql)
{
    const struct dataset_schema *schema = &dataset_schemas[table];
    buf_printf(sql, "CREATE TABLE %s (\n", schema->id);
    for (unsigned i = 0; i < schema->columns; i++)
        buf_printf(sql, "%s  \"%s\" %s%s", i ? ",\n" : "", schema->column[i].name, type_of(&schema->column[i]),
                   i < schema->keys ? schema->keys == 1 ? " PRIMARY KEY" : " NOT NULL" : "");
    if (schema->keys > 1)
        buf_printf(sql, ",\n  PRIMARY KEY (%s, %s)", schema->column[0].name, schema->column[1].name);
    for (unsigned i = 0; i < schema->columns; i++)
        add_reference(b, &schema->column[i], sql);
    buf_puts(sql, schema->keys > 1 ? "\n) WITHOUT ROWID;\n" : "\n);\n");
}

/* Where rows of orders are looked for: indexes that are written with their tables, whose second column it is. They leave
 * the rows of shipments out, so that each block stands behind the one before. */
static const uint8_t row_indexes[ROW_INDEXES] = {TABLE_postings, TABLE_events};

/* Where keys of others are looked for. */
static const struct {
    uint8_t table;
    const char *column;
} indexes[] = {
    {TABLE_orders, "buyer_id"}, {TABLE_orders, "seller_id"}, {TABLE_orders, "placed_at"},
    {TABLE_order_lines, "product_id"}, {TABLE_allowances, "buyer_id"}};

/* The questions of a course. A view stands where its tables do. */
static const struct {
    uint32_t tables;
    const char *sql;
} views[] = {
    {1u << TABLE_orders,
     "CREATE VIEW sales_by_month AS SELECT substr(placed_at, 1, 7) AS month, channel, currency, count(*) AS orders,\n"
     "  sum(goods_amount) AS goods, sum(tax) AS tax FROM orders GROUP BY 1, 2, 3;"},
    {1u << TABLE_orders,
     "CREATE VIEW cost_by_channel AS SELECT channel, count(*) AS orders, avg(goods_cost) AS goods, avg(law_cost) AS law,\n"
     "  avg(trade_cost) AS trade, avg(logistics_cost) AS logistics, avg(margin) AS margin FROM orders\n"
     "  WHERE state <> 'open' GROUP BY 1;"},
    {1u << TABLE_orders | 1u << TABLE_parcels,
     "CREATE VIEW lead_by_channel AS SELECT o.channel, count(*) AS delivered, avg(p.lead_seconds) / 3600 AS hours,\n"
     "  max(p.lead_seconds) / 3600.0 AS longest FROM orders o JOIN parcels p USING (order_id)\n"
     "  WHERE p.lead_seconds IS NOT NULL GROUP BY 1;"},
    {1u << TABLE_orders | 1u << TABLE_order_lines | 1u << TABLE_products,
     "CREATE VIEW sales_by_category AS SELECT coalesce(g.category, '?') AS category, l.currency, sum(l.quantity) AS units,\n"
     "  sum(l.amount) AS amount FROM order_lines l LEFT JOIN products g USING (product_id) GROUP BY 1, 2;"},
    {1u << TABLE_orders | 1u << TABLE_buyers,
     "CREATE VIEW best_buyers AS SELECT b.buyer_id, b.name, count(*) AS orders, sum(o.paid) AS paid, o.currency\n"
     "  FROM orders o JOIN buyers b USING (buyer_id) GROUP BY 1, 2, 5 ORDER BY paid DESC;"},
    {1u << TABLE_declarations,
     "CREATE VIEW faults_of_documents AS SELECT coalesce(fault, 'none') AS fault, count(*) AS declarations\n"
     "  FROM declarations GROUP BY 1;"},
    {1u << TABLE_inspections | 1u << TABLE_orders,
     "CREATE VIEW inspections_by_channel AS SELECT o.channel, count(*) AS orders, count(i.order_id) AS inspected,\n"
     "  sum(i.result <> 'clean') AS not_clean FROM orders o LEFT JOIN inspections i USING (order_id) GROUP BY 1;"},
    {1u << TABLE_postings,
     "CREATE VIEW cost_by_kind AS SELECT layer, kind, count(*) AS postings, sum(base_amount) AS amount FROM postings\n"
     "  WHERE class IN ('service', 'tax', 'capital', 'loss') GROUP BY 1, 2;"}};

/* What is made when all rows are there: it is sorted once. */
static void tell_indexes(const struct base *b, struct buf *sql)
{
    uint32_t has = 0;
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        has |= (uint32_t)dataset_has(b->set, (enum dataset_table)table) << table;
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++)
        if (has >> indexes[i].table & 1)
            buf_printf(sql, "CREATE INDEX %s_by_%s ON %s(%s);\n", dataset_schemas[indexes[i].table].id,
                       indexes[i].column, dataset_schemas[indexes[i].table].id, indexes[i].column);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if ((views[i].tables & has) == views[i].tables)
            buf_printf(sql, "%s\n", views[i].sql);
}

/* ---- rows ---- */

/* Do the rows of a table come in the order of their keys? Those of orders and people come as orders end. */
static bool is_ordered(enum dataset_table table)
{
    return dataset_schemas[table].keys == 0 || table == TABLE_postings || table == TABLE_events;
}

static void note_row(struct shelf *index, const struct dataset_cell *cell)
{
    uint64_t row = (uint64_t)cell[0].number, order = (uint64_t)cell[1].number;
    size_t before = index->slots.length / sizeof(struct slot);
    struct slot *last = before ? (struct slot *)(void *)index->slots.data + before - 1 : NULL;
    if (cell[1].kind == CELL_NONE)
        return;
    if (last && last->key == order && last->at + last->length == row) {
        last->length++;
        return;
    }
    struct slot slot = {order, row, 1};
    buf_add(&index->slots, (const char *)&slot, sizeof slot);
}

static void put(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    struct base *b = self;
    const struct dataset_schema *schema = &dataset_schemas[table];
    struct shelf *shelf = &b->shelf[table];
    unsigned number = b->number[table];
    struct text tuple = tuple_write(&b->pen, cell, schema->columns, schema->keys == 1);
    if (is_ordered(table)) {
        pages_add(&b->pages, number, schema->keys ? (uint64_t)cell[0].number : b->pages.tree[number].last + 1, tuple);
    } else {
        struct slot slot = {(uint64_t)cell[0].number, shelf->bytes.length, tuple.len};
        buf_add(&shelf->slots, (const char *)&slot, sizeof slot);
        buf_add(&shelf->bytes, tuple.ptr, tuple.len);
    }
    for (unsigned i = 0; i < ROW_INDEXES; i++)
        if (row_indexes[i] == table)
            note_row(&b->shelf[TABLE_COUNT + i], cell);
}

/* Sorts by ten bits of the keys. */
static void sort_by(const struct slot *from, struct slot *to, size_t count, uint64_t least, unsigned shift)
{
    enum { DIGIT = 1 << 10 };
    size_t place[DIGIT] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++)
        place[(from[i].key - least) >> shift & (DIGIT - 1)]++;
    for (size_t i = 0; i < DIGIT; i++) {
        size_t here = place[i];
        place[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        to[place[(from[i].key - least) >> shift & (DIGIT - 1)]++] = from[i];
}

/* By their keys; those of one key as they came. */
static const struct slot *sort_slots(struct shelf *shelf, size_t *count)
{
    *count = shelf->slots.length / sizeof(struct slot);
    struct slot *slot = (struct slot *)(void *)shelf->slots.data;
    struct slot *other = (struct slot *)(void *)buf_room(&shelf->other, shelf->slots.length + 1);
    uint64_t least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < *count; i++) {
        least = slot[i].key < least ? slot[i].key : least;
        most = slot[i].key > most ? slot[i].key : most;
    }
    for (unsigned shift = 0; *count && (most - least) >> shift; shift += 10) {
        struct slot *sorted = other;
        sort_by(slot, sorted, *count, least, shift);
        other = slot;
        slot = sorted;
    }
    return slot;
}

/* Rows whose key has more than one column are numbered: each stands behind the one before. */
static void empty_shelf(struct base *b, enum dataset_table table)
{
    struct shelf *shelf = &b->shelf[table];
    unsigned number = b->number[table];
    size_t count;
    const struct slot *slot = sort_slots(shelf, &count);
    for (size_t i = 0; i < count; i++)
        pages_add(&b->pages, number, dataset_schemas[table].keys == 1 ? slot[i].key : b->pages.tree[number].last + 1,
                  (struct text){shelf->bytes.data + slot[i].at, slot[i].length});
    buf_clear(&shelf->bytes);
    buf_clear(&shelf->slots);
}

static void empty_index(struct base *b, unsigned index)
{
    struct shelf *shelf = &b->shelf[index];
    unsigned number = b->number[index];
    size_t count;
    const struct slot *slot = sort_slots(shelf, &count);
    for (size_t i = 0; i < count; i++)
        for (uint64_t row = slot[i].at; row < slot[i].at + slot[i].length; row++) {
            struct dataset_cell cell[] = {{.kind = CELL_INTEGER, .number = (int64_t)slot[i].key},
                                          {.kind = CELL_INTEGER, .number = (int64_t)row}};
            pages_add(&b->pages, number, b->pages.tree[number].last + 1, tuple_write(&b->pen, cell, 2, false));
        }
    buf_clear(&shelf->slots);
}

/* ---- the file ---- */

static int find_root(void *self, int columns, char **value, char **name)
{
    struct base *b = self;
    (void)columns;
    (void)name;
    b->tree[b->trees++].root = (uint32_t)strtoul(value[0], NULL, 10);
    return 0;
}

static void add_tree(struct base *b, unsigned which, struct buf *sql)
{
    enum dataset_table table = which < TABLE_COUNT ? (enum dataset_table)which : row_indexes[which - TABLE_COUNT];
    const struct dataset_schema *schema = &dataset_schemas[table];
    if (!dataset_has(b->set, table))
        return;
    if (which < TABLE_COUNT)
        add_table(b, table, sql);
    else
        buf_printf(sql, "CREATE INDEX %s_by_%s ON %s(%s) WHERE %s IS NOT NULL;\n", schema->id, schema->column[1].name,
                   schema->id, schema->column[1].name, schema->column[1].name);
    b->tree[b->trees].is_index = which >= TABLE_COUNT || schema->keys > 1;
    b->number[which] = b->trees++;
}

/* The file without rows: its schema follows from the set alone, so it is the same when a run goes on. */
static int make_empty(struct base *b, sqlite3_int64 *size, struct errs *errs)
{
    struct buf sql = {0};
    sqlite3 *db = NULL;
    buf_printf(&sql, "PRAGMA page_size=%d;\n", PAGES_SIZE);
    for (unsigned i = 0; i < TREES; i++)
        add_tree(b, i, &sql);
    b->trees = 0;
    bool is_open = sqlite3_open(":memory:", &db) == SQLITE_OK;
    int result = is_open ? run(b, db, buf_text(&sql), errs) : fail_of_db(b, db, errs);
    if (result == 0 && sqlite3_exec(db, "SELECT rootpage FROM sqlite_schema ORDER BY rowid", find_root, b, NULL) != 0)
        result = fail_of_db(b, db, errs);
    if (result == 0) {
        b->empty = sqlite3_serialize(db, "main", size, 0);
        result = b->empty ? 0 : fail(b, "SQLite gives no empty file", errs);
    }
    sqlite3_close(db);
    buf_finish(&sql);
    return result;
}

static void release(struct base *b)
{
    for (unsigned i = 0; i < TREES; i++) {
        buf_finish(&b->shelf[i].bytes);
        buf_finish(&b->shelf[i].slots);
        buf_finish(&b->shelf[i].other);
    }
    tuple_finish(&b->pen);
    buf_finish(&b->mark);
    sqlite3_free(b->empty);
    dataset_scribe_destroy(b->writer.scribe);
    memory_release(b);
}

static void *open_base(const struct generate_set *set, struct errs *errs)
{
    struct base *b = memory_take(sizeof *b);
    sqlite3_int64 size = 0;
    *b = (struct base){.writer = {dataset_scribe_create(set, put, b)}, .set = set};
    snprintf(b->path, sizeof b->path, "%s/%s", set->folder->work_path, file_name);
    tuple_init(&b->pen);
    if (make_empty(b, &size, errs) != 0) {
        release(b);
        return NULL;
    }
    buf_puts(&b->mark, set->mark);
    pages_open(&b->pages, set->folder->work, file_name, (struct text){(char *)b->empty, (size_t)size}, b->tree,
               b->trees, set->mark);
    if (*set->mark == '\0' && set->shard == 1)
        dataset_put_lists(b->writer.scribe);
    return b;
}
static void hand_over(struct base *b)
{
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        empty_shelf(b, (enum dataset_table)table);
    for (unsigned index = TABLE_COUNT; index < TREES; index++)
        empty_index(b, index);
    buf_clear(&b->mark);
    pages_seal(&b->pages, &b->mark);
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct base *b = self;
    struct buf sealed = {0};
    buf_add(&sealed, b->mark.data, b->mark.length);
    hand_over(b);
    if (b->pages.error) { /* what holds is the block before */
        buf_clear(&b->mark);
        buf_add(&b->mark, sealed.data, sealed.length);
    }
    buf_finish(&sealed);
    buf_add(mark, b->mark.data, b->mark.length);
    return fail_of_pages(b, errs);
}

/* No journal: what fails here is cut off again. */
static int add_indexes(const struct base *b, struct errs *errs)
{
    struct buf sql = {0};
    sqlite3 *db = NULL;
    buf_puts(&sql, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;\n"
                   "PRAGMA locking_mode=EXCLUSIVE; BEGIN;\n");
    tell_indexes(b, &sql);
    buf_puts(&sql, "COMMIT;");
    int result = sqlite3_open_v2(b->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK
                     ? run(b, db, buf_text(&sql), errs) : fail_of_db(b, db, errs);
    sqlite3_close(db);
    buf_finish(&sql);
    return result;
}

/* What was sealed can be read in any case, though without indexes. */
static int close_base(void *self, bool is_whole, struct errs *errs)
{
    struct base *b = self;
    int result = 0;
    if (is_whole) {
        hand_over(b);
        pages_end(&b->pages);
        result = fail_of_pages(b, errs) == 0 && add_indexes(b, errs) == 0 ? 0 : -1;
    }
    if ((!is_whole || result != 0) && b->mark.length) {
        pages_cut(&b->pages, buf_text(&b->mark));
        pages_end(&b->pages);
    }
    pages_close(&b->pages);
    release(b);
    return result;
}

const struct generate_format out_sqlite_format = {
    "sqlite", "one file with keys, indexes and views", open_base, dataset_world, DATASET_READER, seal, close_base};
