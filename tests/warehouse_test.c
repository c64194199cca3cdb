/* warehouse_test: a lot's costs leave it to the last minor unit, evenly. */
#include "tests/unit.h"

#include "core/rng.h"
#include "logistics/warehouse.h"

static void shares_add_up_to_the_sums(void **state)
{
    (void)state;
    struct rng_key key = rng_key(6, 0);
    for (uint64_t n = 0; n < 2000; n++) {
        struct lot lot = {.units = 1 + (int64_t)rng_below(rng_bits(key, n, 0, 0), 300)};
        int64_t sum[LOT_SUMS_MAX], taken[LOT_SUMS_MAX] = {0}, share[LOT_SUMS_MAX];
        lot.left = lot.units;
        for (uint32_t i = 0; i < LOT_SUMS_MAX; i++)
            lot.sum[i] = sum[i] = (int64_t)rng_below(rng_bits(key, n, 1, i), 100000) - 500;
        for (uint32_t i = 0; lot.left; i++) {
            int64_t before = lot.left;
            lot_take(&lot, 1 + (int64_t)rng_below(rng_bits(key, n, 2, i), (uint64_t)lot.left), share);
            assert_true(lot.left < before);
            for (size_t s = 0; s < LOT_SUMS_MAX; s++)
                taken[s] += share[s];
        }
        assert_memory_equal(taken, sum, sizeof sum);
        for (size_t s = 0; s < LOT_SUMS_MAX; s++)
            assert_int_equal(lot.sum[s], 0);
    }
}

/* Unit by unit, no two pay amounts that are more than one minor unit apart. */
static void units_pay_alike(void **state)
{
    (void)state;
    for (int64_t sum = 0; sum < 200; sum++)
        for (int64_t units = 1; units < 40; units++) {
            struct lot lot = {.sum = {sum}, .units = units, .left = units};
            int64_t least = INT64_MAX, most = 0, share[LOT_SUMS_MAX];
            while (lot.left) {
                lot_take(&lot, 1, share);
                least = share[0] < least ? share[0] : least;
                most = share[0] > most ? share[0] : most;
            }
            assert_true(most - least <= 1);
        }
}

static void large_sums_do_not_overflow(void **state)
{
    (void)state;
    struct lot lot = {.sum = {INT64_MAX}, .units = 1000000, .left = 1000000};
    int64_t share[LOT_SUMS_MAX];
    lot_take(&lot, 999999, share);
    assert_int_equal(share[0] + lot.sum[0], INT64_MAX);
    assert_int_equal(lot.sum[0], INT64_MAX / 1000000 + 1);
}

static void take_more_than_there_is(void *lot)
{
    int64_t share[LOT_SUMS_MAX];
    lot_take(lot, 3, share);
}

static void take_nothing(void *lot)
{
    int64_t share[LOT_SUMS_MAX];
    lot_take(lot, 0, share);
}

static void stock_is_never_negative(void **state)
{
    (void)state;
    struct lot lot = {.units = 2, .left = 2};
    assert_true(unit_refuses(take_more_than_there_is, &lot));
    assert_true(unit_refuses(take_nothing, &lot));
}

static void reorders_below_the_mark(void **state)
{
    (void)state;
    assert_int_equal(lot_reorder(9, 10, 500), 500);
    assert_int_equal(lot_reorder(10, 10, 500), 0);
    assert_int_equal(lot_reorder(0, 0, 500), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up_to_the_sums), cmocka_unit_test(units_pay_alike),
        cmocka_unit_test(large_sums_do_not_overflow), cmocka_unit_test(stock_is_never_negative),
        cmocka_unit_test(reorders_below_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
