/* sandbox_db: the tables, and statements with their parameters. */
#include "sim/sandbox_db.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"

struct sandbox_db {
    sqlite3 *db;
    sqlite3_stmt *statement[SANDBOX_DB_COUNT];
    char path[160], failure[200]; /* failure: the first, "" none */
};

enum { VERSION = 2 }; /* of the tables below, in the file's user_version */

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS document (number INTEGER, key TEXT, order_no TEXT, ebp TEXT, waybill TEXT, body TEXT,"
    " PRIMARY KEY (number, key));"
    "CREATE INDEX IF NOT EXISTS document_order ON document (order_no, number);"
    "CREATE INDEX IF NOT EXISTS document_waybill ON document (waybill, number);"
    "CREATE TABLE IF NOT EXISTS list (key TEXT PRIMARY KEY, number INTEGER, order_no TEXT, ebp TEXT, waybill TEXT,"
    " pre_no TEXT, state TEXT, told TEXT, invt_no TEXT, buyer TEXT, year INTEGER, taken INTEGER) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS list_order ON list (order_no);"
    "CREATE INDEX IF NOT EXISTS list_waybill ON list (waybill);"
    "CREATE TABLE IF NOT EXISTS receipt (seq INTEGER PRIMARY KEY AUTOINCREMENT, due_at INTEGER, number INTEGER,"
    " order_no TEXT, status TEXT, body TEXT);"
    "CREATE INDEX IF NOT EXISTS receipt_order ON receipt (order_no);"
    "CREATE TABLE IF NOT EXISTS due (due_at INTEGER, seq INTEGER, PRIMARY KEY (due_at, seq)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS effect (seq INTEGER PRIMARY KEY, key TEXT, state TEXT, buyer TEXT, year INTEGER,"
    " taken INTEGER);"
    "CREATE INDEX IF NOT EXISTS effect_key ON effect (key);"
    "CREATE TABLE IF NOT EXISTS told (number INTEGER PRIMARY KEY, seq INTEGER, hook INTEGER);"
    "CREATE INDEX IF NOT EXISTS told_hook ON told (number) WHERE hook = 0;"
    "CREATE TABLE IF NOT EXISTS allowance (buyer TEXT, year INTEGER, used INTEGER, told INTEGER,"
    " PRIMARY KEY (buyer, year)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY, now INTEGER);"
    "CREATE TABLE IF NOT EXISTS count (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "PRAGMA user_version = 2";

static const char *const sql[SANDBOX_DB_COUNT] = {
#define X(id, text) text,
    SANDBOX_DB_STATEMENTS(X)
#undef X
};

static void fail(struct sandbox_db *db)
{
    if (!db->failure[0])
        snprintf(db->failure, sizeof db->failure, "%.190s", sqlite3_errmsg(db->db));
}

static void tell(const struct sandbox_db *db, struct errs *errs)
{
    struct err *err = errs_add(errs, ERR_IO, "cannot write: %s", db->failure);
    snprintf(err->source, sizeof err->source, "%s", db->path);
}

static int take_number(void *self, int columns, char **text, char **names)
{
    (void)columns;
    (void)names;
    *(long *)self = text[0] ? strtol(text[0], NULL, 10) : 0;
    return 0;
}

static bool execute(struct sandbox_db *db, const char *words, long *number)
{
    if (!db->failure[0] && sqlite3_exec(db->db, words, number ? take_number : NULL, number, NULL) != SQLITE_OK)
        fail(db);
    return !db->failure[0];
}

/* Makes the tables, unless it is a file of something else or of other tables. */
static void set_up(struct sandbox_db *db)
{
    long version = 0, all = 0;
    execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536", NULL);
    execute(db, "PRAGMA user_version", &version);
    execute(db, "SELECT count(*) FROM sqlite_schema", &all);
    if (!db->failure[0] && (version ? version != VERSION : all != 0))
        snprintf(db->failure, sizeof db->failure, "it is a file of another version, or of something else");
    execute(db, tables, NULL);
}

struct sandbox_db *sandbox_db_open(const char *path, struct errs *errs)
{
    struct sandbox_db *db = memory_take(sizeof *db);
    snprintf(db->path, sizeof db->path, "%s", path);
    if (sqlite3_open_v2(path, &db->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        fail(db);
    set_up(db);
    for (unsigned i = 0; !db->failure[0] && i < SANDBOX_DB_COUNT; i++)
        if (sqlite3_prepare_v3(db->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &db->statement[i], NULL) != SQLITE_OK)
            fail(db);
    if (!db->failure[0])
        return db;
    tell(db, errs);
    sandbox_db_close(db);
    return NULL;
}

void sandbox_db_close(struct sandbox_db *db)
{
    if (!db)
        return;
    for (unsigned i = 0; i < SANDBOX_DB_COUNT; i++)
        sqlite3_finalize(db->statement[i]);
    sqlite3_close(db->db);
    memory_release(db);
}

bool sandbox_db_next(struct sandbox_db *db, enum sandbox_db_statement statement)
{
    int got = sqlite3_step(db->statement[statement]);
    if (got == SQLITE_ROW)
        return true;
    if (got != SQLITE_DONE)
        fail(db);
    sqlite3_reset(db->statement[statement]);
    return false;
}

bool sandbox_db_run(struct sandbox_db *db, enum sandbox_db_statement statement, const char *format, ...)
{
    sqlite3_stmt *at = db->statement[statement];
    va_list list;
    if (db->failure[0]) /* outside its transaction nothing may be written */
        return false;
    sqlite3_reset(at);
    va_start(list, format);
    for (int i = 0; format[i]; i++) {
        check(format[i] == 't' || format[i] == 'i');
        if (format[i] == 'i')
            sqlite3_bind_int64(at, i + 1, va_arg(list, int64_t));
        else
            sqlite3_bind_text(at, i + 1, va_arg(list, const char *), -1, SQLITE_TRANSIENT);
    }
    va_end(list);
    return sandbox_db_next(db, statement);
}

const char *sandbox_db_text(struct sandbox_db *db, enum sandbox_db_statement statement, int column, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(db->statement[statement], column);
    int length = sqlite3_column_bytes(db->statement[statement], column);
    return arena_copy(arena, text ? text : "", text ? (size_t)length : 0);
}

int64_t sandbox_db_integer(struct sandbox_db *db, enum sandbox_db_statement statement, int column)
{
    return sqlite3_column_int64(db->statement[statement], column);
}

int64_t sandbox_db_last(const struct sandbox_db *db) { return sqlite3_last_insert_rowid(db->db); }

void sandbox_db_rest(struct sandbox_db *db)
{
    for (unsigned i = 0; i < SANDBOX_DB_COUNT; i++)
        sqlite3_reset(db->statement[i]);
}

int sandbox_db_commit(struct sandbox_db *db, struct errs *errs)
{
    sandbox_db_rest(db);
    if (!db->failure[0])
        sandbox_db_run(db, SANDBOX_DB_COMMIT, "");
    if (!db->failure[0])
        return 0;
    tell(db, errs);
    db->failure[0] = '\0';
    sandbox_db_run(db, SANDBOX_DB_ROLLBACK, "");
    db->failure[0] = '\0'; /* there may be nothing to take back */
    return -1;
}
