/* lane_test: waits for departures with a fixed headway agree with theory, with room to spare and without. */
#include "tests/world_run.h"

#include "tests/theory.h"

enum { WAITS_MAX = 40000, RUNS = 10, PER_HOUR = 10, HOUR = 3600 };
static const double T_99 = 3.250; /* Student's t of 9 degrees of freedom, 0.995 */

struct waits {
    double *wait; /* s, of each order */
    size_t count;
};

static void keep_wait(void *self, const struct order_record *record)
{
    struct waits *waits = self;
    if (record->state != ORDER_OPEN && waits->count < WAITS_MAX)
        waits->wait[waits->count++] = (double)record->waited_s[LAYER_LOGISTICS];
}

/* Ten orders an hour, of 50 g each, over 60 days; `capacity` orders leave every hour, 0: all of them. */
static double mean_wait(const struct book *book, uint32_t replication, int capacity, struct waits *waits)
{
    struct run run;
    char patch[500];
    struct world_sink sink = {.self = waits, .order = keep_wait};
    double sum = 0;
    snprintf(patch, sizeof patch,
             "{\"period\":{\"to\":\"2025-03-01\"},\"lanes\":{\"air\":{\"every_h\":1,\"surcharge\":\"0\","
             "\"capacity_kg\":\"%d.%03d\"}},\"flows\":{\"phones\":null,\"cases\":{\"demand\":{\"per_day\":\"%d\"}}}}",
             capacity ? 0 : 1000, capacity * 50, PER_HOUR * 24);
    load(&run, book, "tests/world/lane.json", patch);
    run.world = world_create(run.scenario, book, 7, replication, 0, &sink);
    waits->count = 0;
    go(&run, INT64_MAX);
    end(&run);
    finish(&run);
    for (size_t i = 0; i < waits->count; i++)
        sum += waits->wait[i];
    assert_in_range(waits->count, 13000, WAITS_MAX);
    return sum / (double)waits->count;
}

static double uniform(double x, double scale)
{
    return (x + 0.5) / scale;
}

/* Who comes at any time waits for half a headway on average, and no wait up to it is likelier than another. */
static void half_a_headway(void **state)
{
    struct waits waits = {.wait = memory_take(WAITS_MAX * sizeof(double))};
    double mean = mean_wait(*state, 2, 0, &waits), deviation = HOUR / sqrt(12.0 * (double)waits.count);
    assert_true(fabs(mean - HOUR / 2.0) < 2.6 * deviation);
    assert_drawn_from(waits.wait, waits.count, uniform, HOUR);
    memory_release(waits.wait);
}

/* Mean excess over `room` of a Poisson number. */
static double excess(double mean, double room)
{
    double sum = 0;
    for (double n = room + 1; n < room + 12 * sqrt(mean) + 50; n++)
        sum += (n - room) * exp(n * log(mean) - mean - lgamma(n + 1));
    return sum;
}

/* Who is left behind by a departure of `capacity` (Spitzer), in headways of waiting: each order waits for half of one
 * and for those before it. */
static double wait_by_theory(int capacity)
{
    double left = 0;
    for (int k = 1; k < 2000; k++)
        left += excess((double)k * PER_HOUR, (double)k * capacity) / k;
    return 0.5 + left / PER_HOUR;
}

static void check_capacity(const struct book *book, int capacity)
{
    struct waits waits = {.wait = memory_take(WAITS_MAX * sizeof(double))};
    double mean[RUNS], sum = 0, squares = 0, theory = wait_by_theory(capacity) * HOUR;
    for (int i = 0; i < RUNS; i++)
        sum += mean[i] = mean_wait(book, (uint32_t)i + 1, capacity, &waits);
    for (int i = 0; i < RUNS; i++)
        squares += (mean[i] - sum / RUNS) * (mean[i] - sum / RUNS);
    double half_width = T_99 * sqrt(squares / (RUNS - 1) / RUNS);
    if (fabs(sum / RUNS - theory) > half_width)
        fail_msg("room for %d: %.0f s, %.0f s by theory", capacity, sum / RUNS, theory);
    assert_true(half_width < 0.12 * theory); /* the interval says something */
    memory_release(waits.wait);
}

/* The nearer the capacity is to what comes, the longer the wait. */
static void room_that_binds(void **state)
{
    assert_true(wait_by_theory(11) > 1.5 * wait_by_theory(13));
    check_capacity(*state, 13);
    check_capacity(*state, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_a_headway),
        cmocka_unit_test(room_that_binds),
    };
    return cmocka_run_group_tests_name("lane", tests, open_book, close_book);
}
