/* out_test: files of a run are whole or not there; rows and documents are written as they are promised. */
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"
#include "core/rng.h"
#include "sim/book.h"
#include "sim/file.h"
#include "sim/out_folder.h"
#include "sim/out_json.h"
#include "sim/out_row.h"
#include "sim/out_tables.h"

/* An empty folder for one test. */
struct place {
    char path[64];
    struct out_folder folder;
    struct errs errs;
};

static void enter(struct place *place)
{
    memset(place, 0, sizeof *place);
    snprintf(place->path, sizeof place->path, "/tmp/out_test.XXXXXX");
    assert_non_null(mkdtemp(place->path));
}

static void leave(struct place *place)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", place->path);
    assert_int_equal(system(command), 0);
}

static bool is_there(const struct place *place, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place->path, name);
    return access(path, F_OK) == 0;
}

static void assert_holds(const struct place *place, const char *name, const char *text)
{
    char path[256];
    struct buf bytes = {0};
    struct errs errs = {0};
    snprintf(path, sizeof path, "%s/%s", place->path, name);
    assert_int_equal(file_read(path, &bytes, &errs), 0);
    assert_string_equal(buf_text(&bytes), text);
    buf_finish(&bytes);
}

/* ---- rows ---- */

static void test_row_money(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        unsigned digits;
        const char *text;
    } rows[] = {{0, 2, ",0.00"},        {5, 2, ",0.05"},   {-5, 2, ",-0.05"}, {123456, 2, ",1234.56"},
                {-100, 2, ",-1.00"},    {7, 0, ",7"},      {-7, 0, ",-7"},    {1005, 3, ",1.005"},
                {INT64_MIN, 2, ",-92233720368547758.08"}, {INT64_MAX, 0, ",9223372036854775807"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[OUT_ROW_CELL + 1];
        uint64_t unit = 1;
        for (unsigned d = 0; d < rows[i].digits; d++)
            unit *= 10;
        *out_row_money(text, rows[i].minor, rows[i].digits, unit) = '\0';
        assert_string_equal(text, rows[i].text);
    }
}

/* The clock that remembers a day says the same as the one that does not. */
static void test_row_time(void **state)
{
    (void)state;
    struct out_row_clock clock = {0};
    char text[OUT_ROW_CELL + 1], other[22] = ",";
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t bits = rng_bits(rng_key(4, 1), i, 1, 0);
        int64_t time = (int64_t)rng_below(bits, UINT64_C(4000000000)) - 1000000000;
        time = i % 3 ? time / 86400 * 86400 + i % 2 * 86399 : time;
        *out_row_time(text, time, &clock) = '\0';
        time_write(time, other + 1);
        assert_string_equal(text, other);
    }
    *out_row_time(text, INT64_MIN, &clock) = '\0';
    assert_string_equal(text, ",");
}

static void test_json(void **state)
{
    (void)state;
    struct buf out = {0};
    struct out_json json = {.out = &out};
    out_json_begin(&json, NULL, '{');
    out_json_text(&json, "a", "x\"y");
    out_json_begin_flat(&json, "b", '[');
    out_json_count(&json, NULL, 1);
    out_json_begin(&json, NULL, '{');
    out_json_bool(&json, "c", true);
    out_json_text(&json, "d", NULL);
    out_json_end(&json, '}');
    out_json_end(&json, ']');
    out_json_begin(&json, "e", '{');
    out_json_hours(&json, "f", 5400);
    out_json_share(&json, "g", 1, 3);
    out_json_share(&json, "h", 1, 0);
    out_json_share(&json, "i", 1, -2);
    out_json_end(&json, '}');
    out_json_begin(&json, "j", '[');
    out_json_end(&json, ']');
    out_json_end(&json, '}');
    assert_string_equal(buf_text(&out), "{\n  \"a\": \"x\\\"y\",\n  \"b\": [1, {\"c\": true, \"d\": null}],\n"
                                        "  \"e\": {\n    \"f\": \"1.50\",\n    \"g\": \"0.333333\",\n"
                                        "    \"h\": \"0.000000\",\n    \"i\": \"-0.500000\"\n  },\n"
                                        "  \"j\": []\n}\n");
    buf_finish(&out);
}

/* ---- files ---- */

static void test_full_disk(void **state)
{
    (void)state;
    struct out_file file;
    struct errs errs = {0};
    int dev = open("/dev", O_RDONLY | O_DIRECTORY);
    assert_true(dev >= 0);
    out_file_open(&file, dev, "/dev", "full", 0);
    for (unsigned i = 0; i < 100000; i++) {
        buf_puts(&file.buf, "a row of some length\n");
        out_file_row(&file);
    }
    assert_int_not_equal(file.error, 0);
    assert_true(file.buf.capacity < 1 << 20); /* rows are dropped, not gathered */
    assert_int_equal(out_file_close(&file, &errs), -1);
    assert_int_equal(errs_status(&errs), 74);
    assert_string_equal(errs.item[0].source, "/dev/full");
    assert_int_equal(out_file_close(&file, &errs), 0); /* told once */
    close(dev);
}

static void test_keep(void **state)
{
    (void)state;
    struct place place;
    struct out_file file;
    enter(&place);
    int dir = open(place.path, O_RDONLY | O_DIRECTORY);
    out_file_open(&file, dir, place.path, "rows", 0);
    buf_puts(&file.buf, "one\ntwo\nthree\n");
    assert_int_equal(out_file_close(&file, &place.errs), 0);
    out_file_open(&file, dir, place.path, "rows", 8);
    assert_int_equal(file.written, 8);
    buf_puts(&file.buf, "3\n");
    assert_int_equal(out_file_close(&file, &place.errs), 0);
    assert_holds(&place, "rows", "one\ntwo\n3\n");
    out_file_open(&file, dir, place.path, "not there", 8);
    assert_int_equal(out_file_close(&file, &place.errs), -1);
    close(dir);
    leave(&place);
}

/* ---- the folder ---- */

static const char *const names[] = {"a", "b", NULL};

static void write_both(struct place *place, const char *a, const char *b)
{
    assert_int_equal(out_folder_write(&place->folder, "a", a, strlen(a), &place->errs), 0);
    assert_int_equal(out_folder_write(&place->folder, "b", b, strlen(b), &place->errs), 0);
}

static void test_publish(void **state)
{
    (void)state;
    struct place place;
    enter(&place);
    assert_int_equal(out_folder_open(&place.folder, place.path, false, &place.errs), 0);
    write_both(&place, "1", "2");
    assert_false(is_there(&place, "a"));
    assert_int_equal(out_folder_publish(&place.folder, names, &place.errs), 0);
    assert_holds(&place, "a", "1");
    write_both(&place, "3", "4");
    assert_holds(&place, "a", "1");
    out_folder_close(&place.folder, false);
    assert_holds(&place, "b", "2"); /* an unfinished run changes nothing */
    assert_false(is_there(&place, ".unfinished"));
    leave(&place);
}

static void test_lock(void **state)
{
    (void)state;
    struct place place;
    struct out_folder other;
    enter(&place);
    assert_int_equal(out_folder_open(&place.folder, place.path, false, &place.errs), 0);
    assert_int_equal(out_folder_open(&other, place.path, false, &place.errs), -1);
    assert_int_equal(errs_status(&place.errs), 75);
    write_both(&place, "1", "2"); /* the other one took nothing away */
    out_folder_close(&place.folder, false);
    assert_int_equal(out_folder_open(&other, place.path, false, &place.errs), 0);
    out_folder_close(&other, false);
    leave(&place);
}

static void test_new_folder(void **state)
{
    (void)state;
    struct place place;
    char path[128];
    enter(&place);
    snprintf(path, sizeof path, "%s/some/where/new", place.path);
    assert_int_equal(out_folder_open(&place.folder, path, false, &place.errs), 0);
    assert_true(is_there(&place, "some/where/new/.unfinished"));
    out_folder_close(&place.folder, false);
    assert_false(is_there(&place, "some/where/new")); /* nothing came of it */
    assert_int_equal(out_folder_open(&place.folder, path, false, &place.errs), 0);
    assert_int_equal(out_folder_write(&place.folder, "checkpoint", "x", 1, &place.errs), 0);
    assert_true(out_folder_waits(path));
    out_folder_close(&place.folder, true);
    assert_true(out_folder_waits(path));
    assert_int_equal(out_folder_open(&place.folder, path, true, &place.errs), 0);
    assert_true(out_folder_waits(path));
    out_folder_close(&place.folder, false);
    assert_false(out_folder_waits(path));
    assert_int_equal(out_folder_open(&place.folder, "/dev/null/x", false, &place.errs), -1);
    assert_int_equal(errs_status(&place.errs), 74);
    leave(&place);
}

/* ---- tables ---- */

static const struct order_record record = {
    .replication = 2, .number = 77, .flow = "post", .reference = "A,\"1\"", .channel = CHANNEL_POST,
    .column = COLUMN_EXPORT_RETAIL, .state = ORDER_DELIVERED, .from = 'C' << 8 | 'N', .to = 'D' << 8 | 'E',
    .units = 2, .lines = 1, .buyer = 9, .currency = 2, .goods_price = 1999, .paid = 1999,
    .sums = {.paid = 15000, .goods = 4000, .layer = {0, -300, 200, 100}, .margin = 11000}, .landed = 4000};

/* Cells of a row; quoted ones count once. */
static unsigned count_cells(const char *row, const char *end)
{
    unsigned cells = 1;
    bool is_quoted = false;
    for (; row < end; row++) {
        is_quoted = is_quoted != (*row == '"');
        cells += *row == ',' && !is_quoted;
    }
    return cells;
}

static void test_orders_row(void **state)
{
    (void)state;
    struct place place;
    struct book book;
    struct out_tables tables;
    const uint64_t none[OUT_TABLES_COUNT] = {0};
    enter(&place);
    assert_int_equal(book_load(&book, NULL, 0, &place.errs), 0);
    assert_int_equal(out_folder_open(&place.folder, place.path, false, &place.errs), 0);
    struct order_record blank = record;
    for (unsigned i = 0; i < ORDER_TIME_COUNT; i++)
        blank.time[i] = i == TIME_PLACED ? 1735689600 : INT64_MIN;
    place.folder.tables = 1u << OUT_ORDERS | 1u << OUT_POSTINGS;
    out_tables_open(&tables, &place.folder, &book, 1, 1, 1, 0, none);
    tables.sink.order(tables.sink.self, &blank);
    tables.is_muted = true;
    tables.sink.order(tables.sink.self, &blank);
    const char *rows = buf_text(&tables.part[0].buf);
    assert_int_equal(strncmp(rows, "2,77,\"A,\"\"1\"\"\",post,export_retail,post,delivered,,,,,,,CN,DE,,2,1,9,EUR,19.99,"
                                   "0.00,0.00,19.99,2025-01-01T00:00:00Z,,,,,,,,,,,,", 124), 0);
    assert_null(strchr(strchr(rows, '\n') + 1, '\n')); /* the muted one was dropped */
    assert_int_equal(out_tables_close(&tables, &place.errs), 0);
    assert_int_equal(out_tables_close(&tables, &place.errs), 0);
    struct buf bytes = {0};
    assert_int_equal(out_tables_collect(&place.folder, 1, &place.errs), 0);
    assert_int_equal(out_folder_read(&place.folder, "orders.csv", &bytes, &place.errs), 0);
    const char *head = buf_text(&bytes), *end = strchr(head, '\n'), *last = strchr(end + 1, '\n');
    assert_int_equal(count_cells(head, end), count_cells(end + 1, last));
    assert_non_null(strstr(head, ",placed_at,paid_at,"));
    assert_non_null(strstr(head, ",law_export_retail,"));
    buf_finish(&bytes);
    out_folder_close(&place.folder, false);
    book_finish(&book);
    leave(&place);
}

/* Parts come together in the order of replications, whoever was done first. */
static void test_collect(void **state)
{
    (void)state;
    struct place place;
    struct out_tables tables[4];
    struct book *book = calloc(1, sizeof *book);
    const uint64_t none[OUT_TABLES_COUNT] = {0};
    uint64_t length[OUT_TABLES_COUNT];
    enter(&place);
    assert_int_equal(out_folder_open(&place.folder, place.path, false, &place.errs), 0);
    for (unsigned i = 3; i >= 1; i--) {
        place.folder.tables = 1u << OUT_ORDERS | 1u << OUT_POSTINGS;
        out_tables_open(&tables[i], &place.folder, book, 1, i, i, 0, none);
        if (i == 1)
            buf_clear(&tables[i].part[1].buf);
        buf_printf(&tables[i].part[1].buf, "row of %u\n", i);
        assert_int_equal(out_tables_close(&tables[i], &place.errs), 0);
    }
    for (unsigned i = 1; i <= 3; i++)
        assert_int_equal(out_tables_collect(&place.folder, i, &place.errs), 0);
    assert_int_equal(out_tables_seal(&place.folder, length, &place.errs), 0);
    struct buf bytes = {0};
    assert_int_equal(out_folder_read(&place.folder, "postings.csv", &bytes, &place.errs), 0);
    assert_int_equal(bytes.length, length[1]);
    const char *rows = strstr(buf_text(&bytes), "row of");
    assert_string_equal(rows, "row of 1\nrow of 2\nrow of 3\n");
    buf_finish(&bytes);
    length[0] = 0;
    length[1] -= strlen("row of 3\n");
    assert_int_equal(out_tables_cut(&place.folder, length, &place.errs), 0);
    assert_int_equal(out_folder_read(&place.folder, "postings.csv", &bytes, &place.errs), 0);
    assert_string_equal(strstr(buf_text(&bytes), "row of"), "row of 1\nrow of 2\n");
    buf_finish(&bytes);
    out_folder_close(&place.folder, false);
    free(book);
    leave(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_money), cmocka_unit_test(test_row_time), cmocka_unit_test(test_json),
        cmocka_unit_test(test_full_disk), cmocka_unit_test(test_keep),     cmocka_unit_test(test_publish),
        cmocka_unit_test(test_lock),      cmocka_unit_test(test_new_folder), cmocka_unit_test(test_orders_row),
        cmocka_unit_test(test_collect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
