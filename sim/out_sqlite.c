/* out_sqlite: rows by the pile, a block a transaction. */
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
#include "sim/pile.h"

static const char file_name[] = "dataset.sqlite";

struct base {
    struct dataset_writer writer; /* first: the scribe's functions find it */
    const struct generate_set *set;
    sqlite3 *db;
    sqlite3_stmt *insert[TABLE_COUNT];
    struct pile pile[TABLE_COUNT]; /* rows that wait */
    uint32_t kept;               /* the last block that is in the file */
    bool is_muted;               /* rows of a block that is in it already */
    int failed;                  /* the first status that is none of success; then rows are dropped */
    char path[1024];
};

/* ---- errors ---- */

static int fail(struct base *b, struct errs *errs)
{
    int code = b->failed ? b->failed : sqlite3_errcode(b->db);
    struct err *err = errs_add(errs, ERR_IO, "cannot write: %s",
                               code == SQLITE_FULL ? "the disk is full" : sqlite3_errstr(code));
    snprintf(err->source, sizeof err->source, "%.159s", b->path);
    return -1;
}

static int run(struct base *b, const char *sql, struct errs *errs)
{
    return sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(b, errs);
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

/* Where keys of others are looked for. */
static const struct {
    uint8_t table;
    const char *column;
} indexes[] = {
    {TABLE_orders, "buyer_id"}, {TABLE_orders, "seller_id"}, {TABLE_orders, "placed_at"}, {TABLE_order_lines, "product_id"},
    {TABLE_postings, "order_id"}, {TABLE_events, "order_id"}, {TABLE_allowances, "buyer_id"}};

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

static int add_indexes(struct base *b, struct errs *errs)
{
    struct buf sql = {0};
    uint32_t has = 0;
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        has |= (uint32_t)dataset_has(b->set, (enum dataset_table)table) << table;
    for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++)
        if (has >> indexes[i].table & 1)
            buf_printf(&sql, "CREATE INDEX IF NOT EXISTS %s_by_%s ON %s(%s);\n", dataset_schemas[indexes[i].table].id,
                       indexes[i].column, dataset_schemas[indexes[i].table].id, indexes[i].column);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if ((views[i].tables & has) == views[i].tables)
            buf_printf(&sql, "%s\n", views[i].sql);
    int result = run(b, buf_text(&sql), errs);
    buf_finish(&sql);
    return result;
}

/* ---- rows ---- */

static void insert(struct base *b, enum dataset_table table)
{
    struct pile *pile = &b->pile[table];
    if (pile->rows == 0)
        return;
    int status = sqlite3_step(b->insert[table]);
    if (status != SQLITE_DONE && !b->failed)
        b->failed = status;
    sqlite3_reset(b->insert[table]);
    pile_clear(pile);
}

static void put(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    struct base *b = self;
    if (b->is_muted || b->failed)
        return;
    if (!pile_fits(&b->pile[table], cell))
        insert(b, table);
    pile_add(&b->pile[table], cell);
}

/* ---- the file ---- */

static int prepare(struct base *b, struct errs *errs)
{
    struct buf sql = {0};
    int result = 0;
    for (unsigned table = 0; table < TABLE_COUNT && result == 0; table++) {
        if (!dataset_has(b->set, (enum dataset_table)table))
            continue;
        buf_clear(&sql);
        pile_init(&b->pile[table], dataset_schemas[table].columns);
        buf_printf(&sql, "pile_%s", dataset_schemas[table].id);
        if (pile_show(&b->pile[table], b->db, buf_text(&sql)) != SQLITE_OK)
            result = fail(b, errs);
        buf_clear(&sql); /* OR FAIL: a statement need not be undone alone, the block is undone as a whole */
        buf_printf(&sql, "INSERT OR FAIL INTO %s SELECT * FROM pile_%s", dataset_schemas[table].id,
                   dataset_schemas[table].id);
        if (result == 0 && sqlite3_prepare_v3(b->db, buf_text(&sql), -1, SQLITE_PREPARE_PERSISTENT, &b->insert[table], NULL) != SQLITE_OK)
            result = fail(b, errs);
    }
    buf_finish(&sql);
    return result;
}

static int create_tables(struct base *b, struct errs *errs)
{
    struct buf sql = {0};
    buf_puts(&sql, "BEGIN;\n");
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        if (dataset_has(b->set, (enum dataset_table)table))
            add_table(b, (enum dataset_table)table, &sql);
    buf_puts(&sql, "COMMIT;");
    int result = run(b, buf_text(&sql), errs);
    buf_finish(&sql);
    return result;
}

static int read_version(void *self, int columns, char **value, char **name)
{
    struct base *b = self;
    (void)columns;
    (void)name;
    b->kept = (uint32_t)strtoul(value[0], NULL, 10);
    return 0;
}

static int open_file(struct base *b, struct errs *errs)
{
    const struct generate_set *set = b->set;
    bool is_fresh = *set->mark == '\0';
    if (is_fresh) { /* what an earlier run left of its first block */
        unlinkat(set->folder->work, file_name, 0);
        unlinkat(set->folder->work, "dataset.sqlite-journal", 0);
    }
    if (sqlite3_open_v2(b->path, &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return fail(b, errs);
    if (run(b, "PRAGMA page_size=32768; PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"
               "PRAGMA locking_mode=EXCLUSIVE; PRAGMA foreign_keys=OFF;", errs) != 0)
        return -1;
    if (is_fresh && create_tables(b, errs) != 0)
        return -1;
    if (sqlite3_exec(b->db, "PRAGMA user_version", read_version, b, NULL) != SQLITE_OK)
        return fail(b, errs);
    if (prepare(b, errs) != 0 || run(b, "BEGIN", errs) != 0)
        return -1;
    if (is_fresh && set->shard == 1)
        dataset_put_lists(b->writer.scribe);
    return 0;
}

static void release(struct base *b)
{
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        sqlite3_finalize(b->insert[table]);
    sqlite3_close(b->db);
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        pile_finish(&b->pile[table]);
    dataset_scribe_destroy(b->writer.scribe);
    memory_release(b);
}

static void *open_base(const struct generate_set *set, struct errs *errs)
{
    struct base *b = memory_take(sizeof *b);
    *b = (struct base){.writer = {dataset_scribe_create(set, put, b)}, .set = set};
    snprintf(b->path, sizeof b->path, "%s/%s", set->folder->work_path, file_name);
    if (open_file(b, errs) == 0)
        return b;
    release(b);
    return NULL;
}

static void begin_world(void *self, uint32_t block, const struct world *world)
{
    struct base *b = self;
    b->is_muted = block <= b->kept;
    dataset_world(self, block, world);
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct base *b = self;
    uint32_t block = dataset_block(b->writer.scribe);
    char sql[64];
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        insert(b, (enum dataset_table)table);
    if (b->failed)
        return fail(b, errs);
    snprintf(sql, sizeof sql, "PRAGMA user_version=%u; COMMIT; BEGIN", block > b->kept ? block : b->kept);
    if (run(b, sql, errs) != 0)
        return -1;
    b->kept = block > b->kept ? block : b->kept;
    buf_printf(mark, "%u", block);
    return 0;
}

static int close_base(void *self, bool is_whole, struct errs *errs)
{
    struct base *b = self;
    int result = 0;
    if (is_whole)
        result = run(b, "COMMIT", errs) == 0 && add_indexes(b, errs) == 0 ? 0 : -1;
    else if (!sqlite3_get_autocommit(b->db))
        sqlite3_exec(b->db, "ROLLBACK", NULL, NULL, NULL);
    release(b);
    return result;
}

const struct generate_format out_sqlite_format = {
    "sqlite", "one file with keys, indexes and views", open_base, begin_world, DATASET_READER, seal, close_base};
