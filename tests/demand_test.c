/* demand_test: arrivals come as often as asked, baskets and goods as their tables say. Fixed draws: the bounds are
 * four deviations wide and are met or missed once and for all. */
#include "tests/unit.h"

#include "trade/demand.h"

enum { DRAWS = 100000 };

static double mean_gap_s(int64_t per_day_q16, uint32_t season)
{
    double sum = 0;
    for (uint32_t n = 0; n < DRAWS; n++)
        sum += (double)demand_gap_q10(rng_bits(rng_key(1, 0), n, season, 0), per_day_q16, season) / 1024;
    return sum / DRAWS;
}

static void check_mean(double found, double expected)
{
    double share = found / expected;
    assert_true(share > 1 - 4 / 316.0 && share < 1 + 4 / 316.0); /* 316 = root of DRAWS */
}

static void arrivals_keep_their_rate_and_season(void **state)
{
    (void)state;
    check_mean(mean_gap_s(INT64_C(100) << 16, 1000), 864);
    check_mean(mean_gap_s(INT64_C(100) << 16, 2500), 345.6);
    check_mean(mean_gap_s(INT64_C(1000000) << 16, 1000), 0.0864);
    check_mean(mean_gap_s(1 << 15, 1000), 172800);
}

/* A month without demand, or one order in a thousand years: the wait stays within what the clock can hold. */
static void waits_are_bounded(void **state)
{
    (void)state;
    int64_t longest = demand_gap_q10(UINT64_MAX, 1, 1);
    assert_true(longest > 0 && longest / 1024 < INT64_C(366) * 86400 * 50);
    assert_true(demand_gap_q10(UINT64_C(1) << 63, INT64_C(100) << 16, 0) > 0);
    assert_int_equal(demand_gap_q10(0, 1 << 16, 1000), 0);
}

/* Shops that are shut on Sundays, quiet at night: each hour gets its share, and a week as many orders as before. */
static void hours_of_the_week_get_their_shares(void **state)
{
    enum { MONDAY = 1736121600 }; /* 6 January 2025 */
    static const uint32_t day[7] = {1000, 1000, 1000, 1000, 2000, 1000, 0};
    uint32_t hour[24], seen[DEMAND_HOURS] = {0};
    struct demand_week week, alike = {.sum = 0};
    int64_t at = (int64_t)MONDAY << 10;
    (void)state;
    for (unsigned i = 0; i < 24; i++)
        hour[i] = i < 8 ? 250 : 1375;
    demand_week_of(&week, day, hour);
    assert_int_equal(week.sum, 7 * 24000);
    for (uint32_t n = 0; n < DRAWS; n++) {
        int64_t gap = demand_gap_q10(rng_bits(rng_key(3, 0), n, 0, 0), INT64_C(1000) << 16, 1000);
        assert_int_equal(demand_stretch_q10(&alike, at, gap), gap);
        at += demand_stretch_q10(&week, at, gap);
        seen[((at >> 10) - MONDAY) / 3600 % DEMAND_HOURS]++;
    }
    check_mean((double)((at >> 10) - MONDAY) / DRAWS, 86.4);
    for (unsigned i = 0; i < DEMAND_HOURS; i++) {
        double expected = (double)DRAWS * week.hour[i] / (double)week.sum, found = seen[i];
        assert_true((found - expected) * (found - expected) <= 20 * expected);
    }
    assert_int_equal(demand_stretch_q10(&week, at, INT64_C(5) * 168 * 3600 * 1024), INT64_C(5) * 168 * 3600 * 1024);
    int64_t saturday = ((int64_t)MONDAY + 6 * 86400 - 1) << 10; /* its last second, which counts for 1.375 */
    assert_int_equal(demand_stretch_q10(&week, saturday, 1375), 1000);
    assert_int_equal(demand_stretch_q10(&week, saturday, 1408), (INT64_C(86400) + 1) << 10);
    assert_int_equal(demand_stretch_q10(&week, saturday, 1408 + 256), (INT64_C(86400) + 2) << 10);
}

static void no_rate(void *context)
{
    (void)context;
    demand_gap_q10(1, 0, 1000);
}

static void baskets_round_to_whole_units(void **state)
{
    (void)state;
    static const int32_t per_mille[] = {0, 1000};
    struct quantile q;
    quantile_knots(&q, per_mille, (const int64_t[]){0, 0}, 2);
    assert_int_equal(demand_units(&q, 0), 1); /* nobody orders nothing */
    quantile_knots(&q, per_mille, (const int64_t[]){2499, 2499}, 2);
    assert_int_equal(demand_units(&q, 5), 2);
    quantile_knots(&q, per_mille, (const int64_t[]){2500, 2500}, 2);
    assert_int_equal(demand_units(&q, 5), 3);
    quantile_knots(&q, per_mille, (const int64_t[]){1000, 9000}, 2);
    uint32_t last = 1;
    for (uint64_t i = 0; i < 256; i++) {
        uint32_t units = demand_units(&q, i << 56);
        assert_true(units >= last && units <= 9);
        last = units;
    }
    assert_int_equal(last, 9);
    assert_true(unit_refuses(no_rate, NULL));
}

static void goods_are_picked_by_weight(void **state)
{
    (void)state;
    static const uint32_t weight[] = {0, 1, 3, 0, 6};
    uint32_t seen[5] = {0};
    for (uint32_t n = 0; n < DRAWS; n++)
        seen[demand_pick(weight, 5, 10, rng_bits(rng_key(2, 0), n, 0, 0))]++;
    assert_int_equal(seen[0] + seen[3], 0);
    assert_in_range(seen[1], 9620, 10380);
    assert_in_range(seen[2], 29420, 30580);
    assert_in_range(seen[4], 59380, 60620);
    assert_int_equal(demand_pick(weight, 5, 10, 0), 1);
    assert_int_equal(demand_pick(weight, 5, 10, UINT64_MAX), 4);
    assert_int_equal(demand_pick((const uint32_t[]){5}, 1, 5, UINT64_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrivals_keep_their_rate_and_season),
        cmocka_unit_test(hours_of_the_week_get_their_shares),
        cmocka_unit_test(waits_are_bounded),
        cmocka_unit_test(baskets_round_to_whole_units),
        cmocka_unit_test(goods_are_picked_by_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
