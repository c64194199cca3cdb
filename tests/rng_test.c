/* rng_test: draws are the published Philox, variates follow their distributions. All draws have fixed keys, so each
 * bound is met or missed once and for all. */
#include "tests/unit.h"

#include <math.h>

#include "core/rng.h"

static const double UNIT = 4294967296.0; /* 2^32 */

/* ---- bits ---- */

/* Random123, kat_vectors: philox2x64 with 10 rounds. */
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        uint64_t counter[2], key, out[2];
    } rows[] = {
        {{0, 0}, 0, {UINT64_C(0xca00a0459843d731), UINT64_C(0x66c24222c9a845b5)}},
        {{UINT64_MAX, UINT64_MAX},
         UINT64_MAX,
         {UINT64_C(0x65b021d60cd8310f), UINT64_C(0x4d02f3222f86df20)}},
        {{UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344)},
         UINT64_C(0xa4093822299f31d0),
         {UINT64_C(0x0a5e742c2997341c), UINT64_C(0xb0f883d38000de5d)}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rng_key key = {rows[i].key};
        uint64_t subject = rows[i].counter[0], out[2];
        uint32_t purpose = (uint32_t)(rows[i].counter[1] >> 32), index = (uint32_t)rows[i].counter[1];
        rng_pair(key, subject, purpose, index, out);
        assert_int_equal(out[0], rows[i].out[0]);
        assert_int_equal(out[1], rows[i].out[1]);
        assert_int_equal(rng_bits(key, subject, purpose, index), rows[i].out[0]);
    }
}

static unsigned ones(uint64_t x)
{
    return (unsigned)__builtin_popcountll(x);
}

/* One bit of a seed, replication, subject, purpose or index changes half of the bits of the draws. */
static void every_part_of_a_name_matters(void **state)
{
    (void)state;
    enum { DRAWS = 400 };
    unsigned changed[5] = {0};
    for (uint32_t n = 0; n < DRAWS; n++) {
        uint64_t seed = n, subject = 1000 + n;
        uint64_t bits = rng_bits(rng_key(seed, 3), subject, 7, 2);
        changed[0] += ones(bits ^ rng_bits(rng_key(seed ^ UINT64_C(1) << n % 64, 3), subject, 7, 2));
        changed[1] += ones(bits ^ rng_bits(rng_key(seed, 3 ^ 1u << n % 32), subject, 7, 2));
        changed[2] += ones(bits ^ rng_bits(rng_key(seed, 3), subject ^ UINT64_C(1) << n % 64, 7, 2));
        changed[3] += ones(bits ^ rng_bits(rng_key(seed, 3), subject, 7 ^ 1u << n % 32, 2));
        changed[4] += ones(bits ^ rng_bits(rng_key(seed, 3), subject, 7, 2 ^ 1u << n % 32));
    }
    for (size_t i = 0; i < COUNT_OF(changed); i++)
        assert_in_range(changed[i], DRAWS * 31, DRAWS * 33); /* mean 32 a draw, 5 deviations are 0.8 */
}

/* Chi-square of 255 degrees of freedom: mean 255, deviation 22.6; bounds 4 deviations away. */
static void check_uniform(const uint32_t *seen, uint32_t draws)
{
    double expected = draws / 256.0, sum = 0;
    for (size_t i = 0; i < 256; i++)
        sum += (seen[i] - expected) * (seen[i] - expected) / expected;
    assert_true(sum > 165 && sum < 345);
}

static void bytes_are_uniform(void **state)
{
    (void)state;
    enum { DRAWS = 100000 };
    for (unsigned byte = 0; byte < 8; byte++) {
        uint32_t by_subject[256] = {0}, by_index[256] = {0}, by_seed[256] = {0};
        for (uint32_t n = 0; n < DRAWS; n++) {
            by_subject[rng_bits(rng_key(1, 0), n, 1, 0) >> (8 * byte) & 255]++;
            by_index[rng_bits(rng_key(1, 0), 1, 1, n) >> (8 * byte) & 255]++;
            by_seed[rng_bits(rng_key(n, 0), 1, 1, 0) >> (8 * byte) & 255]++;
        }
        check_uniform(by_subject, DRAWS);
        check_uniform(by_index, DRAWS);
        check_uniform(by_seed, DRAWS);
    }
}

static void below_covers_its_range(void **state)
{
    (void)state;
    assert_int_equal(rng_below(0, 7), 0);
    assert_int_equal(rng_below(UINT64_MAX, 7), 6);
    assert_int_equal(rng_below(UINT64_MAX, 1), 0);
    assert_int_equal(rng_below(UINT64_MAX, UINT64_MAX), UINT64_MAX - 1);
    uint32_t seen[10] = {0};
    for (uint32_t n = 0; n < 100000; n++)
        seen[rng_below(rng_bits(rng_key(8, 0), n, 0, 0), 10)]++;
    for (size_t i = 0; i < COUNT_OF(seen); i++)
        assert_in_range(seen[i], 9620, 10380); /* 4 deviations of 95 */
    assert_false(rng_chance_ppm(0, 0));
    assert_true(rng_chance_ppm(UINT64_MAX, 1000000));
    assert_true(rng_chance_ppm(0, 1));
    assert_false(rng_chance_ppm(UINT64_MAX / 2, 499999));
    assert_true(rng_chance_ppm(UINT64_MAX / 2, 500000));
}

/* ---- exponential ---- */

enum { CELLS = 1024 };

static double exponential_at(uint64_t bits)
{
    return (double)rng_exponential(bits) / UNIT;
}

static void exponential_quantiles(void **state)
{
    (void)state;
    double sum = 0, end = 0;
    for (uint64_t cell = 0; cell + 1 < CELLS; cell++) {
        double start = exponential_at(cell << 54);
        assert_true(fabs(start + log1p(-(double)cell / CELLS)) < 1e-8);
        assert_true(start > end - 0.3 / (CELLS - (double)cell)); /* straight lines meet the curve on average */
        end = exponential_at((cell << 54) + (UINT64_C(1) << 54) - 1);
        assert_true(end > start);
        sum += exponential_at((cell << 54) + (UINT64_C(1) << 53)); /* the mean of the cell */
    }
    /* E = sum / CELLS + (tail + E) / CELLS */
    double tail = exponential_at(UINT64_C(1023) << 54);
    assert_true(fabs(tail - log(CELLS)) < 1e-8);
    assert_true(fabs((sum + tail) / (CELLS - 1) - 1) < 1e-8);
    assert_true(rng_exponential(UINT64_MAX) > rng_exponential(UINT64_MAX - (UINT64_C(1) << 40)));
}

static void exponential_scales(void **state)
{
    (void)state;
    assert_int_equal(rng_exponential_scaled(0, 1000), 0);
    assert_int_equal(rng_exponential_scaled(UINT64_C(1) << 63, 0), 0);
    assert_in_range(rng_exponential_scaled(UINT64_C(1) << 63, 1000000000), 693147177, 693147184); /* ln 2 */
    double sum = 0, squares = 0;
    enum { DRAWS = 200000 };
    for (uint32_t n = 0; n < DRAWS; n++) {
        double x = (double)rng_exponential_scaled(rng_bits(rng_key(4, 1), n, 0, 0), 1000000) / 1e6;
        sum += x;
        squares += x * x;
    }
    assert_true(fabs(sum / DRAWS - 1) < 4 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 2) < 4 * sqrt(20.0 / DRAWS)); /* Var x^2 = 24 - 4 */
}

/* ---- normal ---- */

static double normal_at(uint64_t bits)
{
    return (double)rng_normal(bits) / UNIT;
}

/* Left ends of cells on all levels: the probability above them, by erfc. */
static void normal_quantiles(void **state)
{
    (void)state;
    double width = 0.5;
    for (unsigned level = 0; level < 3; level++, width /= 512)
        for (uint64_t cell = 0; cell + 1 < 512; cell++) {
            uint64_t bits = cell << (54 - 9 * level);
            for (unsigned i = 1; i <= level; i++)
                bits |= UINT64_C(511) << (54 - 9 * (i - 1));
            double above = erfc(normal_at(bits) / sqrt(2)) / 2, exact = width * (512 - (double)cell) / 512;
            assert_true(fabs(above / exact - 1) < 1e-7);
        }
}

static void normal_is_symmetric_with_mean_0_and_variance_1(void **state)
{
    (void)state;
    enum { DRAWS = 200000 };
    double sum = 0, squares = 0, fourth = 0;
    for (uint32_t n = 0; n < DRAWS; n++) {
        uint64_t bits = rng_bits(rng_key(4, 2), n, 0, 0);
        assert_int_equal(rng_normal(bits), -rng_normal(bits ^ UINT64_C(1) << 63));
        double x = normal_at(bits);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
    }
    assert_true(fabs(sum / DRAWS) < 4 / sqrt(DRAWS));
    assert_true(fabs(squares / DRAWS - 1) < 4 * sqrt(2.0 / DRAWS));
    assert_true(fabs(fourth / DRAWS - 3) < 4 * sqrt(96.0 / DRAWS));
}

/* ---- Poisson ---- */

/* The first bits whose count is above k: 2^64 times P(count <= k). */
static uint64_t border(uint64_t mean, uint32_t k)
{
    uint64_t low = 0, high = UINT64_MAX;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (rng_poisson(middle, mean) > k)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void poisson_is_the_inverse_of_its_sums(void **state)
{
    (void)state;
    static const double means[] = {0.001, 0.5, 1, 3, 10.25, 40, 64};
    for (size_t i = 0; i < COUNT_OF(means); i++) {
        uint64_t mean = (uint64_t)(means[i] * UNIT);
        long double exact = (long double)mean / 4294967296.0L, share = expl(-exact), below = 0;
        for (uint32_t k = 0; k < 100; k++) {
            below += share;
            share *= exact / (k + 1);
            if (below > 0.999999L)
                break;
            long double found = (long double)border(mean, k) / 18446744073709551616.0L;
            assert_true(fabsl(found - below) < 1e-8L);
        }
    }
    assert_int_equal(rng_poisson(UINT64_MAX, 0), 0);
}

/* ---- quantile tables ---- */

/* The quantile of the normal distribution, by halving. */
static double normal_quantile(double p)
{
    double low = -10, high = 10;
    for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        if (erfc(-middle / sqrt(2)) / 2 < p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void lognormal_follows_its_two_points(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {{1, 2}, {3600, 86400}, {86400, 1000000}, {1000000000, 1000000001}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct quantile q;
        quantile_lognormal(&q, rows[i][0], rows[i][1]);
        double low = log((double)rows[i][0]), high = log((double)rows[i][1]);
        double middle = (low + high) / 2, deviation = (high - low) / 2 / normal_quantile(0.9);
        for (size_t k = 0; k < QUANTILE_POINTS; k++) {
            double p = fmin(fmax((double)k / 128, 0.001), 0.999);
            double exact = exp(middle + deviation * normal_quantile(p));
            assert_true(fabs((double)q.value[k] - exact) < 0.501 + 1e-7 * exact); /* rounded to an integer */
            assert_true(k == 0 || q.value[k] >= q.value[k - 1]);
        }
    }
}

static void draws_lie_between_the_points(void **state)
{
    (void)state;
    struct quantile q;
    static const int32_t per_mille[] = {0, 500, 1000};
    static const int64_t value[] = {-100, 0, 300};
    quantile_knots(&q, per_mille, value, 3);
    assert_int_equal(q.value[0], -100);
    assert_int_equal(q.value[32], -50);
    assert_int_equal(q.value[64], 0);
    assert_int_equal(q.value[96], 150);
    assert_int_equal(q.value[128], 300);
    assert_int_equal(quantile_draw(&q, 0), -100);
    assert_int_equal(quantile_draw(&q, UINT64_C(1) << 62), -50);
    assert_int_equal(quantile_draw(&q, UINT64_C(1) << 63), 0);
    assert_in_range(quantile_draw(&q, UINT64_MAX), 299, 300);
    assert_int_equal(quantile_mean(&q), 50); /* (-50 + 150) / 2 */
    int64_t last = -100;
    for (uint64_t i = 0; i < 4096; i++) {
        int64_t drawn = quantile_draw(&q, i << 52);
        assert_true(drawn >= last);
        last = drawn;
    }
}

static void knots_need_not_reach_the_ends(void **state)
{
    (void)state;
    struct quantile q;
    static const int32_t per_mille[] = {250, 750};
    static const int64_t value[] = {10, 30};
    quantile_knots(&q, per_mille, value, 2);
    assert_int_equal(q.value[0], 10);
    assert_int_equal(q.value[32], 10);
    assert_int_equal(q.value[64], 20);
    assert_int_equal(q.value[96], 30);
    assert_int_equal(q.value[128], 30);
    quantile_knots(&q, per_mille, value, 1);
    for (size_t i = 0; i < QUANTILE_POINTS; i++)
        assert_int_equal(q.value[i], 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(every_part_of_a_name_matters),
        cmocka_unit_test(bytes_are_uniform),
        cmocka_unit_test(below_covers_its_range),
        cmocka_unit_test(exponential_quantiles),
        cmocka_unit_test(exponential_scales),
        cmocka_unit_test(normal_quantiles),
        cmocka_unit_test(normal_is_symmetric_with_mean_0_and_variance_1),
        cmocka_unit_test(poisson_is_the_inverse_of_its_sums),
        cmocka_unit_test(lognormal_follows_its_two_points),
        cmocka_unit_test(draws_lie_between_the_points),
        cmocka_unit_test(knots_need_not_reach_the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
