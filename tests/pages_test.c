/* pages_test: SQLite reads what sim/pages and sim/tuple write: every width of number, long rows, trees of many levels,
 * a file that was cut back, one that passes the bytes that SQLite locks. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "core/arena.h"
#include "sim/pages.h"
#include "sim/tuple.h"

static const char schema[] = "PRAGMA page_size=32768;"
                             "CREATE TABLE t (k INTEGER PRIMARY KEY, n INTEGER, x REAL, s TEXT);"
                             "CREATE TABLE w (a INTEGER, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;"
                             "CREATE INDEX t_by_n ON t(n);";
enum { TABLE, KEYED, INDEX, TREES };

struct file {
    char folder[32], path[64];
    int dir;
    unsigned char *empty;
    sqlite3_int64 size;
    struct pages_tree tree[TREES];
    struct pages pages;
    struct tuple_pen pen;
    struct buf mark;
};

static int find_root(void *self, int columns, char **value, char **name)
{
    struct pages_tree **tree = self;
    (void)columns;
    (void)name;
    (*tree)++->root = (uint32_t)strtoul(value[0], NULL, 10);
    return 0;
}

static void open_pages(struct file *f, const char *mark)
{
    pages_open(&f->pages, f->dir, "file", (struct text){(char *)f->empty, (size_t)f->size}, f->tree, TREES, mark);
    assert_int_equal(f->pages.error, 0);
}

static void begin(struct file *f)
{
    sqlite3 *db;
    struct pages_tree *tree = f->tree;
    *f = (struct file){.folder = "/tmp/pages-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/file", f->folder);
    f->dir = open(f->folder, O_RDONLY | O_DIRECTORY);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "SELECT rootpage FROM sqlite_schema ORDER BY rowid", find_root, &tree, NULL), 0);
    f->tree[KEYED].is_index = f->tree[INDEX].is_index = true;
    f->empty = sqlite3_serialize(db, "main", &f->size, 0);
    sqlite3_close(db);
    tuple_init(&f->pen);
    open_pages(f, "");
}

static void finish(struct file *f)
{
    char list[64];
    sqlite3_free(f->empty);
    tuple_finish(&f->pen);
    buf_finish(&f->mark);
    snprintf(list, sizeof list, "%s/.file-leaves", f->folder);
    assert_int_equal(unlink(f->path) | unlink(list) | rmdir(f->folder), 0);
    close(f->dir);
}

static struct dataset_cell number(int64_t value)
{
    return (struct dataset_cell){.kind = CELL_INTEGER, .number = value};
}

static struct dataset_cell words(const char *text, size_t length)
{
    return (struct dataset_cell){.kind = length ? CELL_TEXT : CELL_NONE, .length = (uint32_t)length, .text = text};
}

/* A row of the table, and its entry in the index of which the numbers must grow, too. */
static void add(struct file *f, int64_t key, int64_t n, int64_t cents, const char *text, size_t length)
{
    struct dataset_cell cell[] = {number(key), number(n), {.kind = CELL_DECIMAL, .digits = 2, .number = cents},
                                  words(text, length)};
    struct dataset_cell entry[] = {number(n), number(key)};
    pages_add(&f->pages, TABLE, (uint64_t)key, tuple_write(&f->pen, cell, 4, true));
    pages_add(&f->pages, INDEX, f->pages.tree[INDEX].last + 1, tuple_write(&f->pen, entry, 2, false));
}

static void seal(struct file *f)
{
    buf_clear(&f->mark);
    pages_seal(&f->pages, &f->mark);
    assert_int_equal(f->pages.error, 0);
}

static void close_pages(struct file *f)
{
    pages_end(&f->pages);
    assert_int_equal(f->pages.error, 0);
    pages_close(&f->pages);
}

/* The first column of the first row of an answer, as text. */
static void expect(struct file *f, const char *sql, const char *answer)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), answer);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

/* ---- tests ---- */

static void test_every_width(void **state)
{
    static const int64_t edges[] = {
        INT64_MIN, -(INT64_C(1) << 47) - 1, -(INT64_C(1) << 47), -2147483649, -2147483648, -8388609, -8388608, -32769,
        -32768, -129, -128, -1, 0, 1, 2, 127, 128, 32767, 32768, 8388607, 8388608, 2147483647, 2147483648,
        (INT64_C(1) << 47) - 1, INT64_C(1) << 47, INT64_MAX};
    static const size_t lengths[] = {0, 1, 57, 58, 8185, 8186, 32600, 32697, 32698, 40000, 100000};
    char *text = memory_take(100000), told[600];
    struct file f;
    (void)state;
    memset(text, 'x', 100000);
    begin(&f);
    for (unsigned i = 0; i < COUNT_OF(edges); i++)
        add(&f, INT64_C(1) << (2 * i), edges[i], (int64_t)i * 50 - 100, text, lengths[i % COUNT_OF(lengths)]);
    seal(&f);
    close_pages(&f);
    expect(&f, "PRAGMA integrity_check", "ok");
    for (unsigned i = 0; i < COUNT_OF(edges); i++) {
        snprintf(told, sizeof told,
                 "SELECT n || ' ' || k || ' ' || x || ' ' || typeof(x) || ' ' || ifnull(length(s), 0) "
                 "FROM t NOT INDEXED WHERE k = %lld", 1LL << (2 * i));
        char answer[120];
        double x = (double)i / 2 - 1;
        snprintf(answer, sizeof answer, "%lld %lld %.1f real %zu", (long long)edges[i], 1LL << (2 * i), x,
                 lengths[i % COUNT_OF(lengths)]);
        expect(&f, told, answer);
    }
    expect(&f, "SELECT count(*) FROM t NOT INDEXED WHERE ifnull(s, '') = replace(hex(zeroblob(ifnull(length(s), 0))), "
               "'00', 'x')", "26");
    expect(&f, "SELECT count(*) FROM t WHERE n > -9223372036854775808", "25");
    finish(&f);
    memory_release(text);
}

/* Entries of eight thousand bytes: three or four a page, so that few of them make many levels. */
static void test_many_levels(void **state)
{
    enum { ROWS = 3000, LONG = 8000 };
    char *text = memory_take(32000);
    struct file f;
    (void)state;
    memset(text, 'y', 32000);
    begin(&f);
    for (int64_t i = 1; i <= ROWS; i++) {
        struct dataset_cell entry[] = {number(i), words(text, i % 3 ? LONG : 20000)};
        pages_add(&f.pages, KEYED, (uint64_t)i, tuple_write(&f.pen, entry, 2, false));
        add(&f, i * INT64_C(1000000007), i, i, text, 32000);
    }
    seal(&f);
    close_pages(&f);
    expect(&f, "PRAGMA integrity_check", "ok");
    expect(&f, "SELECT count(*) || ' ' || sum(a) || ' ' || sum(length(b)) FROM w", "3000 4501500 36000000");
    expect(&f, "SELECT length(b) FROM w WHERE a = 2999", "8000");
    expect(&f, "SELECT k FROM t WHERE n = 2718", "2718000019026");
    finish(&f);
    memory_release(text);
}

/* What came after a mark is gone, whether the file is cut or was left by a program that was killed. */
static void test_goes_on_from_a_mark(void **state)
{
    enum { KEPT = 20000, LOST = 30000 };
    struct file f;
    (void)state;
    for (int is_killed = 0; is_killed < 2; is_killed++) {
        begin(&f);
        for (int64_t i = 1; i <= KEPT; i++)
            add(&f, i, i, i, "kept", 4);
        seal(&f);
        struct buf mark = {0};
        buf_puts(&mark, buf_text(&f.mark));
        for (int64_t i = KEPT + 1; i <= KEPT + LOST; i++)
            add(&f, i, i, i, "lost, and longer", 16);
        seal(&f);
        if (is_killed) {
            pages_end(&f.pages); /* even above its leaves */
            pages_close(&f.pages);
            open_pages(&f, buf_text(&mark));
        } else {
            pages_cut(&f.pages, buf_text(&mark));
        }
        buf_finish(&mark);
        for (int64_t i = KEPT + 1; i <= 2 * KEPT; i++)
            add(&f, 2 * i, i, i, "more", 4);
        seal(&f);
        close_pages(&f);
        expect(&f, "PRAGMA integrity_check", "ok");
        expect(&f, "SELECT sum(s = 'kept') || ' ' || sum(s = 'more') || ' ' || max(k) || ' ' || max(n) FROM t",
               "20000 20000 80000 40000");
        finish(&f);
    }
}

/* SQLite keeps off the page with the byte 2^30. The pages before it are a hole of which no tree knows. */
static void test_passes_the_locked_bytes(void **state)
{
    enum { ROWS = 20 };
    char mark[200], *text = memory_take(32000);
    struct file f;
    struct stat about;
    (void)state;
    memset(text, 'z', 32000);
    begin(&f);
    snprintf(mark, sizeof mark, "32760 0 %u 0 0 %u 0 0 %u 0 0", f.tree[TABLE].root, f.tree[KEYED].root,
             f.tree[INDEX].root);
    pages_cut(&f.pages, mark);
    for (int64_t i = 1; i <= ROWS; i++)
        add(&f, i, i, i, text, 32000);
    seal(&f);
    close_pages(&f);
    assert_int_equal(stat(f.path, &about), 0);
    assert_true(about.st_size > (1 << 30) + 5 * PAGES_SIZE);
    expect(&f, "SELECT count(*) || ' ' || sum(length(s)) FROM t NOT INDEXED", "20 640000");
    finish(&f);
    memory_release(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_width), cmocka_unit_test(test_many_levels),
        cmocka_unit_test(test_goes_on_from_a_mark), cmocka_unit_test(test_passes_the_locked_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
