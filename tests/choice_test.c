/* choice: the logit and its limits, and the elasticity, against exact values. */
#include "tests/unit.h"

#include "core/rng.h"
#include "trade/choice.h"

static void without_a_scale_the_cheapest_is_taken(void **state)
{
    (void)state;
    const struct choice_way way[] = {{300, true}, {100, false}, {200, true}, {200, true}};
    uint32_t share[4];
    choice_shares(way, 4, 0, share);
    assert_int_equal(share[0], 0);
    assert_int_equal(share[1], 0); /* closed */
    assert_int_equal(share[2], 65536);
    assert_int_equal(share[3], 0); /* ties: the earlier */
    assert_int_equal(choice_pick(share, 4, UINT64_MAX), 2);
}

static void a_scale_apart_is_e_times_less(void **state)
{
    (void)state;
    const struct choice_way way[] = {{1000, true}, {1500, true}};
    uint32_t share[2];
    choice_shares(way, 2, 500, share);
    assert_int_equal(share[0] + share[1], 65536);
    assert_in_range(share[1], 17624 - 16, 17624 + 16); /* 65536 / (1 + e) */
    assert_int_equal(choice_pick(share, 2, 0), 0);
    assert_int_equal(choice_pick(share, 2, UINT64_MAX), 1);
}

static void far_ways_and_closed_ways_get_nothing(void **state)
{
    (void)state;
    const struct choice_way way[] = {{0, true}, {INT64_MAX / 2, true}, {5, false}};
    uint32_t share[3];
    choice_shares(way, 3, 1, share);
    assert_int_equal(share[0], 65536);
    assert_int_equal(share[1], 0);
    assert_int_equal(share[2], 0);
    const struct choice_way none[] = {{1, false}, {2, false}};
    choice_shares(none, 2, 1, share);
    assert_int_equal(choice_pick(share, 2, 12345), 2);
}

/* Twice the price at an elasticity of 1.5: 2^-1.5 = 0.35355. */
static void dearer_goods_find_fewer_buyers(void **state)
{
    (void)state;
    struct rng_key key = rng_key(5, 0);
    unsigned bought = 0;
    enum { BUYERS = 100000 };
    for (unsigned i = 0; i < BUYERS; i++)
        bought += choice_buys(20000, 10000, 1500, rng_bits(key, i, 1, 0));
    assert_in_range(bought, 35355 - 600, 35355 + 600);
    assert_true(choice_buys(10000, 10000, 1500, UINT64_MAX));
    assert_true(choice_buys(9000, 10000, 1500, UINT64_MAX));
    assert_true(choice_buys(90000, 0, 1500, UINT64_MAX));
    assert_true(choice_buys(90000, 10000, 0, UINT64_MAX));
    assert_false(choice_buys(20000, 10000, 1500, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_scale_the_cheapest_is_taken),
        cmocka_unit_test(a_scale_apart_is_e_times_less),
        cmocka_unit_test(far_ways_and_closed_ways_get_nothing),
        cmocka_unit_test(dearer_goods_find_fewer_buyers),
    };
    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
