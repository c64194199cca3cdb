/* collect_test: attempts are declined as often as asked, and end. */
#include "tests/unit.h"

#include "core/rng.h"
#include "payment/collect.h"

static void declines_by_share(void **state)
{
    (void)state;
    uint32_t declined = 0;
    for (uint32_t n = 0; n < 100000; n++)
        declined += collect_declines(30000, rng_bits(rng_key(3, 0), n, 0, 0));
    assert_in_range(declined, 2784, 3216); /* four deviations of 54 */
    assert_false(collect_declines(0, 0));
    assert_true(collect_declines(1000000, UINT64_MAX));
}

static void waits_longer_each_time_and_gives_up(void **state)
{
    (void)state;
    int64_t last = 0;
    for (unsigned tries = 1; tries < COLLECT_TRIES; tries++) {
        int64_t wait = collect_retry_s(tries);
        assert_true(wait > last);
        last = wait;
    }
    assert_int_equal(collect_retry_s(COLLECT_TRIES), -1);
    assert_int_equal(collect_retry_s(COLLECT_TRIES + 5), -1);
}

static void retry_before_a_try(void *context)
{
    (void)context;
    collect_retry_s(0);
}

static void refuses_a_retry_before_a_try(void **state)
{
    (void)state;
    assert_true(unit_refuses(retry_before_a_try, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declines_by_share),
        cmocka_unit_test(waits_longer_each_time_and_gives_up),
        cmocka_unit_test(refuses_a_retry_before_a_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
