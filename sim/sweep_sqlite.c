/* sweep_sqlite: CSV into SQLite, row by row in one transaction. */
#include "sim/sweep_sqlite.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"
#include "core/csv.h"
#include "core/err.h"
#include "sim/file.h"

static int fail(sqlite3 *base, const char *path, struct errs *errs)
{
    errs_unwritten(errs, path, sqlite3_errmsg(base));
    return -1;
}

static void add_name(struct buf *sql, struct text name)
{
    buf_putc(sql, '"');
    for (size_t i = 0; i < name.len; i++)
        buf_printf(sql, name.ptr[i] == '"' ? "\"\"" : "%c", name.ptr[i]);
    buf_putc(sql, '"');
}

/* "CREATE TABLE name (…)" or "INSERT INTO name VALUES (?,…)". */
static void write_sql(const char *name, const struct csv *csv, bool is_create, struct buf *sql)
{
    buf_clear(sql);
    buf_puts(sql, is_create ? "CREATE TABLE " : "INSERT INTO ");
    add_name(sql, text_of(name));
    buf_puts(sql, is_create ? " (" : " VALUES (");
    for (size_t i = 0; i < csv->columns; i++) {
        buf_puts(sql, i ? "," : "");
        if (is_create) {
            add_name(sql, csv->head[i]);
            buf_puts(sql, " NUMERIC");
        } else {
            buf_putc(sql, '?');
        }
    }
    buf_putc(sql, ')');
}

static int run(sqlite3 *base, const char *sql)
{
    return sqlite3_exec(base, sql, NULL, NULL, NULL);
}

/* A column of affinity NUMERIC takes a text that is a number as a number. */
static int put_row(sqlite3_stmt *insert, const struct csv *csv)
{
    for (size_t i = 0; i < csv->columns; i++) {
        const struct text *cell = &csv->cell[i];
        int status = cell->len ? sqlite3_bind_text(insert, (int)i + 1, cell->ptr, (int)cell->len, SQLITE_STATIC)
                               : sqlite3_bind_null(insert, (int)i + 1);
        if (status != SQLITE_OK)
            return status;
    }
    int status = sqlite3_step(insert);
    sqlite3_reset(insert);
    return status == SQLITE_DONE ? SQLITE_OK : status;
}

static int put_table(sqlite3 *base, const struct sweep_sqlite_table *table)
{
    struct csv csv;
    struct arena cells = {0};
    struct errs errs = {0};
    struct buf sql = {0};
    sqlite3_stmt *insert = NULL;
    check(csv_open(&csv, table->name, table->csv, table->length, &cells, &errs) == 0);
    write_sql(table->name, &csv, true, &sql);
    int status = run(base, buf_text(&sql));
    write_sql(table->name, &csv, false, &sql);
    if (status == SQLITE_OK)
        status = sqlite3_prepare_v2(base, buf_text(&sql), -1, &insert, NULL);
    while (status == SQLITE_OK && csv_next(&csv, &errs) > 0) {
        status = put_row(insert, &csv);
        arena_reset(&cells);
    }
    sqlite3_finalize(insert);
    arena_finish(&cells);
    buf_finish(&sql);
    return status;
}

/* Builds the base in memory: what comes to the disk comes whole. */
int sweep_sqlite_write(const char *path, const struct sweep_sqlite_table *table, size_t tables, struct errs *errs)
{
    sqlite3 *base = NULL;
    int status = sqlite3_open(":memory:", &base), result;
    if (status == SQLITE_OK)
        status = run(base, "BEGIN");
    for (size_t i = 0; i < tables && status == SQLITE_OK; i++)
        status = put_table(base, &table[i]);
    if (status == SQLITE_OK)
        status = run(base, "COMMIT");
    if (status != SQLITE_OK) {
        result = fail(base, path, errs);
    } else {
        sqlite3_int64 length;
        unsigned char *bytes = sqlite3_serialize(base, "main", &length, 0);
        result = bytes ? file_replace(path, (const char *)bytes, (size_t)length, errs) : fail(base, path, errs);
        sqlite3_free(bytes);
    }
    sqlite3_close(base);
    return result;
}
