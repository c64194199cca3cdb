/* err_test: UTF-8 is checked byte by byte, carets stand under what they mean, the nearest name is found. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/err.h"

/* ---- UTF-8 ---- */

static size_t encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 63));
    out[0] = (char)(lead[length] | code);
    return length;
}

static void every_code_point_is_judged(void **state)
{
    (void)state;
    char bytes[4];
    for (uint32_t code = 0; code <= 0x110100; code++) {
        size_t length = encode(code, bytes);
        bool is_sound = code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
        assert_int_equal(err_utf8(bytes, length), is_sound ? length : 0);
        if (length > 1)
            assert_int_equal(err_utf8(bytes, length - 1), 0);
    }
}

/* Every two bytes: sound exactly when they are two letters or one code point of two bytes. */
static void every_pair_of_bytes_is_judged(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            char bytes[2] = {(char)a, (char)b};
            bool is_sound = (a < 0x80 && b < 0x80) || (a >= 0xC2 && a < 0xE0 && b >= 0x80 && b < 0xC0);
            assert_int_equal(err_utf8(bytes, 2) == 2, is_sound);
        }
    assert_int_equal(err_utf8("ab\xC0\x80", 4), 2);
    assert_int_equal(err_utf8("é\xE0\x80\x80", 5), 2);
    assert_int_equal(err_utf8("", 0), 0);
}

static void columns_count_characters(void **state)
{
    (void)state;
    static const char text[] = "ab\n报关x";
    assert_int_equal(err_column(text, 0), 1);
    assert_int_equal(err_column(text, 2), 3);
    assert_int_equal(err_column(text, 3), 1);
    assert_int_equal(err_column(text, 6), 2);
    assert_int_equal(err_column(text, 9), 3);
    assert_int_equal(err_width("报关", 6), 2);
    assert_int_equal(err_width("", 0), 1);
}

/* ---- reports ---- */

static struct err sample(const char *line, size_t at, uint32_t width)
{
    struct err err = {.code = ERR_RANGE, .line = 7, .column = 3, .width = width, .message = "no", .help = "yes"};
    snprintf(err.source, sizeof err.source, "f.csv");
    err_excerpt(&err, line, strlen(line), at);
    return err;
}

static void check_caret(const char *line, size_t at, uint32_t width, const char *expected)
{
    struct err err = sample(line, at, width);
    struct buf out = {0};
    err_render(&err, 0, &out);
    const char *caret = strstr(buf_text(&out), "      | ");
    assert_non_null(caret);
    assert_memory_equal(caret + 8, expected, strlen(expected));
    assert_int_equal(caret[8 + strlen(expected)], '\n');
    buf_finish(&out);
}

static void carets_stand_under_what_they_mean(void **state)
{
    (void)state;
    check_caret("goods", 0, 5, "^^^^^");
    check_caret("a goods", 2, 5, "  ^^^^^");
    check_caret("报关 x", 7, 1, "     ^");     /* two wide letters and a blank before */
    check_caret("a 报关 x", 2, 2, "  ^^^^");   /* under wide letters the caret is wide */
    check_caret("\ta\tb", 3, 1, "\t \t^");     /* tabs stay tabs */
    check_caret("end", 3, 1, "   ^");          /* behind the end */
}

static void long_lines_are_cut_around_the_place(void **state)
{
    (void)state;
    char line[2001];
    for (size_t i = 0; i < 1998; i += 3)
        memcpy(line + i, "关", 3);
    memcpy(line + 1998, "!", 2);
    for (size_t at = 0; at <= 1998; at += 3) {
        struct err err = sample(line, at, 1);
        size_t length = strlen(err.excerpt);
        assert_true(length > 0 && length < sizeof err.excerpt);
        assert_int_equal(err_utf8(err.excerpt, length), length);
        size_t cut = 0;
        for (uint32_t column = 1; column < err.excerpt_column; column++)
            cut += 3;
        assert_true(cut <= length);
        assert_int_equal(err.excerpt[cut], line[at]);
    }
}

static void reports_are_complete(void **state)
{
    (void)state;
    struct err err = sample("a \"b\" c", 2, 3);
    snprintf(err.pointer, sizeof err.pointer, "/x/0");
    struct buf out = {0};
    err_render(&err, 0, &out);
    assert_string_equal(buf_text(&out), "error[out_of_range]: no\n  --> f.csv:7:3  /x/0\n"
                                        "    7 | a \"b\" c\n      |   ^^^\n  = help: yes\n");
    buf_clear(&out);
    err_render_json(&err, &out);
    assert_string_equal(buf_text(&out), "{\"code\":\"out_of_range\",\"message\":\"no\",\"file\":\"f.csv\",\"line\":7,"
                                        "\"column\":3,\"width\":3,\"pointer\":\"/x/0\",\"help\":\"yes\"}");
    buf_clear(&out);
    err_render(&err, 1, &out);
    assert_non_null(strstr(buf_text(&out), "\033[1;31m"));
    buf_finish(&out);
}

/* ---- lists ---- */

static void lists_keep_ten_and_count_the_rest(void **state)
{
    (void)state;
    struct errs errs = {0};
    assert_int_equal(errs_status(&errs), 0);
    for (int i = 0; i < 25; i++)
        assert_int_equal(errs_add(&errs, i ? ERR_IO : ERR_NO_INPUT, "number %d", i)->code, i ? ERR_IO : ERR_NO_INPUT);
    assert_int_equal(errs.count, ERRS_MAX);
    assert_int_equal(errs.dropped, 25 - ERRS_MAX);
    assert_string_equal(errs.item[9].message, "number 9");
    assert_int_equal(errs_status(&errs), 66);
}

static void codes_have_names_and_statuses(void **state)
{
    (void)state;
    static const int statuses[] = {2, 65, 66, 69, 70, 71, 74, 75};
    for (enum err_code a = ERR_NONE + 1; a < ERR_COUNT; a++) {
        bool is_known = false;
        for (size_t i = 0; i < COUNT_OF(statuses); i++)
            is_known = is_known || err_status(a) == statuses[i];
        assert_true(is_known && *err_name(a));
        for (enum err_code b = ERR_NONE + 1; b < a; b++)
            assert_string_not_equal(err_name(a), err_name(b));
    }
}

static void finds_the_nearest_name(void **state)
{
    (void)state;
    static const char *const names[] = {"destination", "origin", "currency", "lines", "hs", ""};
    static const char *const rows[][2] = {
        {"destinaton", "destination"}, {"orgin", "origin"}, {"curency", "currency"}, {"line", "lines"},
        {"sh", "hs"}, {"origni", "origin"}, {"origin", "origin"}, {"zzz", NULL}, {"x", NULL}, {"", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *found = err_nearest(rows[i][0], names, COUNT_OF(names));
        if (rows[i][1])
            assert_string_equal(found, rows[i][1]);
        else
            assert_null(found);
    }
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(err_nearest(longest, names, COUNT_OF(names)));
}

/* ---- texts that are shown ---- */

static void what_is_told_is_fit_to_be_shown(void **state)
{
    static const char *const rows[][2] = {
        {"plain 关税", "plain 关税"},     {"a\x1b[2Jb\x7f\n", "a?[2Jb??"}, {"\xC2\x9B" "2J\xC2\xA0", "?2J\xC2\xA0"},
        {"cut 关\xE5\x85", "cut 关"},   {"\xF0\x9F\x98", ""},          {"caf\xE9 de Paris", "caf? de Paris"},
        {"\xE5\x85\x31\x32\x33", "??123"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[40];
        snprintf(text, sizeof text, "%s", rows[i][0]);
        err_tame(text);
        assert_string_equal(text, rows[i][1]);
    }
    for (size_t before = 0; before < 6; before++) { /* longer than there is room, cut anywhere */
        struct errs errs = {0};
        struct err *err = errs_add(&errs, ERR_RANGE, "%.*s%s", (int)before, "aaaaaa",
                                   "关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关"
                                   "关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关关");
        err_help(err, "%s", err->message);
        size_t length = strlen(err->message);
        assert_true(length > sizeof err->message - 4 && err_utf8(err->message, length) == length);
        assert_int_equal(err_utf8(err->help, strlen(err->help)), strlen(err->help));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_judged),
        cmocka_unit_test(every_pair_of_bytes_is_judged),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(carets_stand_under_what_they_mean),
        cmocka_unit_test(long_lines_are_cut_around_the_place),
        cmocka_unit_test(reports_are_complete),
        cmocka_unit_test(lists_keep_ten_and_count_the_rest),
        cmocka_unit_test(codes_have_names_and_statuses),
        cmocka_unit_test(finds_the_nearest_name),
        cmocka_unit_test(what_is_told_is_fit_to_be_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
