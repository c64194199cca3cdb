/* fx_test: a rate is the exact ratio of two columns of the table; what is missing is said. */
#include "tests/unit.h"

#include "core/arena.h"
#include "core/date.h"
#include "core/err.h"
#include "core/fx.h"

static const char table[] = "month,currency,per_eur,days\n"
                            "2020-01,USD,1.1,22\n2020-02,USD,1.2,20\n2020-04,USD,1.25,20\n"
                            "2020-01,CNY,7.7,22\n2020-02,CNY,7.80005,20\n"
                            "2020-01,JPY,121.3629,22\n";

#define USD currency_index("USD")
#define CNY currency_index("CNY")
#define EUR currency_index("EUR")
#define JPY currency_index("JPY")

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_true(date_parse(text, 10, &day));
    return day;
}

static void load(struct fx *fx, struct arena *arena, const char *text)
{
    struct errs errs = {0};
    assert_int_equal(fx_load(fx, "fx.csv", text, strlen(text), arena, &errs), 0);
}

static void check_rate(const struct fx *fx, unsigned from, unsigned to, const char *day, int64_t num, int64_t den,
                       bool is_stale)
{
    struct rational rate;
    bool stale = false;
    assert_true(fx_rate(fx, from, to, day_of(day), &rate, &stale));
    assert_int_equal(rate.num, num);
    assert_int_equal(rate.den, den);
    assert_int_equal(stale, is_stale);
}

static void rates_are_exact_ratios(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fx fx;
    load(&fx, &arena, table);
    check_rate(&fx, USD, CNY, "2020-01-01", 7, 1, false);
    check_rate(&fx, CNY, USD, "2020-01-31", 1, 7, false);
    check_rate(&fx, EUR, USD, "2020-02-15", 6, 5, false);
    check_rate(&fx, USD, CNY, "2020-02-29", 156001, 24000, false);
    check_rate(&fx, CNY, CNY, "1999-01-01", 1, 1, false);
    arena_finish(&arena);
}

/* A month without a value and months behind the last take the last value there was, and say so. */
static void old_values_are_carried_and_said(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fx fx;
    load(&fx, &arena, table);
    check_rate(&fx, EUR, USD, "2020-03-01", 6, 5, true);
    check_rate(&fx, EUR, USD, "2020-04-01", 5, 4, false);
    check_rate(&fx, EUR, USD, "2035-12-31", 5, 4, true);
    check_rate(&fx, USD, CNY, "2020-04-01", 156001, 25000, true);
    struct rational rate;
    bool stale = false;
    assert_false(fx_rate(&fx, USD, EUR, day_of("2019-12-31"), &rate, &stale));
    assert_false(fx_rate(&fx, USD, currency_index("THB"), day_of("2020-01-01"), &rate, &stale));
    arena_finish(&arena);
}

static void conversion_rounds_once_between_units(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fx fx;
    load(&fx, &arena, table);
    int32_t day = day_of("2020-01-10");
    assert_int_equal(fx_convert(&fx, 100, USD, CNY, day), 700);
    assert_int_equal(fx_convert(&fx, 100, EUR, JPY, day), 121);  /* 1 EUR, yen have no minor unit */
    assert_int_equal(fx_convert(&fx, 121, JPY, EUR, day), 100);  /* 99.7 cents */
    assert_int_equal(fx_convert(&fx, -1, CNY, USD, day), 0);     /* 0.14 */
    assert_int_equal(fx_convert(&fx, 35, CNY, USD, day), 5);
    assert_int_equal(fx_convert(&fx, 38, CNY, USD, day), 5);     /* 5.43 */
    assert_int_equal(fx_convert(&fx, 39, CNY, USD, day), 6);     /* 5.57 */
    assert_int_equal(fx_convert(&fx, -39, CNY, USD, day), -6);
    arena_finish(&arena);
}

static void a_user_lays_rows_over(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct errs errs = {0};
    struct fx fx;
    load(&fx, &arena, table);
    static const char more[] = "currency,month,per_eur,days\nUSD,2020-01,2,1\nTHB,2020-06,40,1\n";
    assert_int_equal(fx_overlay(&fx, "mine.csv", more, strlen(more), &arena, &errs), 0);
    check_rate(&fx, EUR, USD, "2020-01-05", 2, 1, false);
    check_rate(&fx, EUR, USD, "2020-02-05", 6, 5, false);
    check_rate(&fx, EUR, currency_index("THB"), "2020-06-05", 40, 1, false);
    arena_finish(&arena);
}

static void mistakes_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        uint32_t line, column;
    } rows[] = {
        {"month,currency\n", ERR_MISSING_NAME, 1, 1},
        {"month,currency,per_eur\n2020-13,USD,1\n", ERR_RANGE, 2, 1},
        {"month,currency,per_eur\n2020-1,USD,1\n", ERR_RANGE, 2, 1},
        {"month,currency,per_eur\n1998-12,USD,1\n", ERR_RANGE, 2, 1},
        {"month,currency,per_eur\n2020-01,QQQ,1\n", ERR_UNKNOWN_VALUE, 2, 9},
        {"month,currency,per_eur\n2020-01,USDX,1\n", ERR_UNKNOWN_VALUE, 2, 9},
        {"month,currency,per_eur\n2020-01,USD,0\n", ERR_RANGE, 2, 13},
        {"month,currency,per_eur\n2020-01,USD,-1\n", ERR_RANGE, 2, 13},
        {"month,currency,per_eur\n2020-01,USD,1.1234567\n", ERR_RANGE, 2, 13},
        {"month,currency,per_eur\n2020-01,USD,one\n", ERR_RANGE, 2, 13},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena arena = {0};
        struct errs errs = {0};
        struct fx fx;
        assert_int_equal(fx_load(&fx, "fx.csv", rows[i].text, strlen(rows[i].text), &arena, &errs), -1);
        assert_int_equal(errs.count, 1);
        assert_int_equal(errs.item[0].code, rows[i].code);
        assert_int_equal(errs.item[0].line, rows[i].line);
        assert_int_equal(errs.item[0].column, rows[i].column);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_exact_ratios),
        cmocka_unit_test(old_values_are_carried_and_said),
        cmocka_unit_test(conversion_rounds_once_between_units),
        cmocka_unit_test(a_user_lays_rows_over),
        cmocka_unit_test(mistakes_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
