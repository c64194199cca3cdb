/* sandbox_db: what the customs sandbox keeps, in a SQLite file (WAL): documents, lists, receipts, allowances, counts.
 * What was committed outlives the program and the machine, however they end (synchronous = FULL). The first failure is
 * kept; sandbox_db_commit tells it.
 *
 * A receipt waits in `due` until its time has come; then it gets the next number of `told`, by which those who ask go
 * on. What it changes (`effect`) is changed then: what is `told` of a list or an allowance, beside what is decided.
 * told.hook: 0 to be sent out, 1 arrived, 2 given up, 3 nobody asked for it. Number 7 is an H7 among the messages. */
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
    X(DOCUMENT, "SELECT body FROM document WHERE number = ? AND key = ?")                           \
    X(DOCUMENT_OF_ORDER, "SELECT body FROM document WHERE order_no = ? AND number = ? AND ebp IN ('', ?)") \
    X(NUMBERS_OF_ORDER, "SELECT number FROM document WHERE order_no = ? AND number <> 7 ORDER BY number")       \
    X(DOCUMENT_OF_WAYBILL, "SELECT body FROM document WHERE waybill = ? AND number = ?")            \
    X(PUT_LIST, "INSERT INTO list VALUES (?, ?, ?, ?, ?, ?, 'waiting', 'waiting', '', '', 0, 0) ON CONFLICT (key)" \
                " DO UPDATE SET state = 'waiting', told = 'waiting', order_no = excluded.order_no,"             \
                " ebp = excluded.ebp, waybill = excluded.waybill")                                 \
    X(LIST, "SELECT state, told, invt_no, buyer, year, taken FROM list WHERE key = ?")             \
    X(LIST_OF_ORDER, "SELECT key, state, told, ebp, invt_no FROM list WHERE order_no = ? AND (number = 7) = ?") \
    X(LIST_OF_WAYBILL, "SELECT order_no, ebp FROM list WHERE waybill = ?")                         \
    X(SET_STATE, "UPDATE list SET state = ? WHERE key = ?")                                        \
    X(SET_TOLD, "UPDATE list SET told = ? WHERE key = ?")                                          \
    X(RELEASE, "UPDATE list SET state = ?, invt_no = ?, buyer = ?, year = ?, taken = ? WHERE key = ?")          \
    X(COUNT_RELEASED, "SELECT count(*) FROM list WHERE invt_no <> '' AND number <> 7")             \
    X(PUT_RECEIPT, "INSERT INTO receipt VALUES (NULL, ?, ?, ?, ?, ?)")                             \
    X(PUT_EFFECT, "INSERT INTO effect VALUES (?, ?, ?, ?, ?, ?)")                                  \
    X(EFFECT, "SELECT key, state, buyer, year, taken FROM effect WHERE seq = ?")                   \
    X(DROP_EFFECT, "DELETE FROM effect WHERE seq = ?")                                             \
    X(PUT_DUE, "INSERT INTO due VALUES (?, ?)")                                                    \
    X(DUE, "SELECT due_at, seq FROM due ORDER BY due_at, seq LIMIT 1")                             \
    X(DROP_DUE, "DELETE FROM due WHERE due_at = ? AND seq = ?")                                    \
    X(PUT_TOLD, "INSERT INTO told VALUES (NULL, ?, ?)")                                            \
    X(LAST_TOLD, "SELECT max(number) FROM told")                                                  \
    X(WAITING_OF_LIST, "SELECT seq, due_at FROM effect JOIN receipt USING (seq) WHERE key = ? LIMIT 1")         \
    X(DROP_RECEIPT, "DELETE FROM receipt WHERE seq = ?")                                           \
    X(RECEIPTS, "SELECT told.number, receipt.number, order_no, status, due_at, body"               \
                " FROM told JOIN receipt USING (seq) WHERE told.number > ? ORDER BY told.number LIMIT ?")       \
    X(HOOK, "SELECT told.number, receipt.number, order_no, status, due_at, body"                   \
            " FROM told JOIN receipt USING (seq) WHERE hook = 0 AND told.number > ? ORDER BY told.number LIMIT 1") \
    X(SET_HOOK, "UPDATE told SET hook = ? WHERE number = ?")                                       \
    X(RECEIPTS_OF_ORDER, "SELECT number, status, due_at FROM receipt WHERE order_no = ? AND (number = 7) = ?"   \
                         " AND NOT EXISTS (SELECT 1 FROM due WHERE due.due_at = receipt.due_at"                 \
                         " AND due.seq = receipt.seq)"                                             \
                         " ORDER BY due_at, seq")                                                  \
    X(USED, "SELECT used, told FROM allowance WHERE buyer = ? AND year = ?")                       \
    X(ADD_USED, "INSERT INTO allowance VALUES (?, ?, ?, 0)"                                        \
                " ON CONFLICT (buyer, year) DO UPDATE SET used = used + excluded.used")            \
    X(ADD_TOLD, "UPDATE allowance SET told = told + ? WHERE buyer = ? AND year = ?")               \
    X(SET_CLOCK, "INSERT INTO clock VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET now = excluded.now")           \
    X(CLOCK, "SELECT now FROM clock")                                                              \
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

/* The number of the row that was inserted last. */
int64_t sandbox_db_last(const struct sandbox_db *db);

/* Gives up the rows that are not read yet. */
void sandbox_db_rest(struct sandbox_db *db);
/* Ends the transaction: 0, or -1 with an error and nothing of it kept. */
int sandbox_db_commit(struct sandbox_db *db, struct errs *errs);

#endif
