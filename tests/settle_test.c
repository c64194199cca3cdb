/* settle_test: interest is simple, exact and rounded once. */
#include "tests/unit.h"

#include "payment/settle.h"

enum { DAY_S = 86400, YEAR_S = 365 * DAY_S };

static void interest_of_whole_years(void **state)
{
    (void)state;
    assert_int_equal(settle_interest(1000000, 50000, YEAR_S), 50000);
    assert_int_equal(settle_interest(1000000, 50000, 2 * (int64_t)YEAR_S), 100000);
    assert_int_equal(settle_interest(1000000, 1000000, YEAR_S), 1000000);
}

/* Against the fraction worked out here: amount * ppm * seconds / (10^6 * year), half up. */
static void interest_is_rounded_half_up_once(void **state)
{
    (void)state;
    for (int64_t amount = 1; amount < 40000; amount += 977)
        for (int64_t ppm = 1; ppm < 300000; ppm += 43210)
            for (int64_t days = 1; days < 800; days += 97) {
                int64_t top = amount * ppm * days, bottom = INT64_C(365) * 1000000;
                assert_int_equal(settle_interest(amount, ppm, days * DAY_S), (2 * top + bottom) / (2 * bottom));
            }
    assert_int_equal(settle_interest(73, 50000, 100 * DAY_S), 1);   /* exactly 1.0 */
    assert_int_equal(settle_interest(365, 5000, 100 * DAY_S), 1);   /* exactly 0.5 */
    assert_int_equal(settle_interest(364, 5000, 100 * DAY_S), 0);
}

static void nothing_waits_for_nothing(void **state)
{
    (void)state;
    assert_int_equal(settle_interest(0, 50000, YEAR_S), 0);
    assert_int_equal(settle_interest(-5, 50000, YEAR_S), 0);
    assert_int_equal(settle_interest(1000000, 0, YEAR_S), 0);
    assert_int_equal(settle_interest(1000000, 50000, 0), 0);
    assert_int_equal(settle_interest(1000000, 50000, -1), 0);
}

static void large_amounts_stay_exact(void **state)
{
    (void)state;
    const int64_t large = INT64_C(1000000000000000000); /* 10^16 yuan */
    assert_int_equal(settle_interest(large, 50000, YEAR_S), large / 20);
    assert_int_equal(settle_interest(large, 50000, 1), (large / 20 + YEAR_S / 2) / YEAR_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interest_of_whole_years),
        cmocka_unit_test(interest_is_rounded_half_up_once),
        cmocka_unit_test(nothing_waits_for_nothing),
        cmocka_unit_test(large_amounts_stay_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
