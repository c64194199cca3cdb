/* json_test: what RFC 8259 allows is read, all else is refused at its line, column and caret; tables check names and
 * types; patches merge as RFC 7396 says. */
#include "tests/unit.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/json.h"

static void accepts(const char *text, size_t length)
{
    struct errs errs = {0};
    struct json json;
    int got = json_read(&json, "a.json", text, length, &errs);
    if (got || errs.count)
        print_error("refused: %.*s: %s\n", (int)length, text, errs.item[0].message);
    assert_int_equal(got, 0);
    assert_int_equal(errs.count, 0);
    assert_non_null(json.root);
    struct text written = json_written(&json, json.root);
    assert_true(written.len > 0 && written.ptr >= text && written.ptr + written.len <= text + length);
    json_finish(&json);
}

static void reads_what_the_rfc_allows(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "0", "-0", "1", "-1", "10", "0.5", "-0.5e+10", "1E-2", "1e5", "9007199254740992", "-9007199254740992", "true",
        "false", "null", "\"\"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\\ud83d\\ude00\"", "\"跨境\"",
        "\"\x7f\"", "[]", "{}", "[1]", "[[],{}]", " \t\r\n[ 1 , 2 ] \r\n", "{\"a\":1,\"b\":[true,null]}",
        "{\"\":0}", "{\"a\":{\"a\":{\"a\":{}}}}", "[\"\\u002f\"]", "123456.789",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        accepts(rows[i], strlen(rows[i]));
    accepts("[1]trailing", 3); /* no zero at the end is needed */
}

struct refusal {
    const char *text;
    enum err_code code;
    uint32_t line, column;
};

static void check_refusal(const struct refusal *row, const char *text, size_t length)
{
    struct errs errs = {0};
    struct json json;
    int got = json_read(&json, "a.json", text, length, &errs);
    const struct err *err = &errs.item[0];
    if (got != -1 || err->code != row->code || err->line != row->line || err->column != row->column)
        print_error("%s: %s at %u:%u: %s\n", text, err_name(err->code), err->line, err->column, err->message);
    assert_int_equal(got, -1);
    assert_int_equal(errs.count, 1);
    assert_int_equal(err->code, row->code);
    assert_int_equal(err->line, row->line);
    assert_int_equal(err->column, row->column);
    assert_true(err->width >= 1);
    assert_true(err->message[0] != '\0');
    assert_string_equal(err->source, "a.json");
    json_finish(&json);
}

static void refuses_what_the_rfc_forbids(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        /* numbers */
        {"01", ERR_SYNTAX, 1, 1},
        {"[-01]", ERR_SYNTAX, 1, 2},
        {"[1.]", ERR_SYNTAX, 1, 4},
        {"[.5]", ERR_SYNTAX, 1, 2},
        {"[+1]", ERR_SYNTAX, 1, 2},
        {"[1e]", ERR_SYNTAX, 1, 4},
        {"[1e+]", ERR_SYNTAX, 1, 5},
        {"[-]", ERR_SYNTAX, 1, 3},
        {"[0x10]", ERR_SYNTAX, 1, 3},
        {"[NaN]", ERR_SYNTAX, 1, 2},
        {"[Infinity]", ERR_SYNTAX, 1, 2},
        {"[9007199254740993]", ERR_RANGE, 1, 2},
        {"[-9007199254740993]", ERR_RANGE, 1, 2},
        {"[123456789012345678901234567890]", ERR_RANGE, 1, 2},
        /* words */
        {"[True]", ERR_SYNTAX, 1, 2},
        {"[nul]", ERR_SYNTAX, 1, 2},
        {"[truex]", ERR_SYNTAX, 1, 6},
        /* commas, colons, brackets */
        {"[1,]", ERR_SYNTAX, 1, 4},
        {"[,1]", ERR_SYNTAX, 1, 2},
        {"[1 2]", ERR_SYNTAX, 1, 4},
        {"{\"a\":1,}", ERR_SYNTAX, 1, 8},
        {"{\"a\" 1}", ERR_SYNTAX, 1, 6},
        {"{\"a\"}", ERR_SYNTAX, 1, 5},
        {"{a:1}", ERR_SYNTAX, 1, 2},
        {"{'a':1}", ERR_SYNTAX, 1, 2},
        {"{1:1}", ERR_SYNTAX, 1, 2},
        {"{\"a\":}", ERR_SYNTAX, 1, 6},
        {"[1}", ERR_SYNTAX, 1, 3},
        {"{\"a\":1]", ERR_SYNTAX, 1, 7},
        {"{\n \"a\": 1\n \"b\": 2\n}", ERR_SYNTAX, 3, 2},
        {"[", ERR_SYNTAX, 1, 2},
        {"{\"a\":[1,\n2", ERR_SYNTAX, 2, 2},
        /* strings */
        {"\"abc", ERR_SYNTAX, 1, 1},
        {"[\"a\nb\"]", ERR_SYNTAX, 1, 2},
        {"[\"a\tb\"]", ERR_SYNTAX, 1, 4},
        {"[\"\\x\"]", ERR_SYNTAX, 1, 3},
        {"[\"\\u12g4\"]", ERR_SYNTAX, 1, 3},
        {"[\"\\u0000\"]", ERR_RANGE, 1, 3},
        {"[\"\\ud800\"]", ERR_UTF8, 1, 3},
        {"[\"\\ud800\\u0041\"]", ERR_UTF8, 1, 3},
        {"[\"\\udc00\"]", ERR_UTF8, 1, 3},
        {"['a']", ERR_SYNTAX, 1, 2},
        /* comments, text behind */
        {"[1] // one", ERR_TRAILING, 1, 5},
        {"/* one */ [1]", ERR_SYNTAX, 1, 1},
        {"# one\n[1]", ERR_SYNTAX, 1, 1},
        {"[1][2]", ERR_TRAILING, 1, 4},
        {"{}\n\nnull", ERR_TRAILING, 3, 1},
        /* columns count characters, not bytes */
        {"{\"报关\": tru}", ERR_SYNTAX, 1, 8},
        {"\xEF\xBB\xBF{}", ERR_SYNTAX, 1, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check_refusal(&rows[i], rows[i].text, strlen(rows[i].text));
}

static void refuses_broken_utf8(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xE0\x80\xAF", "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF",
    };
    static const struct refusal expected = {"", ERR_UTF8, 2, 5};
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        char text[32];
        snprintf(text, sizeof text, "[\"ab\",\n\"é中%s\"]", broken[i]);
        struct refusal row = expected;
        row.column = 4;
        check_refusal(&row, text, strlen(text));
    }
}

static void refuses_nothing_at_all(void **state)
{
    (void)state;
    static const char *const rows[] = {"", " ", "\n\n"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct errs errs = {0};
        struct json json;
        assert_int_equal(json_read(&json, "a.json", rows[i], strlen(rows[i]), &errs), -1);
        assert_int_equal(errs.item[0].code, ERR_SYNTAX);
        json_finish(&json);
    }
}

static void refuses_depth_beyond_64(void **state)
{
    (void)state;
    char text[130];
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    accepts(text, 128);
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    check_refusal(&(struct refusal){"65 deep", ERR_DEPTH, 1, 65}, text, 130);
}

static void refuses_names_that_stand_twice(void **state)
{
    (void)state;
    struct refusal row = {"{\"a\": 1,\n \"b\": {\"c\": 1, \"\\u0063\": 2}}", ERR_DUPLICATE, 2, 16};
    check_refusal(&row, row.text, strlen(row.text));
    accepts("[{\"a\":1},{\"a\":2}]", 17);
}

/* ---- carets ---- */

static void points_at_the_place(void **state)
{
    (void)state;
    static const char text[] = "{\n  \"名\": \"值\", \"goods\": 012\n}";
    struct errs errs = {0};
    struct json json;
    struct buf out = {0};
    assert_int_equal(json_read(&json, "s.json", text, strlen(text), &errs), -1);
    err_render(&errs.item[0], 0, &out);
    assert_string_equal(buf_text(&out), "error[syntax]: a number with a leading zero\n"
                                        "  --> s.json:2:22\n"
                                        "    2 |   \"名\": \"值\", \"goods\": 012\n"
                                        "      |                        ^\n"
                                        "  = help: remove the zero\n");
    buf_finish(&out);
    json_finish(&json);
}

/* ---- streams ---- */

static void reads_a_stream_and_goes_on_after_a_mistake(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": 1}\n{\"a\": ,}\n\n{\"a\":\n 3} [4]\n";
    static const int expected[] = {1, -1, 1, 1, 0};
    struct errs errs = {0};
    size_t at = 0;
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        struct json json;
        assert_int_equal(json_read_next(&json, "lines", text, strlen(text), &at, &errs), expected[i]);
        if (i == 2)
            assert_int_equal(json_integer(json.root, "a", 0), 3);
        json_finish(&json);
    }
    assert_int_equal(errs.count, 1);
    assert_int_equal(errs.item[0].line, 2);
    assert_int_equal(errs.item[0].column, 7);
}

/* ---- tables ---- */

static const char *const colors[] = {"red", "green", NULL};
static const struct json_field inner[] = {
    {.name = "deep", .type = JSON_INTEGER, .required = true},
    {.name = NULL},
};
static const struct json_field fields[] = {
    {.name = "text", .type = JSON_STRING},
    {.name = "color", .type = JSON_STRING, .choices = colors},
    {.name = "rate", .type = JSON_DECIMAL},
    {.name = "day", .type = JSON_DATE},
    {.name = "count", .type = JSON_INTEGER, .required = true},
    {.name = "open", .type = JSON_BOOL, .nullable = true},
    {.name = "object", .type = JSON_OBJECT, .fields = inner},
    {.name = "list", .type = JSON_ARRAY, .fields = inner},
    {.name = "title", .type = JSON_TEXTS},
    {.name = "any", .type = JSON_ANY},
    {.name = NULL},
};

/* What the table says of a text: number of errors; the first is copied out. */
static size_t checked(const char *text, struct err *first)
{
    struct errs errs = {0};
    struct json json;
    assert_int_equal(json_read(&json, "t.json", text, strlen(text), &errs), 0);
    size_t count = json_check(&json, json.root, fields, "the test", &errs);
    assert_int_equal(count, errs.count);
    *first = errs.item[0];
    json_finish(&json);
    return count;
}

static void tables_accept_what_they_list(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(checked("{\"$schema\": \"./x\", \"text\": \"t\", \"color\": \"green\", \"rate\": \"0.13\","
                             " \"day\": \"2024-02-29\", \"count\": -3, \"open\": null, \"object\": {\"deep\": 1},"
                             " \"list\": [{\"deep\": 1}, {\"deep\": 2}],"
                             " \"title\": {\"en\": \"a\", \"zh\": \"甲\"}, \"any\": [1]}",
                             &err),
                     0);
    assert_int_equal(checked("{\"count\": 0, \"open\": true}", &err), 0);
}

static void tables_say_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        uint32_t column;
        const char *pointer, *help;
    } rows[] = {
        {"{\"count\": 1, \"colour\": \"red\"}", ERR_UNKNOWN_NAME, 14, "/colour", "did you mean \"color\"?"},
        {"{\"count\": 1, \"color\": \"gren\"}", ERR_UNKNOWN_VALUE, 23, "/color", "did you mean \"green\"?"},
        {"{\"count\": 1, \"color\": \"ultramarine\"}", ERR_UNKNOWN_VALUE, 23, "/color", "known are: red, green"},
        {"{\"count\": 1, \"rate\": 0.13}", ERR_WRONG_TYPE, 22, "/rate", "put it between quotes: \"0.13\""},
        {"{\"count\": 1, \"rate\": \"13%\"}", ERR_WRONG_TYPE, 22, "/rate", ""},
        {"{\"count\": 1, \"day\": \"2023-02-29\"}", ERR_WRONG_TYPE, 21, "/day",
         "the calendar has no 2023-02-29"},
        {"{\"count\": 1.0}", ERR_WRONG_TYPE, 11, "/count", ""},
        {"{\"count\": 1e3}", ERR_WRONG_TYPE, 11, "/count", ""},
        {"{\"count\": null}", ERR_WRONG_TYPE, 11, "/count", ""},
        {"{\"count\": 1, \"open\": \"true\"}", ERR_WRONG_TYPE, 22, "/open",
         "write it without quotes: true"},
        {"{\"count\": 1, \"title\": {\"en\": \"a\"}}", ERR_WRONG_TYPE, 23, "/title", ""},
        {"{\"count\": 1, \"list\": [{\"deep\": 1}, 7]}", ERR_WRONG_TYPE, 36, "/list/1", ""},
        {"{\"count\": 1, \"object\": {\"deep\": \"1\"}}", ERR_WRONG_TYPE, 33, "/object/deep", ""},
        {"{\"count\": 1, \"object\": {}}", ERR_MISSING_NAME, 24, "/object", ""},
        {"{}", ERR_MISSING_NAME, 1, "", ""},
        {"[]", ERR_WRONG_TYPE, 1, "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct err err;
        assert_int_equal(checked(rows[i].text, &err), 1);
        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(err.line, 1);
        assert_int_equal(err.column, rows[i].column);
        assert_string_equal(err.pointer, rows[i].pointer);
        assert_string_equal(err.help, rows[i].help);
    }
}

static void schema_has_every_name(void **state)
{
    (void)state;
    struct buf out = {0};
    json_schema(fields, "test", &out);
    struct errs errs = {0};
    struct json json;
    assert_int_equal(json_read(&json, "schema", out.data, out.length, &errs), 0);
    const cJSON *properties = json_get(json.root, "properties");
    for (const struct json_field *field = fields; field->name; field++)
        assert_non_null(json_get(properties, field->name));
    assert_int_equal(cJSON_GetArraySize(properties), COUNT_OF(fields) - 1);
    assert_string_equal(json_get(json.root, "required")->child->valuestring, "count");
    assert_true(cJSON_IsFalse(json_get(json.root, "additionalProperties")));
    json_finish(&json);
    buf_finish(&out);
}

/* ---- merge patches: RFC 7396, appendix A, but for null values inside an array ---- */

static void merges_as_the_rfc_shows(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"},
        {"{\"a\":\"b\"}", "{\"a\":null}", "{}"},
        {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"},
        {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"},
        {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"},
        {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"},
        {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"},
        {"{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"},
        {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"},
        {"{\"z\":1,\"y\":2,\"x\":3}", "{\"y\":4}", "{\"z\":1,\"y\":4,\"x\":3}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cJSON *target = cJSON_Parse(rows[i][0]), *patch = cJSON_Parse(rows[i][1]);
        cJSON *merged = json_merge(target, patch);
        assert_ptr_equal(merged, target);
        char *text = cJSON_PrintUnformatted(merged);
        assert_string_equal(text, rows[i][2]);
        cJSON_free(text);
        cJSON_Delete(target);
        cJSON_Delete(patch);
    }
}

/* What is only counted is not worked out: each of these would go through all of the line. */
static void very_many_mistakes_are_counted(void **state)
{
    enum { NAMES = 60000 };
    struct buf text = {0};
    struct errs errs = {0};
    struct json json;
    (void)state;
    for (int i = 0; i < NAMES; i++)
        buf_printf(&text, "%s\"wrong name %d\": 1", i ? ", " : "{\"deep\": 1, ", i);
    buf_puts(&text, "}");
    assert_int_equal(json_read(&json, "input", text.data, text.length, &errs), 0);
    assert_int_equal(json_check(&json, json.root, inner, "the input", &errs), NAMES);
    assert_int_equal(errs.count, ERRS_MAX);
    assert_int_equal(errs.dropped, NAMES - ERRS_MAX);
    assert_string_equal(errs.item[ERRS_MAX - 1].help, "known are: deep");
    json_finish(&json);
    buf_finish(&text);
}

/* ---- access ---- */

static void gives_what_is_there_or_the_fallback(void **state)
{
    (void)state;
    cJSON *object = cJSON_Parse("{\"t\":\"x\",\"i\":-9007199254740992,\"b\":true,\"A\":1,"
                                "\"huge\":1e300,\"low\":-1e999}");
    assert_string_equal(json_text(object, "t", "y"), "x");
    assert_string_equal(json_text(object, "i", "y"), "y");
    assert_string_equal(json_text(object, "none", "y"), "y");
    assert_int_equal(json_integer(object, "i", 5), INT64_C(-9007199254740992));
    assert_int_equal(json_integer(object, "t", 5), 5);
    assert_int_equal(json_integer(object, "huge", 5), INT64_C(9007199254740993));
    assert_int_equal(json_integer(object, "low", 5), INT64_C(-9007199254740993));
    assert_true(json_bool(object, "b", false));
    assert_true(json_bool(object, "i", true));
    assert_null(json_get(object, "a"));
    assert_non_null(json_get(object, "A"));
    cJSON_Delete(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_rfc_allows),
        cmocka_unit_test(refuses_what_the_rfc_forbids),
        cmocka_unit_test(refuses_broken_utf8),
        cmocka_unit_test(refuses_nothing_at_all),
        cmocka_unit_test(refuses_depth_beyond_64),
        cmocka_unit_test(refuses_names_that_stand_twice),
        cmocka_unit_test(points_at_the_place),
        cmocka_unit_test(reads_a_stream_and_goes_on_after_a_mistake),
        cmocka_unit_test(tables_accept_what_they_list),
        cmocka_unit_test(tables_say_what_is_wrong_and_where),
        cmocka_unit_test(schema_has_every_name),
        cmocka_unit_test(merges_as_the_rfc_shows),
        cmocka_unit_test(very_many_mistakes_are_counted),
        cmocka_unit_test(gives_what_is_there_or_the_fallback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
