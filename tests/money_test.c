/* money_test: decimals are exact or refused, every rounding agrees with a search, shares add up. */
#include "tests/unit.h"

#include "core/money.h"
#include "core/rng.h"

/* ---- decimals ---- */

static void reads_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned digits;
        int64_t value;
    } rows[] = {
        {"0", 0, 0},
        {"12.50", 2, 1250},
        {"12.5", 2, 1250},
        {"-3", 2, -300},
        {"0.0036", 4, 36},
        {"1.500", 1, 15},
        {"-0.01", 2, -1},
        {"999999999999999999", 0, INT64_C(999999999999999999)},
        {"0.000000000000000001", 18, 1},
        {"922337203685477580", 1, INT64_C(9223372036854775800)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = 77;
        assert_true(decimal_parse(rows[i].text, strlen(rows[i].text), rows[i].digits, &value));
        assert_int_equal(value, rows[i].value);
    }
}

static void refuses_what_is_no_decimal(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1e3", "0x10", "01", "-01", "00", "1.2.3", "--1", "1,5",
        "1234567890123456789", "0.1234567890123456789", "12.3\n", "１",
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value;
        struct rational rational;
        assert_false(decimal_parse(rows[i], strlen(rows[i]), 9, &value));
        assert_false(rational_parse(rows[i], strlen(rows[i]), &rational));
    }
    int64_t value;
    assert_false(decimal_parse("0.001", 5, 2, &value));
    assert_false(decimal_parse("12.345", 6, 2, &value));
    assert_false(decimal_parse("999999999999999999", 18, 2, &value));
    assert_true(decimal_parse("12 then more", 2, 0, &value));
    assert_int_equal(value, 12);
}

static void reads_rationals_in_lowest_terms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t num, den;
    } rows[] = {
        {"0", 0, 1}, {"0.00", 0, 1}, {"0.13", 13, 100}, {"0.5", 1, 2}, {"-2.50", -5, 2}, {"1000", 1000, 1},
        {"0.000000000000000002", 1, INT64_C(500000000000000000)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rational value;
        assert_true(rational_parse(rows[i].text, strlen(rows[i].text), &value));
        assert_int_equal(value.num, rows[i].num);
        assert_int_equal(value.den, rows[i].den);
    }
}

/* ---- rounding against a search ---- */

/* Whether integer q is a * n / d rounded: stated by distances, not by dividing. twice = 2 (a n - q d). */
static bool is_rounded(int64_t exact_num, int64_t den, int64_t q, enum round_mode mode)
{
    int64_t rest = exact_num - q * den, far = rest < 0 ? -rest : rest;
    switch (mode) {
    case ROUND_FLOOR:
        return rest >= 0 && rest < den;
    case ROUND_CEIL:
        return rest <= 0 && -rest < den;
    case ROUND_DOWN:
        return far < den && (rest == 0 || (exact_num > 0 ? rest > 0 : rest < 0));
    case ROUND_UP:
        return far < den && (rest == 0 || (exact_num > 0 ? rest < 0 : rest > 0));
    case ROUND_HALF_UP:
        return 2 * far < den || (2 * far == den && (exact_num > 0 ? rest < 0 : rest > 0));
    case ROUND_HALF_EVEN:
        return 2 * far < den || (2 * far == den && q % 2 == 0);
    case ROUND_UNSET:
        break;
    }
    return false;
}

static int64_t search(int64_t exact_num, int64_t den, enum round_mode mode)
{
    int64_t found = 0, hits = 0;
    for (int64_t q = -90; q <= 90; q++)
        if (is_rounded(exact_num, den, q, mode)) {
            found = q;
            hits++;
        }
    assert_int_equal(hits, 1);
    return found;
}

static void rounds_as_a_search_does(void **state)
{
    (void)state;
    for (int64_t exact = -160; exact <= 160; exact++)
        for (int64_t den = 2; den <= 12; den++)
            for (enum round_mode mode = ROUND_HALF_UP; mode <= ROUND_CEIL; mode++) {
                int64_t expected = search(exact, den, mode), got;
                assert_int_equal(money_scale(exact, 1, den, mode), expected);
                assert_int_equal(money_scale(1, exact, den, mode), expected);
                assert_true(money_scale2(exact, 5, den, 7, 35, mode, &got));
                assert_int_equal(got, expected);
                assert_true(money_scale2(1, exact, 3, 3, den, mode, &got));
                assert_int_equal(got, expected);
            }
}

static void knows_where_numbers_end(void **state)
{
    (void)state;
    int64_t got;
    assert_int_equal(money_scale(INT64_MAX, INT64_MAX, INT64_MAX, ROUND_HALF_UP), INT64_MAX);
    assert_int_equal(money_scale(INT64_MIN, INT64_MAX, INT64_MAX, ROUND_HALF_EVEN), INT64_MIN);
    assert_false(money_scale_try(INT64_MAX, 3, 2, ROUND_DOWN, &got));
    assert_false(money_scale_try(INT64_MIN, -1, 1, ROUND_DOWN, &got));
    assert_false(money_scale2(INT64_MAX, INT64_MAX, 1, INT64_MAX, 1, ROUND_DOWN, &got));
    assert_false(money_scale2(INT64_MAX, 2, 1, 1, 1, ROUND_DOWN, &got));
    assert_true(money_scale2(INT64_MAX, 7, INT64_MAX, INT64_MAX, 7, ROUND_DOWN, &got));
    assert_int_equal(got, INT64_MAX);
}

static void scale_unset(void *context)
{
    (void)context;
    money_scale(1, 1, 2, ROUND_UNSET);
}

static void scale_by_zero(void *context)
{
    (void)context;
    money_scale(1, 1, 0, ROUND_DOWN);
}

static void refuses_to_round_without_a_mode(void **state)
{
    (void)state;
    assert_true(unit_refuses(scale_unset, NULL));
    assert_true(unit_refuses(scale_by_zero, NULL));
}

static void names_modes(void **state)
{
    (void)state;
    static const char *const names[] = {"half_up", "half_even", "down", "up", "floor", "ceil"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_int_equal(round_mode_find(names[i]), ROUND_HALF_UP + i);
    assert_int_equal(round_mode_find(""), ROUND_UNSET);
    assert_int_equal(round_mode_find("half_down"), ROUND_UNSET);
}

/* ---- spreading ---- */

/* Each share is the exact one cut or that plus one; no one who got a unit more had a smaller rest than one who did
 * not, nor the same rest and a later place. */
static void check_spread(int64_t amount, const int64_t *weight, size_t count)
{
    int64_t share[8], total = 0, sum = 0;
    money_spread(amount, weight, count, share);
    for (size_t i = 0; i < count; i++) {
        total += weight[i];
        sum += share[i];
    }
    assert_int_equal(sum, amount);
    for (size_t i = 0; i < count && total; i++) {
        int64_t exact = (amount < 0 ? -amount : amount) * weight[i];
        int64_t mine = amount < 0 ? -share[i] : share[i], more = mine - exact / total;
        assert_true(more == 0 || more == 1);
        for (size_t j = 0; j < count && more == 0; j++) {
            int64_t other_exact = (amount < 0 ? -amount : amount) * weight[j];
            int64_t other_more = (amount < 0 ? -share[j] : share[j]) - other_exact / total;
            if (other_more == 1) {
                assert_true(other_exact % total >= exact % total);
                assert_true(other_exact % total > exact % total || j < i);
            }
        }
    }
}

static void spreads_by_largest_remainder(void **state)
{
    (void)state;
    struct rng_key key = rng_key(5, 0);
    for (uint32_t n = 0; n < 20000; n++) {
        int64_t weight[8];
        size_t count = 1 + (size_t)rng_below(rng_bits(key, n, 0, 0), 8);
        for (uint32_t i = 0; i < count; i++)
            weight[i] = (int64_t)rng_below(rng_bits(key, n, 1, i), n % 3 ? 1000 : 4);
        check_spread((int64_t)rng_below(rng_bits(key, n, 2, 0), 2001) - 1000, weight, count);
    }
}

static void spreads_edges(void **state)
{
    (void)state;
    int64_t share[3] = {9, 9, 9};
    money_spread(100, (const int64_t[]){0, 0, 0}, 3, share);
    assert_int_equal(share[0], 100);
    assert_int_equal(share[1] | share[2], 0);
    money_spread(2, (const int64_t[]){1, 1, 1}, 3, share);
    assert_int_equal(share[0], 1);
    assert_int_equal(share[1], 1);
    assert_int_equal(share[2], 0);
    money_spread(-2, (const int64_t[]){1, 1, 1}, 3, share);
    assert_int_equal(share[0], -1);
    assert_int_equal(share[2], 0);
    const int64_t half = INT64_MAX / 2;
    money_spread(INT64_MAX, (const int64_t[]){half, half, 1}, 3, share);
    assert_int_equal(share[0] + share[1] + share[2], INT64_MAX);
    money_spread(5, NULL, 0, share);
}

/* ---- currencies ---- */

static void knows_currencies(void **state)
{
    (void)state;
    for (unsigned i = 1; i < currency_count(); i++) {
        assert_int_equal(strlen(currency_code(i)), 3);
        assert_int_equal(currency_index(currency_code(i)), i);
    }
    assert_int_equal(currency_index("QQQ"), 0);
    assert_int_equal(currency_index(""), 0);
    assert_int_equal(currency_index("cny"), 0);
    assert_int_equal(currency_digits(currency_index("CNY")), 2);
    assert_int_equal(currency_unit(currency_index("CNY")), 100);
    assert_int_equal(currency_unit(currency_index("JPY")), 1);
    assert_int_equal(currency_unit(currency_index("BHD")), 1000);
}

static void divides(void **state)
{
    (void)state;
    assert_int_equal(gcd64(0, 0), 0);
    assert_int_equal(gcd64(-12, 18), 6);
    assert_int_equal(gcd64(17, 0), 17);
    assert_int_equal(gcd64(INT64_C(1) << 62, 48), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_decimals),
        cmocka_unit_test(refuses_what_is_no_decimal),
        cmocka_unit_test(reads_rationals_in_lowest_terms),
        cmocka_unit_test(rounds_as_a_search_does),
        cmocka_unit_test(knows_where_numbers_end),
        cmocka_unit_test(refuses_to_round_without_a_mode),
        cmocka_unit_test(names_modes),
        cmocka_unit_test(spreads_by_largest_remainder),
        cmocka_unit_test(spreads_edges),
        cmocka_unit_test(knows_currencies),
        cmocka_unit_test(divides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
