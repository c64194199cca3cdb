/* api_test: what other programs ask by JSON is answered by JSON, mistakes too; each thread has a context of its own. */
#include "tests/unit.h"

#include <pthread.h>
#include <stdio.h>

#include "core/json.h"
#include "sim/api.h"
#include "sim/book.h"

#define ORDER                                                                                                          \
    "{\"id\": \"a\", \"date\": \"2025-11-11\", \"from\": \"NZ\", \"to\": \"CN\", \"currency\": \"CNY\", "              \
    "\"lines\": [{\"sku\": \"infant-formula\", \"quantity\": \"2\", \"unit_price\": \"240.00\"}]}"

#define REFORM                                                                                                         \
    "{\"schema_version\": 1, \"title\": {\"en\": \"a\", \"zh\": \"b\"}, \"rules\": "                                   \
    "{\"cn.import.cbec\": {\"parameters\": {\"share_vat\": {\"2025-03-01\": {\"value\": \"1\"}}}}}}"

struct desk {
    struct book book;
    struct api *api;
    struct buf out;
};

static int open_desk(void **state)
{
    struct desk *desk = memory_take(sizeof *desk);
    struct errs errs = {0};
    assert_int_equal(book_load(&desk->book, NULL, 0, &errs), 0);
    desk->api = api_create(&desk->book);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    api_destroy(desk->api);
    book_finish(&desk->book);
    buf_finish(&desk->out);
    memory_release(desk);
    return 0;
}

/* The answer as text; it is one JSON document, whatever was asked. */
static const char *ask(struct desk *desk, const char *verb, const char *request, enum err_code code)
{
    struct errs errs = {0};
    struct json json;
    buf_clear(&desk->out);
    assert_string_equal(err_name(api_call(desk->api, verb, request, strlen(request), &desk->out)), err_name(code));
    if (json_read(&json, "answer", desk->out.data, desk->out.length, &errs) != 0)
        unit_fail_with(&errs);
    json_finish(&json);
    return buf_text(&desk->out);
}

static void assert_tells(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %.600s", part, text);
}

/* ---- quotes ---- */

static void test_quote(void **state)
{
    struct desk *desk = *state;
    const char *text = ask(desk, "quote", ORDER, ERR_NONE);
    assert_tells(text, "{\"id\":\"a\",\"status\":\"assessed\",\"regime\":\"cn.import.cbec\"");
    assert_tells(text, "\"total\":\"43.68\"");
    assert_tells(ask(desk, "forms", ORDER, ERR_NONE), "\"forms\":[{\"form\":\"retail\"");
    text = ask(desk, "explain", ORDER, ERR_NONE);
    assert_tells(text, "{\"en\":\"a\\n");
    assert_tells(text, "法规维护至");
    assert_tells(ask(desk, "quote", ORDER, ERR_NONE), "\"status\":\"assessed\"");
}

static void test_quote_list(void **state)
{
    struct desk *desk = *state;
    const char *text = ask(desk, "quote", "[" ORDER ", {\"date\": 1}, " ORDER "]", ERR_NONE);
    assert_tells(text, "\"status\":\"error\"");
    assert_tells(strstr(text, "\"status\":\"error\""), "\"status\":\"assessed\"");
    assert_string_equal(ask(desk, "quote", "[]", ERR_NONE), "[]\n");
}

static void test_drawback(void **state)
{
    struct desk *desk = *state;
    const char *text = ask(desk, "drawback",
                           "{\"date\": \"2015-01-01\", \"hs\": \"6109\", \"form\": \"trader\", \"currency\": \"CNY\", "
                           "\"purchase_price_with_vat\": \"11700.00\"}", ERR_NONE);
    assert_tells(text, "\"drawback\":\"1700.00\"");
}

static void test_mistakes(void **state)
{
    struct desk *desk = *state;
    assert_tells(ask(desk, "quote", "{\"date\": \"2025-11-11\",\n \"form\": \"retial\"}", ERR_UNKNOWN_VALUE),
                 "\"line\":2");
    assert_tells(ask(desk, "quote", "{", ERR_SYNTAX), "{\"status\":\"error\",\"error\":{\"code\":\"syntax\"");
    assert_tells(ask(desk, "qoute", "{}", ERR_USAGE), "did you mean");
    assert_tells(ask(desk, "run", "[]", ERR_WRONG_TYPE), "\"status\":\"error\"");
    assert_tells(ask(desk, "run", "{\"scenario\": \"milk-power\"}", ERR_UNKNOWN_VALUE), "milk-powder");
    assert_tells(ask(desk, "run", "{\"scenario\": \"../milk-powder\"}", ERR_UNKNOWN_VALUE), "no built-in scenario");
    assert_tells(ask(desk, "run", "{\"scenario\": \"launch\", \"limit\": 0}", ERR_RANGE), "/limit");
    assert_tells(ask(desk, "run", "{\"scenario\": {\"id\": \"x\", \"flaws\": {}}}", ERR_UNKNOWN_NAME), "flaws");
    assert_tells(ask(desk, "run", "{\"scenario\": \"replay\"}", ERR_BAD_REQUEST), "give them as");
    assert_tells(ask(desk, "rules", "{\"id\": \"cn.import.cbce\"}", ERR_UNKNOWN_VALUE), "cn.import.cbec");
}

/* ---- runs ---- */

/* A copy of the value of a member of the last answer that is a text. */
static void copy_text(const struct desk *desk, const char *name, char *out, size_t room)
{
    struct errs errs = {0};
    struct json json;
    assert_int_equal(json_read(&json, "answer", desk->out.data, desk->out.length, &errs), 0);
    snprintf(out, room, "%s", json_text(json.root, name, ""));
    json_finish(&json);
}

static void test_run(void **state)
{
    struct desk *desk = *state;
    char digest[3][40];
    const char *text = ask(desk, "run", "{\"scenario\": \"milk-powder\", \"limit\": 300}", ERR_NONE);
    copy_text(desk, "digest", digest[0], sizeof digest[0]);
    assert_tells(text, "\"placed\": 300");
    ask(desk, "run", "{\"limit\": 300, \"seed\": 1, \"scenario\": \"milk-powder\"}", ERR_NONE);
    copy_text(desk, "digest", digest[1], sizeof digest[1]);
    ask(desk, "run", "{\"limit\": 300, \"seed\": 2, \"scenario\": \"milk-powder\"}", ERR_NONE);
    copy_text(desk, "digest", digest[2], sizeof digest[2]);
    assert_string_equal(digest[0], digest[1]);
    assert_string_not_equal(digest[0], digest[2]);
    assert_int_equal(strlen(digest[0]), 32);
}

/* A reform counts in the run that names it, and in no other. */
static void test_run_changed(void **state)
{
    struct desk *desk = *state;
    char before[40], changed[40], reformed[40], after[40];
    ask(desk, "run", "{\"scenario\": \"milk-powder\", \"limit\": 200}", ERR_NONE);
    copy_text(desk, "digest", before, sizeof before);
    ask(desk, "run", "{\"scenario\": \"milk-powder\", \"limit\": 200, "
                     "\"set\": {\"rules.cn.import.cbec.share_vat@2025-03-01\": \"1\"}}", ERR_NONE);
    copy_text(desk, "digest", changed, sizeof changed);
    ask(desk, "run", "{\"scenario\": \"milk-powder\", \"limit\": 200, \"reform\": [" REFORM "]}", ERR_NONE);
    copy_text(desk, "digest", reformed, sizeof reformed);
    ask(desk, "run", "{\"scenario\": \"milk-powder\", \"limit\": 200}", ERR_NONE);
    copy_text(desk, "digest", after, sizeof after);
    assert_string_equal(before, after);
    assert_string_equal(changed, reformed);
    assert_string_not_equal(before, changed);
}

static void test_compare(void **state)
{
    struct desk *desk = *state;
    const char *text = ask(desk, "compare", "{\"scenario\": \"milk-powder\", \"limit\": 100, \"replications\": 2, "
                                            "\"reforms\": {\"full\": " REFORM "}}", ERR_NONE);
    assert_tells(text, "\"id\": \"full\"");
    assert_tells(text, "\"static\"");
    assert_tells(text, "\"dynamic\"");
    text = ask(desk, "compare", "{\"scenario\": \"milk-powder\", \"limit\": 100, \"modes\": [\"static\"], "
                                "\"reforms\": {\"full\": " REFORM "}}", ERR_NONE);
    assert_null(strstr(text, "\"dynamic\""));
    assert_tells(ask(desk, "compare", "{\"scenario\": \"launch\", \"reforms\": {}}", ERR_RANGE), "/reforms");
    assert_tells(ask(desk, "compare", "{\"scenario\": \"launch\", \"reforms\": {\"a\": 1}}", ERR_WRONG_TYPE), "object");
    assert_tells(ask(desk, "compare", "{\"scenario\": \"launch\", \"modes\": [\"both\"], \"limit\": 9, "
                                      "\"reforms\": {\"a\": " REFORM "}}", ERR_UNKNOWN_VALUE), "/modes/0");
}

static void test_run_stopped(void **state)
{
    struct desk *desk = *state;
    api_stop(desk->api);
    assert_tells(ask(desk, "run", "{\"scenario\": \"milk-powder\"}", ERR_BUSY), "stopped");
    api_continue(desk->api);
    ask(desk, "run", "{\"scenario\": \"milk-powder\", \"limit\": 10}", ERR_NONE);
}

/* ---- what there is ---- */

static void test_lists(void **state)
{
    struct desk *desk = *state;
    assert_tells(ask(desk, "rules", "{\"place\": \"CN\", \"on\": \"2025-01-01\"}", ERR_NONE), "\"cn.import.cbec\"");
    assert_null(strstr(buf_text(&desk->out), "cn.import.pilot"));
    assert_tells(ask(desk, "rules", "{\"id\": \"cn.import.cbec\", \"on\": \"2025-01-01\"}", ERR_NONE),
                 "\"values\":[{\"from\":\"2019-01-01\",\"value\":\"5000\"");
    assert_tells(ask(desk, "scenarios", "{}", ERR_NONE), "{\"id\":\"milk-powder\"");
    assert_tells(ask(desk, "scenarios", "{\"id\": \"milk-powder\"}", ERR_NONE), "\"flows\"");
    assert_tells(ask(desk, "version", "{}", ERR_NONE), "\"program\":\"tradeloom\"");
}

/* ---- threads ---- */

struct worker {
    pthread_t thread;
    const struct book *book;
    struct buf out;
};

static void *work(void *self)
{
    static const char run[] = "{\"scenario\": \"milk-powder\", \"limit\": 20, \"as_of\": \"2025-01-01\"}";
    struct worker *worker = self;
    struct api *api = api_create(worker->book);
    for (int i = 0; i < 20; i++)
        api_call(api, "quote", ORDER, strlen(ORDER), &worker->out);
    struct buf summary = {0};
    api_call(api, "run", run, strlen(run), &summary);
    const char *digest = strstr(buf_text(&summary), "\"digest\"");
    if (digest)
        buf_add(&worker->out, digest, strcspn(digest, "\n"));
    buf_finish(&summary);
    api_destroy(api);
    return NULL;
}

static void test_threads(void **state)
{
    struct desk *desk = *state;
    struct worker worker[4] = {0};
    for (size_t i = 0; i < COUNT_OF(worker); i++) {
        worker[i].book = &desk->book;
        assert_int_equal(pthread_create(&worker[i].thread, NULL, work, &worker[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(worker); i++)
        pthread_join(worker[i].thread, NULL);
    assert_tells(buf_text(&worker[0].out), "\"digest\"");
    for (size_t i = 0; i < COUNT_OF(worker); i++) {
        assert_string_equal(buf_text(&worker[i].out), buf_text(&worker[0].out));
        if (i)
            buf_finish(&worker[i].out);
    }
    buf_finish(&worker[0].out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote),       cmocka_unit_test(test_quote_list),  cmocka_unit_test(test_drawback),
        cmocka_unit_test(test_mistakes),    cmocka_unit_test(test_run),         cmocka_unit_test(test_run_changed),
        cmocka_unit_test(test_run_stopped), cmocka_unit_test(test_lists),       cmocka_unit_test(test_threads),
        cmocka_unit_test(test_compare),
    };
    return cmocka_run_group_tests(tests, open_desk, close_desk);
}
