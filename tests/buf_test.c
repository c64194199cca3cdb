/* buf_test: bytes grow without losing any; numbers, JSON strings and CSV cells are written as their formats say. */
#include "tests/unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/buf.h"

static void check_written(struct buf *buf, const char *expected)
{
    assert_string_equal(buf_text(buf), expected);
    assert_int_equal(buf->length, strlen(expected));
    buf_clear(buf);
}

static void grows(void **state)
{
    (void)state;
    struct buf buf = {0};
    for (int i = 0; i < 10000; i++)
        buf_putc(&buf, (char)('a' + i % 26));
    assert_int_equal(buf.length, 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(buf.data[i], 'a' + i % 26);
    memset(buf_room(&buf, 100000), 'x', 100000);
    assert_int_equal(buf.length, 10000);
    buf_add(&buf, "", 0);
    buf_finish(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.capacity, 0);
}

static void writes_integers(void **state)
{
    (void)state;
    struct buf buf = {0};
    static const int64_t rows[] = {0, 7, -7, 10, -1234567890, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "%" PRId64, rows[i]);
        buf_int(&buf, rows[i]);
        check_written(&buf, expected);
    }
    buf_finish(&buf);
}

static void writes_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        unsigned digits;
        const char *text;
    } rows[] = {
        {12345, 2, "123.45"}, {5, 2, "0.05"}, {-5, 2, "-0.05"}, {0, 2, "0.00"}, {12, 0, "12"}, {-100, 2, "-1.00"},
        {1, 9, "0.000000001"}, {INT64_MIN, 3, "-9223372036854775.808"}, {INT64_MAX, 9, "9223372036.854775807"},
    };
    struct buf buf = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf_decimal(&buf, rows[i].value, rows[i].digits);
        check_written(&buf, rows[i].text);
    }
    buf_finish(&buf);
}

/* Lengths around the room that is tried first. */
static void formats_any_length(void **state)
{
    (void)state;
    struct buf buf = {0};
    char text[600];
    memset(text, 'y', sizeof text);
    for (int length = 0; length < 600; length++) {
        buf_printf(&buf, "%.*s|%d", length, text, length);
        char end[16];
        int tail = snprintf(end, sizeof end, "|%d", length);
        assert_int_equal(buf.length, length + tail);
        assert_memory_equal(buf.data, text, (size_t)length);
        assert_string_equal(buf_text(&buf) + length, end);
        buf_clear(&buf);
    }
    buf_finish(&buf);
}

static void escapes_json(void **state)
{
    (void)state;
    struct buf buf = {0};
    static const char text[] = "a\"b\\c\nd\te\x01\x1f/é报\x7f";
    buf_json_string(&buf, text, strlen(text));
    check_written(&buf, "\"a\\\"b\\\\c\\nd\\u0009e\\u0001\\u001f/é报\x7f\"");
    buf_json_string(&buf, "", 0);
    check_written(&buf, "\"\"");
    buf_finish(&buf);
}

static void quotes_csv_cells_that_need_it(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""}, {"plain", "plain"}, {"a b", "a b"}, {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""}, {"\"", "\"\"\"\""}, {"报关", "报关"},
    };
    struct buf buf = {0};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf_csv_cell(&buf, rows[i][0], strlen(rows[i][0]));
        check_written(&buf, rows[i][1]);
    }
    buf_finish(&buf);
}

/* ---- the memory below it ---- */

static void arenas_hand_out_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena arena = {0};
    unsigned char *taken[200];
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        size_t bytes = i * i;
        taken[i] = arena_take(&arena, bytes);
        assert_int_equal((uintptr_t)taken[i] % 16, 0);
        for (size_t b = 0; b < bytes; b++)
            assert_int_equal(taken[i][b], 0);
        memset(taken[i], (int)i, bytes);
    }
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        for (size_t b = 0; b < i * i; b++)
            assert_int_equal(taken[i][b], i & 255);
    assert_string_equal(arena_copy(&arena, "copied, not more", 6), "copied");
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    unsigned char *again = arena_take(&arena, 64);
    for (size_t b = 0; b < 64; b++)
        assert_int_equal(again[b], 0);
    arena_finish(&arena);
}

static void resized_memory_keeps_its_bytes(void **state)
{
    (void)state;
    unsigned char *bytes = memory_take(10);
    memset(bytes, 7, 10);
    bytes = memory_resize(bytes, 10, 5000);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(bytes[i], i < 10 ? 7 : 0);
    bytes = memory_resize(bytes, 5000, 3);
    assert_int_equal(bytes[2], 7);
    memory_release(bytes);
    memory_release(memory_resize(NULL, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),
        cmocka_unit_test(writes_integers),
        cmocka_unit_test(writes_decimals),
        cmocka_unit_test(formats_any_length),
        cmocka_unit_test(escapes_json),
        cmocka_unit_test(quotes_csv_cells_that_need_it),
        cmocka_unit_test(arenas_hand_out_zeroed_aligned_memory),
        cmocka_unit_test(resized_memory_keeps_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
