/* queue_test: waits of M/M/1, M/D/1 and M/M/c agree with theory, Little's law holds exactly.
 *
 * Each model runs 40 times with fixed keys; the theoretical wait must lie within the 99 % confidence interval of
 * the mean over the runs. The keys are fixed, so the test cannot fail by chance: it fails when kernel, resource or
 * draws change their meaning. The start from an empty system shortens the mean wait by less than 0.1 %. */
#include "tests/unit.h"

#include <math.h>

#include "tests/queue_model.h"

enum { RUNS = 40, CUSTOMERS = 20000, ARRIVAL_MEAN = 1000000 };
static const double T_99 = 2.708; /* Student's t of 39 degrees of freedom, 0.995 */

struct estimate {
    double mean, half_width;
};

static struct estimate estimate_of(const double *x)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < RUNS; i++)
        sum += x[i];
    for (int i = 0; i < RUNS; i++)
        squares += (x[i] - sum / RUNS) * (x[i] - sum / RUNS);
    return (struct estimate){sum / RUNS, T_99 * sqrt(squares / (RUNS - 1) / RUNS)};
}

/* Wait in mean services: Erlang's C formula / (servers - load). */
static double wait_by_theory(uint32_t servers, double load)
{
    double term = 1, sum = 1;
    for (uint32_t k = 1; k < servers; k++)
        sum += term *= load / k;
    double last = term * load / servers / (1 - load / servers);
    return last / (sum + last) / (servers - load);
}

static void check_station(const struct resource *station, const struct queue_result *result)
{
    assert_int_equal(station->served, CUSTOMERS);
    assert_int_equal(station->busy, 0);
    assert_int_equal(station->length, 0);
    assert_int_equal(station->queue_area_s, station->waiting_s); /* Little: nobody is left */
    assert_true(station->changed_at <= result->end);
}

static void check_wait(uint32_t servers, int64_t per_mille, bool is_fixed)
{
    double wait[RUNS], busy[RUNS], load = (double)per_mille / 1000;
    for (uint32_t i = 0; i < RUNS; i++) {
        struct queue_model model = {
            .stations = 1,
            .servers = servers,
            .arrival_mean = ARRIVAL_MEAN,
            .service_mean = ARRIVAL_MEAN * servers * per_mille / 1000,
            .key = rng_key(20, i),
            .is_fixed = is_fixed,
        };
        struct queue_result result = queue_run(&model, CUSTOMERS);
        const struct resource *station = &result.station[0];
        check_station(station, &result);
        assert_int_equal(result.events, 2 * CUSTOMERS);
        wait[i] = (double)station->waiting_s / CUSTOMERS / (double)model.service_mean;
        busy[i] = (double)station->busy_area_s / (double)result.end / servers;
    }
    struct estimate waits = estimate_of(wait), use = estimate_of(busy);
    double theory = wait_by_theory(servers, load * servers) / (is_fixed ? 2 : 1); /* Pollaczek, Khinchine: one server */
    assert_true(fabs(waits.mean - theory) < waits.half_width);
    assert_true(waits.half_width < 0.12 * theory); /* the interval says something */
    assert_true(fabs(use.mean - load) < use.half_width + 1e-4);
}

static void m_m_1(void **state)
{
    (void)state;
    assert_true(fabs(wait_by_theory(1, 0.8) - 4) < 1e-12);
    check_wait(1, 500, false);
    check_wait(1, 800, false);
}

static void m_d_1(void **state)
{
    (void)state;
    check_wait(1, 500, true);
    check_wait(1, 800, true);
}

static void m_m_c(void **state)
{
    (void)state;
    check_wait(2, 700, false);
    check_wait(5, 800, false);
    check_wait(10, 900, false);
}

/* What leaves a station of exponential services is again a Poisson process (Burke): each of ten stations in a row
 * behaves as if it stood alone. */
static void tandem(void **state)
{
    (void)state;
    double wait[RUNS];
    struct queue_model model = {
        .stations = QUEUE_STATIONS_MAX,
        .servers = 1,
        .arrival_mean = ARRIVAL_MEAN,
        .service_mean = ARRIVAL_MEAN * 6 / 10,
    };
    for (uint32_t i = 0; i < RUNS; i++) {
        model.key = rng_key(21, i);
        struct queue_result result = queue_run(&model, CUSTOMERS);
        assert_int_equal(result.events, (1 + QUEUE_STATIONS_MAX) * CUSTOMERS);
        wait[i] = 0;
        for (int s = 0; s < QUEUE_STATIONS_MAX; s++) {
            check_station(&result.station[s], &result);
            wait[i] += (double)result.station[s].waiting_s / CUSTOMERS / (double)model.service_mean;
        }
        wait[i] /= QUEUE_STATIONS_MAX;
    }
    struct estimate waits = estimate_of(wait);
    assert_true(fabs(waits.mean - 1.5) < waits.half_width);
    assert_true(waits.half_width < 0.03);
}

/* The same key gives the same run. */
static void repeats(void **state)
{
    (void)state;
    struct queue_model model = {2, 3, ARRIVAL_MEAN, 2 * ARRIVAL_MEAN, rng_key(1, 1), false};
    struct queue_result first = queue_run(&model, 5000), again = queue_run(&model, 5000);
    assert_int_equal(first.end, again.end);
    for (int i = 0; i < 2; i++)
        assert_int_equal(first.station[i].waiting_s, again.station[i].waiting_s);
    model.key = rng_key(1, 2);
    assert_int_not_equal(queue_run(&model, 5000).end, first.end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(m_m_1),
        cmocka_unit_test(m_d_1),
        cmocka_unit_test(m_m_c),
        cmocka_unit_test(tandem),
        cmocka_unit_test(repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
