/* figure_test: numbers of a summary by their paths, what is not there, and how they are read. */
#include "tests/unit.h"

#include "core/arena.h"
#include "core/json.h"
#include "core/money.h"
#include "sim/figure.h"

static const char summary[] =
    "{\"orders\": {\"placed\": 12}, \"matrix\": [{\"layer\": \"law\", \"column\": \"export_retail\", \"cost\": "
    "{\"total\": \"-3.50\"}, \"kinds\": {\"vat\": \"1.00\"}}, {\"layer\": \"law\", \"column\": \"import_retail\", "
    "\"cost\": {\"total\": \"7.25\"}}], \"channels\": [{\"id\": \"bonded\", \"units\": 4}], "
    "\"ports\": [{\"id\": \"cn.ningbo\", \"waiting_hours\": \"0.05\"}]}";

struct sum {
    struct json json;
};

static int open_sum(void **state)
{
    struct sum *sum = memory_take(sizeof *sum);
    struct errs errs = {0};
    assert_int_equal(json_read(&sum->json, "summary", summary, sizeof summary - 1, &errs), 0);
    *state = sum;
    return 0;
}

static int close_sum(void **state)
{
    struct sum *sum = *state;
    json_finish(&sum->json);
    memory_release(sum);
    return 0;
}

static enum figure_state find(void **state, const char *path, int64_t *value, struct err *err)
{
    struct sum *sum = *state;
    *err = (struct err){0};
    return figure_find(sum->json.root, path, value, err);
}

static void test_found(void **state)
{
    static const struct {
        const char *path;
        int64_t value;
    } cases[] = {{"orders/placed", 12000000},
                 {"matrix/law/export_retail/cost/total", -3500000},
                 {"matrix/law/import_retail/cost/total", 7250000},
                 {"matrix/law/export_retail/kinds/vat", 1000000},
                 {"channels/bonded/units", 4000000},
                 {"ports/cn.ningbo/waiting_hours", 50000}};
    struct err err;
    int64_t value;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(find(state, cases[i].path, &value, &err), FIGURE_FOUND);
        assert_int_equal(value, cases[i].value);
    }
}

static void test_missing(void **state)
{
    struct err err;
    int64_t value = 1;
    assert_int_equal(find(state, "channels/post/units", &value, &err), FIGURE_IDLE);
    assert_int_equal(value, 0);
    assert_int_equal(find(state, "channels/bondet/units", &value, &err), FIGURE_ABSENT);
    assert_string_equal(err.help, "did you mean \"bonded\"?");
    assert_int_equal(find(state, "matrix/law/export_retail/kinds/duty", &value, &err), FIGURE_ABSENT);
    assert_int_equal(find(state, "orders/plased", &value, &err), FIGURE_WRONG);
    assert_string_equal(err.help, "did you mean \"placed\"?");
    assert_int_equal(find(state, "orders", &value, &err), FIGURE_WRONG);
    assert_int_equal(find(state, "matrix/law/general_trade/cost/total", &value, &err), FIGURE_ABSENT);
    assert_int_equal(find(state, "orders/placed/more", &value, &err), FIGURE_WRONG);
}

static void test_quotient(void **state)
{
    (void)state;
    assert_int_equal(figure_over(7 * FIGURE_ONE, 2 * FIGURE_ONE), 3500000);
    assert_int_equal(figure_over(-2 * FIGURE_ONE, 3 * FIGURE_ONE), -666667);
    assert_int_equal(figure_over(2 * FIGURE_ONE, -3 * FIGURE_ONE), -666667);
    assert_int_equal(figure_over(FIGURE_ONE, 0), 0);
}

static void test_words(void **state)
{
    static const struct {
        int64_t value;
        enum figure_unit unit;
        enum lang lang;
        const char *text;
    } cases[] = {{147530000, FIGURE_MONEY, LANG_EN, "¥147.53"},
                 {-3500000, FIGURE_MONEY, LANG_EN, "−¥3.50"},
                 {999994999, FIGURE_MONEY, LANG_EN, "¥999.99"},
                 {1531927830000, FIGURE_MONEY, LANG_ZH, "¥1,531,928"},
                 {12000000, FIGURE_COUNT, LANG_EN, "12"},
                 {-1500000000, FIGURE_COUNT, LANG_EN, "−1,500"},
                 {123456, FIGURE_SHARE, LANG_EN, "12.3 %"},
                 {55812500, FIGURE_DAYS, LANG_EN, "55.8 days"},
                 {55812500, FIGURE_DAYS, LANG_ZH, "55.8 天"},
                 {2350000, FIGURE_NUMBER, LANG_EN, "2.4"}};
    struct buf out = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        buf_clear(&out);
        figure_write(&out, cases[i].value, cases[i].unit, currency_index("CNY"), cases[i].lang);
        assert_string_equal(buf_text(&out), cases[i].text);
    }
    buf_clear(&out);
    figure_write(&out, 2500000000, FIGURE_MONEY, currency_index("JPY"), LANG_EN);
    assert_string_equal(buf_text(&out), "JP¥2,500");
    buf_finish(&out);
}

static void test_plain(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{12000000, "12"}, {12500000, "12.5"}, {-50000, "-0.05"}, {0, "0"}, {1, "0.000001"}};
    struct buf out = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t back;
        buf_clear(&out);
        figure_plain(&out, cases[i].value);
        assert_string_equal(buf_text(&out), cases[i].text);
        assert_true(figure_parse(cases[i].text, &back));
        assert_int_equal(back, cases[i].value);
    }
    buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_found, open_sum, close_sum),
        cmocka_unit_test_setup_teardown(test_missing, open_sum, close_sum),
        cmocka_unit_test(test_quotient),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests_name("figure", tests, NULL, NULL);
}
