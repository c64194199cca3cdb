/* csv_test: what is written as RFC 4180 is read back; mistakes are found at their line, column and cell. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/csv.h"
#include "core/err.h"
#include "core/rng.h"

static void check_row(struct csv *csv, struct arena *arena, struct errs *errs, const char *const *cells)
{
    (void)arena;
    assert_int_equal(csv_next(csv, errs), 1);
    for (size_t i = 0; i < csv->columns; i++) {
        assert_int_equal(csv->cell[i].len, strlen(cells[i]));
        assert_memory_equal(csv->cell[i].ptr, cells[i], csv->cell[i].len);
    }
}

static void reads_quoted_cells(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF"
                               "a,b,c\r\n1,\"x, y\",\r\n\"\"\"q\"\"\",\"two\nlines\",报关\n\n\r\n,,\nlast,\"\",z";
    struct arena arena = {0};
    struct errs errs = {0};
    struct csv csv;
    assert_int_equal(csv_open(&csv, "f.csv", text, strlen(text), &arena, &errs), 0);
    assert_int_equal(csv.columns, 3);
    check_row(&csv, &arena, &errs, (const char *const[]){"1", "x, y", ""});
    assert_int_equal(csv.line, 2);
    check_row(&csv, &arena, &errs, (const char *const[]){"\"q\"", "two\nlines", "报关"});
    assert_int_equal(csv.line, 3);
    check_row(&csv, &arena, &errs, (const char *const[]){"", "", ""});
    assert_int_equal(csv.line, 7);
    check_row(&csv, &arena, &errs, (const char *const[]){"last", "", "z"});
    assert_int_equal(csv_next(&csv, &errs), 0);
    assert_int_equal(csv_next(&csv, &errs), 0);
    assert_int_equal(errs.count, 0);
    arena_finish(&arena);
}

/* ---- back and forth ---- */

enum { ROWS = 300, COLUMNS = 5 };

static size_t draw_cell(struct rng_key key, uint64_t row, uint32_t column, char out[8])
{
    static const char alphabet[] = "ab ,\"\n\r;";
    size_t length = (size_t)rng_below(rng_bits(key, row, column, 0), 8);
    for (uint32_t i = 0; i < length; i++)
        out[i] = alphabet[rng_below(rng_bits(key, row, column, i + 1), sizeof alphabet - 1)];
    return length;
}

static void reads_back_what_was_written(void **state)
{
    (void)state;
    struct rng_key key = rng_key(9, 0);
    struct buf buf = {0};
    char cell[8];
    buf_puts(&buf, "c0,c1,c2,c3,c4\n");
    for (uint64_t row = 0; row < ROWS; row++)
        for (uint32_t column = 0; column < COLUMNS; column++) {
            buf_csv_cell(&buf, cell, draw_cell(key, row, column, cell));
            buf_putc(&buf, column + 1 < COLUMNS ? ',' : '\n');
        }
    struct arena arena = {0};
    struct errs errs = {0};
    struct csv csv;
    assert_int_equal(csv_open(&csv, "f.csv", buf.data, buf.length, &arena, &errs), 0);
    for (uint64_t row = 0; row < ROWS; row++) {
        assert_int_equal(csv_next(&csv, &errs), 1);
        for (uint32_t column = 0; column < COLUMNS; column++) {
            size_t length = draw_cell(key, row, column, cell);
            assert_int_equal(csv.cell[column].len, length);
            assert_memory_equal(csv.cell[column].ptr, cell, length);
        }
    }
    assert_int_equal(csv_next(&csv, &errs), 0);
    assert_int_equal(errs.count, 0);
    arena_finish(&arena);
    buf_finish(&buf);
}

/* ---- mistakes ---- */

static void check_mistake(const char *text, uint32_t line, uint32_t column, const char *message)
{
    struct arena arena = {0};
    struct errs errs = {0};
    struct csv csv;
    int got = csv_open(&csv, "f.csv", text, strlen(text), &arena, &errs);
    while (got == 0 && errs.count == 0 && csv_next(&csv, &errs) != 0)
        continue;
    assert_int_equal(errs.count, 1);
    const struct err *err = &errs.item[0];
    if (err->line != line || err->column != column || !strstr(err->message, message))
        print_error("%s at %u:%u: %s\n", text, err->line, err->column, err->message);
    assert_int_equal(err->line, line);
    assert_int_equal(err->column, column);
    assert_non_null(strstr(err->message, message));
    arena_finish(&arena);
}

static void finds_mistakes_where_they_stand(void **state)
{
    (void)state;
    check_mistake("", 0, 0, "empty");
    check_mistake("a,b\n1,2\n3\n", 3, 2, "1 cells, but the header has 2");
    check_mistake("a,b\n\n1,2,3\n", 3, 5, "3 cells, but the header has 2");
    check_mistake("a,b\n1,\"open\n2,3\n", 2, 3, "quote");
    check_mistake("a,b\n1,x\"y\n", 2, 3, "quote");
    check_mistake("a,b\n1,\"x\"y\n", 2, 3, "quote");
    check_mistake("a,b\n报,\"x\"y\n", 2, 3, "quote");
    check_mistake("a\nab\xC3\n", 2, 3, "UTF-8");
    char wide[400] = "";
    for (int i = 0; i <= CSV_COLUMNS_MAX; i++)
        strncat(wide, i ? ",x" : "x", 3);
    check_mistake(wide, 1, 321, "160 columns");
}

/* A broken row is one mistake; the rows behind it are read. */
static void goes_on_after_a_mistake(void **state)
{
    (void)state;
    static const char text[] = "a,b\n1\n2,\"x\"y\n3,4\n";
    struct arena arena = {0};
    struct errs errs = {0};
    struct csv csv;
    assert_int_equal(csv_open(&csv, "f.csv", text, strlen(text), &arena, &errs), 0);
    assert_int_equal(csv_next(&csv, &errs), -1);
    assert_int_equal(csv_next(&csv, &errs), -1);
    assert_int_equal(csv_next(&csv, &errs), 1);
    assert_int_equal(csv.line, 4);
    assert_int_equal(csv.cell[1].ptr[0], '4');
    assert_int_equal(csv_next(&csv, &errs), 0);
    assert_int_equal(errs.count, 2);
    arena_finish(&arena);
}

static void names_columns(void **state)
{
    (void)state;
    static const char text[] = "sku,name,price\n7,\"a \"\"b\"\"\",12x\n";
    struct arena arena = {0};
    struct errs errs = {0};
    struct csv csv;
    assert_int_equal(csv_open(&csv, "f.csv", text, strlen(text), &arena, &errs), 0);
    assert_int_equal(csv_find(&csv, "price"), 2);
    assert_int_equal(csv_find(&csv, "Price"), -1);
    assert_int_equal(csv_need(&csv, "name", &errs), 1);
    assert_int_equal(csv_need(&csv, "prices", &errs), -1);
    assert_int_equal(errs.item[0].code, ERR_MISSING_NAME);
    assert_string_equal(errs.item[0].help, "rename the column \"price\" to \"prices\"");
    assert_int_equal(csv_next(&csv, &errs), 1);
    const struct err *err = csv_fail(&csv, 2, &errs, ERR_RANGE, "no price: %s", "12x");
    assert_int_equal(err->line, 2);
    assert_int_equal(err->column, 13);
    assert_int_equal(err->width, 3);
    assert_string_equal(err->pointer, "price");
    assert_string_equal(err->message, "no price: 12x");
    assert_string_equal(err->excerpt, "7,\"a \"\"b\"\"\",12x");
    assert_int_equal(err->excerpt_column, 13);
    err = csv_fail(&csv, 1, &errs, ERR_RANGE, "no name");
    assert_int_equal(err->column, 3);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_quoted_cells),
        cmocka_unit_test(reads_back_what_was_written),
        cmocka_unit_test(finds_mistakes_where_they_stand),
        cmocka_unit_test(goes_on_after_a_mistake),
        cmocka_unit_test(names_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
