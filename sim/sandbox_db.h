/* sandbox_db: what the customs sandbox keeps, in a SQLite file (WAL): documents, lists, receipts, allowances, counts.
 * What was committed outlives the program, however it ends. The first failure is kept; sandbox_db_commit tells it. */
#ifndef SANDBOX_DB_H
#define SANDBOX_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct errs;
struct sandbox_db;

/* X(id, SQL) */
#define SANDBOX_DB_STATEMENTS(X)                                                                   \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                    \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(PUT_DOCUMENT, "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?, ?)")                   \
    X(DROP_DOCUMENT, "DELETE FROM document WHERE number = ? AND key = ?")                          \
    X(DOCUMENT, "SELECT xml FROM document WHERE number = ? AND key = ?")                           \
    X(DOCUMENT_OF_ORDER, "SELECT xml FROM document WHERE order_no = ? AND number = ? AND ebp IN ('', ?)") \
    X(NUMBERS_OF_ORDER, "SELECT number FROM document WHERE order_no = ? ORDER BY number")          \
    X(DOCUMENT_OF_WAYBILL, "SELECT xml FROM document WHERE waybill = ? AND number = ?")            \
    X(PUT_LIST, "INSERT INTO list VALUES (?, ?, ?, ?, ?, ?, 'waiting', '', '', 0, 0) ON CONFLICT (key) DO"      \
                " UPDATE SET state = 'waiting', order_no = excluded.order_no, ebp = excluded.ebp," \
                " waybill = excluded.waybill")                                                     \
    X(LIST, "SELECT state, pre_no, invt_no, buyer, year, taken, number FROM list WHERE key = ?")   \
    X(LIST_OF_ORDER, "SELECT key, state, ebp, invt_no FROM list WHERE order_no = ?")               \
    X(LIST_OF_WAYBILL, "SELECT order_no, ebp FROM list WHERE waybill = ?")                         \
    X(SET_STATE, "UPDATE list SET state = ? WHERE key = ?")                                        \
    X(RELEASE, "UPDATE list SET state = ?, invt_no = ?, buyer = ?, year = ?, taken = ? WHERE key = ?")          \
    X(COUNT_RELEASED, "SELECT count(*) FROM list WHERE invt_no <> ''")                             \
    X(PUT_RECEIPT, "INSERT INTO receipt VALUES (NULL, ?, ?, ?, ?, ?)")                             \
    X(RECEIPTS, "SELECT seq, due_at, number, order_no, status, xml FROM receipt"                   \
                " WHERE due_at <= ? AND (due_at, seq) > (?, ?) ORDER BY due_at, seq LIMIT ?")      \
    X(RECEIPTS_OF_ORDER, "SELECT number, status, due_at FROM receipt WHERE order_no = ? AND due_at <= ?"        \
                         " ORDER BY due_at, seq")                                                  \
    X(USED, "SELECT used FROM allowance WHERE buyer = ? AND year = ?")                             \
    X(ADD_USED, "INSERT INTO allowance VALUES (?, ?, ?)"                                           \
                " ON CONFLICT (buyer, year) DO UPDATE SET used = used + excluded.used")            \
    X(ADD_COUNT, "INSERT INTO count VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")          \
    X(COUNTS, "SELECT name, value FROM count ORDER BY name")

enum sandbox_db_statement {
#define X(id, sql) SANDBOX_DB_##id,
    SANDBOX_DB_STATEMENTS(X)
#undef X
    SANDBOX_DB_COUNT
};

/* NULL with an error. */
struct sandbox_db *sandbox_db_open(const char *path, struct errs *errs);
void sandbox_db_close(struct sandbox_db *db);

/* Runs a statement from its start; `format` has a letter for each parameter: t a text, i an int64_t. True: a row can be
 * read, and sandbox_db_next goes on to the next. */
bool sandbox_db_run(struct sandbox_db *db, enum sandbox_db_statement statement, const char *format, ...);
bool sandbox_db_next(struct sandbox_db *db, enum sandbox_db_statement statement);
/* Columns of the row, from 0; a text lives in `arena`. */
const char *sandbox_db_text(struct sandbox_db *db, enum sandbox_db_statement statement, int column,
                            struct arena *arena);
int64_t sandbox_db_integer(struct sandbox_db *db, enum sandbox_db_statement statement, int column);

/* Gives up the rows that are not read yet. */
void sandbox_db_rest(struct sandbox_db *db);
/* Ends the transaction: 0, or -1 with an error and nothing of it kept. */
int sandbox_db_commit(struct sandbox_db *db, struct errs *errs);

#endif
