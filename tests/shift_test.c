/* shift: hours, weekends, holidays; work told in working time is told in clock time and back. */
#include "tests/unit.h"

#include "core/date.h"
#include "core/rng.h"
#include "core/shift.h"

/* Nine to six in China, Monday to Friday, 1 to 8 October off. */
static struct shift office(void)
{
    static const int32_t golden_week[] = {20362, 20363, 20364, 20365, 20366, 20367, 20368, 20369};
    assert_int_equal(golden_week[0], date_day(2025, 10, 1));
    return (struct shift){9 * 3600, 18 * 3600, 8 * 3600, false, golden_week, 8};
}

/* Local time in China. */
static int64_t at(int month, int day, int hour)
{
    return (int64_t)date_day(2025, month, day) * DAY_SECONDS + (hour - 8) * 3600;
}

static void begins_at_the_next_hour_of_work(void **state)
{
    (void)state;
    struct shift shift = office();
    assert_int_equal(shift_begins(&shift, at(9, 24, 10)), at(9, 24, 10));
    assert_int_equal(shift_begins(&shift, at(9, 24, 2)), at(9, 24, 9));
    assert_int_equal(shift_begins(&shift, at(9, 24, 18)), at(9, 25, 9)); /* its end is no time of work */
    assert_int_equal(shift_begins(&shift, at(9, 26, 20)), at(9, 29, 9)); /* a Friday evening */
    assert_int_equal(shift_begins(&shift, at(9, 30, 19)), at(10, 9, 9)); /* the holidays */
    assert_true(shift_is_on(&shift, at(9, 24, 9)));
    assert_false(shift_is_on(&shift, at(9, 27, 12)));
}

static void work_goes_on_in_the_next_shift(void **state)
{
    (void)state;
    struct shift shift = office();
    assert_int_equal(shift_ends(&shift, at(9, 24, 10), 2 * 3600), at(9, 24, 12));
    assert_int_equal(shift_ends(&shift, at(9, 24, 16), 2 * 3600), at(9, 24, 18));
    assert_int_equal(shift_ends(&shift, at(9, 24, 17), 2 * 3600), at(9, 25, 10));
    assert_int_equal(shift_ends(&shift, at(9, 30, 17), 11 * 3600), at(10, 10, 10));
    assert_int_equal(shift_ends(&shift, at(9, 27, 12), 0), at(9, 27, 12));
    struct shift always = {0, DAY_SECONDS, 0, true, NULL, 0};
    assert_int_equal(shift_ends(&always, 12345, 10 * DAY_SECONDS), 12345 + 10 * DAY_SECONDS);
}

/* Work a and then b ends when work a + b ends; it never ends at night. */
static void work_adds_up(void **state)
{
    (void)state;
    struct shift shift = office();
    for (uint32_t i = 0; i < 2000; i++) {
        int64_t time = at(9, 1, 0) + (int64_t)rng_below(rng_bits(rng_key(1, 0), i, 1, 0), 60 * DAY_SECONDS);
        int64_t a = 1 + (int64_t)rng_below(rng_bits(rng_key(1, 0), i, 2, 0), 2 * DAY_SECONDS);
        int64_t b = 1 + (int64_t)rng_below(rng_bits(rng_key(1, 0), i, 3, 0), 2 * DAY_SECONDS);
        int64_t middle = shift_ends(&shift, time, a), end = shift_ends(&shift, middle, b);
        assert_int_equal(end, shift_ends(&shift, time, a + b));
        assert_true(shift_is_on(&shift, end - 1));
        assert_true(end > middle && middle > time);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_at_the_next_hour_of_work),
        cmocka_unit_test(work_goes_on_in_the_next_shift),
        cmocka_unit_test(work_adds_up),
    };
    return cmocka_run_group_tests_name("shift", tests, NULL, NULL);
}
