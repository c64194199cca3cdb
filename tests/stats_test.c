/* stats_test: quantiles within one per cent, intervals that cover, merges that do not depend on groups. */
#include "tests/unit.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/date.h"
#include "core/rng.h"
#include "sim/stats.h"

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void quantiles_of(int64_t mean_s, uint32_t seed)
{
    enum { COUNT = 5000 };
    struct hours *hours = memory_take(sizeof *hours);
    int64_t *seconds = memory_take(COUNT * sizeof *seconds);
    for (unsigned i = 0; i < COUNT; i++) {
        seconds[i] = rng_exponential_scaled(rng_bits(rng_key(seed, 0), i, 1, 0), mean_s);
        hours_add(hours, seconds[i], seconds[i] / 3);
    }
    qsort(seconds, COUNT, sizeof *seconds, compare);
    for (uint32_t per_mille = 1; per_mille <= 1000; per_mille++) {
        int64_t exact = seconds[COUNT / 1000 * per_mille - 1];
        int64_t found = hours_quantile(hours, per_mille), off = found - exact;
        assert_true((off < 0 ? -off : off) * 100 <= exact);
    }
    memory_release(seconds);
    memory_release(hours);
}

static void test_quantile(void **state)
{
    (void)state;
    quantiles_of(20, 1);
    quantiles_of(3600, 2);
    quantiles_of(40 * 86400, 3);
    quantiles_of((int64_t)20 * 365 * 86400, 4);
    struct hours *none = memory_take(sizeof *none);
    assert_int_equal(hours_quantile(none, 500), 0);
    hours_add(none, INT64_MAX, 0); /* falls into the last bin, breaks nothing */
    assert_true(hours_quantile(none, 500) > (int64_t)250 * 365 * 86400);
    memory_release(none);
}

/* One replication with a cost at a node and orders in all columns. */
static struct tally *one(int64_t cost, uint64_t orders, uint64_t digest)
{
    struct tally *tally = tally_create();
    tally->base_currency = 1;
    tally->replication = memory_take(sizeof *tally->replication);
    tally->replications = tally->worlds = 1;
    for (unsigned node = 0; node < NODE_COUNT; node++) {
        tally->node[node].cost = cost + node;
        tally->replication[0].cost[node] = cost + node;
    }
    for (unsigned column = 1; column < COLUMN_COUNT; column++) {
        tally->placed_of[column] = orders;
        tally->replication[0].orders[column] = orders;
    }
    tally->digest = (struct digest){digest, ~digest};
    tally->first_day = (int32_t)digest;
    tally->last_day = (int32_t)digest + 5;
    tally->orders[ORDER_DELIVERED] = orders;
    tally->port[3].catches = 1;
    tally->receipt[7][KIND_VAT] = cost;
    tally->currencies = (uint64_t)1 << digest % 64;
    return tally;
}

static void merge_free(struct tally *into, struct tally *more)
{
    tally_merge(into, more);
    tally_free(more);
}

static void test_merge(void **state)
{
    (void)state;
    struct tally *left = tally_create(), *right = tally_create(), *pair = tally_create();
    for (unsigned i = 0; i < 4; i++)
        merge_free(left, one(100 * i, 10 + i, 1000 + i));
    merge_free(pair, one(200, 12, 1002));
    merge_free(pair, one(300, 13, 1003));
    merge_free(right, one(0, 10, 1000));
    merge_free(right, one(100, 11, 1001));
    merge_free(right, pair);
    assert_int_equal(left->replications, 4);
    assert_int_equal(left->first_day, 1000);
    assert_int_equal(left->last_day, 1008);
    assert_int_equal(tally_placed(left), 46);
    assert_int_equal(tally_nodes(left), 9 * 600 + 4 * 36);
    struct replication_tally *a = left->replication, *b = right->replication;
    assert_memory_equal(a, b, 4 * sizeof *a);
    left->replication = right->replication = NULL;
    assert_memory_equal(left, right, sizeof *left);
    left->replication = a;
    right->replication = b;
    tally_free(left);
    tally_free(right);
}

static void test_merge_order_counts(void **state)
{
    (void)state;
    struct tally *a = tally_create(), *b = tally_create();
    merge_free(a, one(1, 1, 5));
    assert_true(a->digest.a == 5); /* one alone keeps its digest */
    merge_free(a, one(1, 1, 6));
    merge_free(b, one(1, 1, 6));
    merge_free(b, one(1, 1, 5));
    assert_true(a->digest.a != b->digest.a && a->digest.b != b->digest.b);
    tally_free(a);
    tally_free(b);
}

/* Worked by hand: 10.00, 12.00, 14.00 per order: mean 12.00, deviation 2.00, t 4.302653. */
static void test_interval(void **state)
{
    (void)state;
    struct tally *tally = tally_create();
    int64_t low, high;
    merge_free(tally, one(1000, 1, 1));
    assert_false(tally_interval(tally, 0, &low, &high));
    merge_free(tally, one(2400, 2, 2));
    merge_free(tally, one(1400, 1, 3));
    assert_true(tally_interval(tally, 0, &low, &high));
    assert_int_equal(low, 1200 - 497);
    assert_int_equal(high, 1200 + 497);
    assert_int_equal(tally_per_order(tally, 0), 1200);
    merge_free(tally, one(0, 0, 4)); /* no orders: says nothing of the cost of one */
    assert_true(tally_interval(tally, 0, &low, &high));
    assert_int_equal(low, 1200 - 497);
    tally_free(tally);
}

/* Of 2,000 intervals of normal samples about 95 % hold the true mean: within four standard errors. */
static void test_interval_covers(void **state)
{
    (void)state;
    enum { TRIALS = 2000, MEAN = 50000 };
    static const unsigned sizes[] = {2, 5, 40};
    for (unsigned s = 0; s < 3; s++) {
        unsigned covered = 0;
        for (unsigned trial = 0; trial < TRIALS; trial++) {
            struct tally *tally = tally_create();
            for (unsigned i = 0; i < sizes[s]; i++) {
                int64_t normal = rng_normal(rng_bits(rng_key(9, s), trial, 1, i));
                merge_free(tally, one(MEAN + (normal * 4000 >> 32), 1, 1));
            }
            int64_t low, high;
            assert_true(tally_interval(tally, 0, &low, &high));
            covered += low <= MEAN && MEAN <= high;
            tally_free(tally);
        }
        assert_in_range(covered, TRIALS * 93 / 100, TRIALS * 97 / 100);
    }
}

static void test_identity(void **state)
{
    (void)state;
    struct tally *tally = one(50, 1, 1);
    tally->paid = 1000;
    tally->goods = 300;
    tally->margin = 1000 - 300 - tally_nodes(tally);
    assert_int_equal(tally_difference(tally), 0);
    tally->node[4].cost++;
    assert_int_equal(tally_difference(tally), -1);
    tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantile), cmocka_unit_test(test_merge),
        cmocka_unit_test(test_merge_order_counts), cmocka_unit_test(test_interval),
        cmocka_unit_test(test_interval_covers), cmocka_unit_test(test_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
